#!/bin/sh
# Mints a token of a throw-away service account without rights, for ten minutes.
# shellcheck source=atomics/lib.sh
ID=A08
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    k create serviceaccount "$PREFIX-none" -n "$NAMESPACE" >/dev/null
    k create token "$PREFIX-none" -n "$NAMESPACE" --duration=10m >/dev/null
}

# Its tokens end with the account.
cleanup() { namespace_gone; }

main "$@"
