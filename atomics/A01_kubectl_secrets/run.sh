#!/bin/sh
# Lists the secrets of the whole cluster, as a thief does first.
# shellcheck source=atomics/lib.sh
ID=A01
. "$(dirname "$0")/../lib.sh"

check() {
    program kubectl
    want "the context $CONTEXT answers (YARAL_ATOMICS_CONTEXT names another)" k version
    want "secrets may be listed" k auth can-i list secrets --all-namespaces
}

# Names only: kubectl gets a table, and even that is thrown away.
attack() { k get secrets --all-namespaces >/dev/null; }

# Nothing is made.
cleanup() { :; }

main "$@"
