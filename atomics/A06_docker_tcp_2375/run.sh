#!/bin/sh
# Asks a Docker daemon that listens on loopback without certificates.
# shellcheck source=atomics/lib.sh
ID=A06
. "$(dirname "$0")/../lib.sh"

check() {
    program curl
    program dockerd
    want "root may start a daemon" test "$(id -u)" = 0
    want "nothing listens on 127.0.0.1:$TCP_PORT" port_free
}
port_free() { ! curl -s -m 2 "http://127.0.0.1:$TCP_PORT/"; }

# A daemon of its own, with no network, no containers and nothing to find.
attack() {
    scratch
    dockerd --host "tcp://127.0.0.1:$TCP_PORT" --tls=false --bridge none --iptables=false \
        --data-root "$SCRATCH/data" --exec-root "$SCRATCH/exec" --pidfile "$SCRATCH/pid" \
        >"$SCRATCH/log" 2>&1 &
    DAEMON=$!
    tries=0
    until curl -s -m 2 "http://127.0.0.1:$TCP_PORT/_ping" >/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -gt 60 ] || ! kill -0 "$DAEMON" 2>/dev/null; then
            tail -n 3 "$SCRATCH/log" >&2
            fail "the daemon did not start"
        fi
        sleep 0.5
    done
    curl -s "http://localhost:$TCP_PORT/containers/json" >/dev/null
    curl -s "http://127.0.0.1:$TCP_PORT/containers/json?all=1" >/dev/null
    curl -s "http://127.0.0.1:$TCP_PORT/images/json" >/dev/null
}

# Ends the daemon that this run started, by its number, and no other.
cleanup() {
    if [ -n "${DAEMON:-}" ]; then
        kill "$DAEMON" 2>/dev/null || :
        wait "$DAEMON" 2>/dev/null || :
        DAEMON=
    fi
}

main "$@"
