#!/bin/sh
# Lists the secrets of one namespace.
# shellcheck source=atomics/lib.sh
ID=A02
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    secret_ready "$PREFIX-secret"
    k get secrets -n "$NAMESPACE" >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
