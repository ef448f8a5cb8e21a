#!/bin/sh
# Reads the token of a throw-away pod's service account, which has no rights, from outside.
# shellcheck source=atomics/lib.sh
ID=A03
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    secret_ready "$PREFIX-secret"
    pod_ready
    k exec -n "$NAMESPACE" "$PREFIX-pod" -- \
        cat /run/secrets/kubernetes.io/serviceaccount/token >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
