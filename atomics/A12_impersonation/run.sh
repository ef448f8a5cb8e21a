#!/bin/sh
# Asks for secrets in the name of others: once with an account that may not, once in the name of a controller of kube-system.
# shellcheck source=atomics/lib.sh
ID=A12
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

# A kubeconfig of the throw-away account, which has no rights: no token stands on a
# command line, and nothing of the administrator's own file is copied but its address.
poor_config() {
    scratch
    server=$(k config view --minify -o 'jsonpath={.clusters[0].cluster.server}')
    k create token "$PREFIX-none" -n "$NAMESPACE" --duration=10m >"$SCRATCH/token"
    k get configmap kube-root-ca.crt -n "$NAMESPACE" -o 'jsonpath={.data.ca\.crt}' >"$SCRATCH/ca"
    cat >"$SCRATCH/config" <<CONFIG
apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "$server", certificate-authority: "$SCRATCH/ca" } }]
users: [{ name: u, user: { tokenFile: "$SCRATCH/token" } }]
contexts: [{ name: c, context: { cluster: c, user: u } }]
current-context: c
CONFIG
}

attack() {
    namespace_ready
    secret_ready "$PREFIX-secret"
    k create serviceaccount "$PREFIX-none" -n "$NAMESPACE" >/dev/null
    poor_config
    # Refused: this account may not act as anybody.
    kubectl --kubeconfig "$SCRATCH/config" --as="$PREFIX-somebody" \
        get secrets -n "$NAMESPACE" >/dev/null 2>&1 || :
    # Allowed: an administrator may, and the controller reads all secrets.
    k --as=system:serviceaccount:kube-system:generic-garbage-collector get secrets -A >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
