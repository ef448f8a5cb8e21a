#!/bin/sh
# Asks for its own rights several times within seconds, then lists the secrets of the throw-away namespace.
# shellcheck source=atomics/lib.sh
ID=A09
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    secret_ready "$PREFIX-secret"
    k auth can-i --list -n "$NAMESPACE" >/dev/null
    for verb in get list watch create impersonate; do
        # The answer no has the code 1.
        k auth can-i "$verb" secrets -n "$NAMESPACE" >/dev/null || :
    done
    k get secrets -n "$NAMESPACE" >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
