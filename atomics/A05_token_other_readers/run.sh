#!/bin/sh
# Reads a service account's token with other programs than cat, by both of its paths.
# shellcheck source=atomics/lib.sh
ID=A05
. "$(dirname "$0")/../lib.sh"

check() { docker_wanted; }

attack() {
    image_ready
    scratch
    # Header and claims of nobody, and no signature: not a token of any cluster.
    printf '%s' 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ5YXJhbC1hdG9taWMifQ.not-a-signature' >"$SCRATCH/token"
    chmod 0755 "$SCRATCH"
    chmod 0644 "$SCRATCH/token"
    folder=run/secrets/kubernetes.io/serviceaccount
    docker run --rm --name "$PREFIX-a05" --label "$PREFIX=$ID" --network none --user 10001:10001 \
        -v "$SCRATCH:/$folder:ro" "$IMAGE" sh -c "
            base64 /var/$folder/token
            base64 /$folder/token
            busybox cat /var/$folder/token
            busybox cat /$folder/token" >/dev/null
}

cleanup() { containers_gone; }

main "$@"
