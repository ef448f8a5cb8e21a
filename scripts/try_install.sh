#!/usr/bin/env bash
# Installs yaral in each way that README.md names, each in a clean root, and demands the
# same of all: `yaral version --json`, and the detections in a shipped sample.
#
#   scripts/try_install.sh DIST [WAY...]
#
# DIST is what `cargo xtask dist --out DIST` wrote. Ways are cargo, archive, deb, container
# and empty (a root that holds the program alone); all, unless some are named. What the
# machine cannot do is told as SKIP. TRY_BASE names a folder with a small Debian, which is
# otherwise made by debootstrap; nothing is changed in it.
set -euo pipefail

repo="$(cd "$(dirname "$0")/.." && pwd)"
dist="$(cd "${1:?usage: try_install.sh DIST [WAY...]}" && pwd)"
shift
ways=("$@")
((${#ways[@]})) || ways=(cargo archive deb container empty)
readonly SAMPLE=samples/k8s-attack.ndjson.gz
readonly SUITE=bookworm

work="$(mktemp -d)"
# shellcheck disable=SC2064 # The folder is known now.
trap "rm -rf '$work'" EXIT
mkdir "$work/seen"
base=""
skipped=0

skip() { # WAY WHY
    printf 'SKIP  %-10s %s\n' "$1" "$2"
    skipped=$((skipped + 1))
}
fail() {
    printf 'FAIL  %s\n' "$1" >&2
    exit 1
}

lines() { # WAY: the lines that README.md gives for it
    awk -v mark="<!-- install $1 -->" '
        $0 == mark { marked = 1; next }
        marked && /^```sh$/ { inside = 1; next }
        inside && /^```$/ { exit }
        inside { print }
    ' "$repo/README.md" | grep . || fail "README.md has no lines for $1"
}

see() { # WAY COMMAND...: what the installed program says, from a folder with samples/
    local way="$1"
    shift
    "$@" version --json >"$work/seen/$way.version" || fail "$way: yaral version"
    "$@" scan "$SAMPLE" --format ndjson >"$work/seen/$way.detections" 2>"$work/log" || {
        cat "$work/log" >&2
        fail "$way: yaral scan"
    }
    [[ -s "$work/seen/$way.detections" ]] || fail "$way: the sample has no detections"
    printf 'OK    %-10s %s detections\n' "$way" "$(wc -l <"$work/seen/$way.detections")"
}

sample() { # ROOT: puts the sample there
    mkdir -p "$1/samples"
    cp "$repo/$SAMPLE" "$1/samples/"
}

clean_root() { # WAY: a fresh Debian in $root, with DIST below /dist
    root="$work/$1"
    if ((EUID != 0)); then
        skip "$1" "changing the root needs to be root"
        return 1
    fi
    if [[ -z "$base" ]]; then
        base="${TRY_BASE:-$work/base}"
        if [[ ! -e "$base/bin/sh" ]]; then
            if ! command -v debootstrap >/dev/null; then
                skip "$1" "debootstrap is not installed and TRY_BASE names no Debian"
                base=""
                return 1
            fi
            if ! debootstrap --variant=minbase "$SUITE" "$base" >"$work/debootstrap.log" 2>&1; then
                skip "$1" "debootstrap: $(tail -n 1 "$work/debootstrap.log")"
                rm -rf "$base"
                base=""
                return 1
            fi
        fi
    fi
    cp -a "$base" "$root"
    mkdir "$root/dist"
    cp "$dist"/* "$root/dist/"
    sample "$root"
}

files() { # ROOT: every file, but the package manager's own notes
    (cd "$1" && find . -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o -print | sort)
}

inside() { # ROOT LINES: runs lines in a root, as a person would who just logged in
    env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/ \
        chroot "$1" /bin/sh -ec "cd /dist; $2" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        fail "the lines of README.md: $2"
    }
}

try_cargo() {
    if ! command -v cargo >/dev/null; then
        skip cargo "cargo is not installed"
        return
    fi
    # Nothing of the environment but what finds the toolchain.
    (cd "$repo" && env -i HOME="$HOME" PATH="$(dirname "$(command -v cargo)"):/usr/bin:/bin" \
        ${CARGO_HOME:+CARGO_HOME="$CARGO_HOME"} ${RUSTUP_HOME:+RUSTUP_HOME="$RUSTUP_HOME"} \
        ${CARGO_TARGET_DIR:+CARGO_TARGET_DIR="$CARGO_TARGET_DIR"} \
        CARGO_INSTALL_ROOT="$work/cargo" bash -ec "$(lines cargo)") >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        fail "cargo install"
    }
    cd "$repo"
    see cargo "$work/cargo/bin/yaral"
}

try_archive() {
    clean_root archive || return 0
    inside "$root" "$(lines archive)"
    see archive chroot "$root" yaral
    # The page and the script for a shell, as they are in the archive.
    local unpacked
    unpacked="$(find "$root/dist" -mindepth 1 -maxdepth 1 -type d)"
    [[ -s "$unpacked/man/man1/yaral-scan.1" && -s "$unpacked/completions/yaral.bash" ]] ||
        fail "archive: no manual or completions"
}

try_deb() {
    clean_root deb || return 0
    files "$root" >"$work/before"
    inside "$root" "$(lines deb)"
    see deb chroot "$root" yaral
    files "$root" | comm -13 "$work/before" - >"$work/new"
    grep -qx ./usr/share/man/man1/yaral-scan.1.gz "$work/new" || fail "deb: no manual"
    [[ "$(chroot "$root" dpkg --verify yaral)" == "" ]] || fail "deb: files differ from their sums"
    # Again over itself, as an upgrade; then away.
    inside "$root" "$(lines deb)"
    chroot "$root" dpkg -r yaral >/dev/null
    files "$root" | diff "$work/before" - || fail "deb: removed, these are left or missing"
    if chroot "$root" dpkg -s yaral >/dev/null 2>&1; then fail "deb: dpkg still knows it"; fi
}

try_container() {
    if ! docker info >/dev/null 2>&1; then
        skip container "no Docker daemon answers"
        return
    fi
    mkdir "$work/container"
    cp "$dist"/*.tar.gz "$work/container/"
    cd "$work/container"
    bash -ec "$(lines container)" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        fail "docker build"
    }
    # The folder with the sample must be readable by the container's user.
    sample "$work/container"
    chmod -R a+rX "$work"
    see container docker run --rm --network none --read-only --cap-drop ALL \
        -v "$work/container:/logs:ro" yaral
    [[ "$(docker image inspect --format '{{.Config.User}}' yaral)" == 65532:65532 ]] ||
        fail "container: it runs as somebody else"
    docker image rm yaral >/dev/null
}

try_empty() {
    if ((EUID != 0)); then
        skip empty "changing the root needs to be root"
        return
    fi
    mkdir "$work/empty"
    tar -xzf "$dist"/yaral-*.tar.gz -C "$work/empty" --strip-components 1 --wildcards '*/yaral'
    sample "$work/empty"
    [[ "$(find "$work/empty" -type f | wc -l)" == 2 ]] || fail "empty: it is not empty"
    see empty env -i PATH="$PATH" chroot "$work/empty" /yaral
}

for way in "${ways[@]}"; do
    case "$way" in
    cargo | archive | deb | container | empty) "try_$way" ;;
    *) fail "no such way: $way" ;;
    esac
done

first=""
for version in "$work"/seen/*.version; do
    [[ -e "$version" ]] || fail "no way could be tried"
    way="${version%.version}"
    first="${first:-$way}"
    cmp "$first.version" "$version" || fail "$(basename "$way") says another version"
    cmp "$first.detections" "$way.detections" || fail "$(basename "$way") detects otherwise"
done
echo "same in all: version --json and detections, of $(find "$work/seen" -name '*.version' | wc -l) ways; $skipped skipped"
