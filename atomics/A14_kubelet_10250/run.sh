#!/bin/sh
# Asks port 10250 of a node for its pods, without a credential.
# shellcheck source=atomics/lib.sh
ID=A14
. "$(dirname "$0")/../lib.sh"

check() {
    program curl
    want "an address of a node is known (YARAL_ATOMICS_NODE_IP names one)" address_known
    want "port 10250 is in reach" reachable
}
address() {
    if [ -n "${YARAL_ATOMICS_NODE_IP:-}" ]; then
        printf '%s\n' "$YARAL_ATOMICS_NODE_IP"
    else
        k get nodes -o 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}'
    fi
}
address_known() { [ -n "$(address)" ]; }
reachable() { curl -sk -m 5 "https://$(address):10250/healthz"; }

# No credential is sent, and whatever comes back is thrown away.
attack() { curl -sk -m 5 "https://$(address):10250/pods" >/dev/null || :; }

# Nothing is made.
cleanup() { :; }

main "$@"
