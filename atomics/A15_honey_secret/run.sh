#!/bin/sh
# Makes a secret that nobody has a reason to read, and reads it.
# shellcheck source=atomics/lib.sh
ID=A15
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    secret_ready "$PREFIX-honey"
    k get secret "$PREFIX-honey" -n "$NAMESPACE" -o yaml >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
