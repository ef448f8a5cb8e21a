#!/bin/sh
# Asks a kubelet through the API server which pods it runs, with what stands in their specs.
# shellcheck source=atomics/lib.sh
ID=A11
. "$(dirname "$0")/../lib.sh"

check() {
    program kubectl
    want "the context $CONTEXT answers (YARAL_ATOMICS_CONTEXT names another)" k version
    want "a node is known (YARAL_ATOMICS_NODE names one)" node_known
}
node() { printf '%s\n' "${YARAL_ATOMICS_NODE:-$(k get nodes -o 'jsonpath={.items[0].metadata.name}')}"; }
node_known() { [ -n "$(node)" ]; }

attack() { k get --raw "/api/v1/nodes/$(node)/proxy/runningpods/" >/dev/null; }

# Nothing is made.
cleanup() { :; }

main "$@"
