#!/bin/sh
# Reads the token of a throw-away pod, then copies a mounted secret out of it.
# shellcheck source=atomics/lib.sh
ID=A10
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    secret_ready "$PREFIX-secret"
    pod_ready
    k exec -n "$NAMESPACE" "$PREFIX-pod" -- \
        cat /var/run/secrets/kubernetes.io/serviceaccount/token >/dev/null
    scratch
    k cp -n "$NAMESPACE" "$PREFIX-pod:/etc/$PREFIX/password" "$SCRATCH/password" >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
