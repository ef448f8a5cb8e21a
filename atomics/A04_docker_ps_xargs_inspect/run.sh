#!/bin/sh
# Lists containers and inspects each, for what stands in their environment.
# shellcheck source=atomics/lib.sh
ID=A04
. "$(dirname "$0")/../lib.sh"

check() {
    docker_wanted
    program xargs
}

attack() {
    image_ready
    for number in 1 2 3; do
        docker run -d --name "$PREFIX-a04-$number" --label "$PREFIX=$ID" --network none \
            -e DB_PASSWORD=yaral-atomic-not-a-secret "$IMAGE" sleep 300 >/dev/null
    done
    # The filter leaves out every container that is not ours.
    docker ps -q --filter "label=$PREFIX=$ID" | xargs docker inspect >/dev/null
}

cleanup() { containers_gone; }

main "$@"
