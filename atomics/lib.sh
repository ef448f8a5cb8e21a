# What every atomic shares: consent, prerequisites, clean-up, throw-away things.
# Read by each run.sh, which then defines check_more (optional), attack and
# cleanup, and calls `main "$@"`.
#
# Exit codes: 0 done; 1 something failed; 64 used wrongly; 65 nobody said that
# this is a lab; 77 a prerequisite is not met.
# shellcheck shell=sh disable=SC2034

set -eu

# Inputs, with their defaults. All names that an atomic makes begin with $PREFIX.
PREFIX=yaral-atomic
NAMESPACE=${YARAL_ATOMICS_NAMESPACE:-$PREFIX}
CONTEXT=${YARAL_ATOMICS_CONTEXT:-kind-yaral-atomics}
DOCKER_HOST=${YARAL_ATOMICS_DOCKER_HOST:-unix:///var/run/docker.sock}
IMAGE=${YARAL_ATOMICS_IMAGE:-$PREFIX/tools:1}
# The image as the cluster can pull it.
POD_IMAGE=${YARAL_ATOMICS_POD_IMAGE:-docker.io/library/busybox:stable}
TCP_PORT=${YARAL_ATOMICS_TCP_PORT:-2375}
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
export DOCKER_HOST

MISSING=0
SCRATCH=

say() { printf '%s: %s\n' "$ID" "$*"; }
fail() {
    printf '%s: %s\n' "$ID" "$*" >&2
    exit 1
}

# A prerequisite: `want WHAT COMMAND...` says SKIP if the command fails.
want() {
    want_what=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        say "SKIP: not met: $want_what"
        MISSING=1
    fi
}
program() { want "$1 is installed" command -v "$1"; }

docker_wanted() {
    program docker
    want "a Docker daemon answers at $DOCKER_HOST" docker version
    want "the image $IMAGE is there, or busybox (static) and curl to make it of" image_possible
}
image_there() { docker image inspect "$IMAGE"; }
image_possible() { image_there || { command -v busybox && command -v curl && command -v ldd; }; }

# Busybox and curl with its libraries, packed on this machine: nothing is pulled.
image_ready() {
    image_there >/dev/null 2>&1 && return
    scratch
    root=$SCRATCH/image
    mkdir -p "$root/bin" "$root/etc" "$root/run" "$root/tmp" "$root/var"
    ln -s ../run "$root/var/run"
    printf 'root:x:0:0::/:/bin/sh\nwww:x:10001:10001::/:/bin/sh\n' >"$root/etc/passwd"
    cp "$(command -v busybox)" "$root/bin/busybox"
    for applet in sh cat sleep base64 head ls env tar; do ln -s busybox "$root/bin/$applet"; done
    cp "$(command -v curl)" "$root/bin/curl"
    ldd "$(command -v curl)" | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
    tar -C "$root" -c . | docker import - "$IMAGE" >/dev/null
}

# Removes the containers of this atomic, by the label that only it gives.
containers_gone() {
    docker ps -aq --filter "label=$PREFIX=$ID" 2>/dev/null | while read -r container; do
        docker rm -f "$container" >/dev/null 2>&1 || :
    done
}

kubectl_wanted() {
    program kubectl
    want "the context $CONTEXT answers (YARAL_ATOMICS_CONTEXT names another)" k version
    want "namespace $NAMESPACE is free, or ours" namespace_ours
}
# Never the current context by accident: it is always named.
k() { kubectl --context "$CONTEXT" "$@"; }

namespace_ours() {
    found=$(k get namespace "$NAMESPACE" --ignore-not-found -o "jsonpath={.metadata.labels.$PREFIX}|{.metadata.name}") || return 1
    [ -z "$found" ] || [ "$found" = "yes|$NAMESPACE" ]
}
namespace_ready() {
    k get namespace "$NAMESPACE" >/dev/null 2>&1 || k create namespace "$NAMESPACE" >/dev/null
    k label namespace "$NAMESPACE" --overwrite "$PREFIX=yes" >/dev/null
    # Controllers fill a new namespace in their own time, and pods need what they put there.
    tries=0
    until namespace_filled >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || fail "namespace $NAMESPACE got no service account"
        sleep 0.5
    done
}
namespace_filled() {
    k get serviceaccount default -n "$NAMESPACE" && k get configmap kube-root-ca.crt -n "$NAMESPACE"
}
# Only a namespace with our label is deleted.
namespace_gone() {
    [ "$(k get namespace "$NAMESPACE" --ignore-not-found -o "jsonpath={.metadata.labels.$PREFIX}")" = yes ] || return 0
    k delete namespace "$NAMESPACE" --timeout=90s >/dev/null
}
# A secret that is none, and a pod that mounts it and waits.
secret_ready() {
    k create secret generic "$1" -n "$NAMESPACE" --from-literal=password=yaral-atomic-not-a-secret >/dev/null
}
pod_ready() {
    k apply -n "$NAMESPACE" -f - >/dev/null <<POD
apiVersion: v1
kind: Pod
metadata: { name: $PREFIX-pod, labels: { $PREFIX: "yes" } }
spec:
  terminationGracePeriodSeconds: 0
  # A user in the range whose opens deploy/auditd/yaral.rules audits.
  securityContext: { runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 }
  containers:
    - name: main
      image: $POD_IMAGE
      command: [sleep, "600"]
      volumeMounts: [{ name: secret, mountPath: /etc/$PREFIX }]
  volumes: [{ name: secret, secret: { secretName: $PREFIX-secret } }]
POD
    k wait -n "$NAMESPACE" --for=condition=Ready "pod/$PREFIX-pod" --timeout=90s >/dev/null
}

scratch() {
    [ -n "$SCRATCH" ] || SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/$PREFIX.XXXXXX")
}
scratch_gone() {
    if [ -n "$SCRATCH" ]; then rm -rf -- "$SCRATCH"; fi
    SCRATCH=
}

check_all() {
    MISSING=0
    check
    [ "$MISSING" = 0 ] || return 77
    say "prerequisites are met"
}

consent() {
    [ "${YARAL_ATOMICS:-}" = yes ] && return
    cat >&2 <<NO
$ID: refused. This makes and reads throw-away things as an attacker would, and
will raise alarms. In a lab of your own, say so: --i-own-this-lab, or
YARAL_ATOMICS=yes.
NO
    exit 65
}

tidy_up() {
    code=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    cleanup
    scratch_gone
    exit "$code"
}

main() {
    action=
    for argument; do
        case $argument in
        --i-own-this-lab) YARAL_ATOMICS=yes ;;
        check | run | cleanup) action=$argument ;;
        *) action=help ;;
        esac
    done
    case $action in
    check) check_all || exit $? ;;
    run)
        consent
        check_all || exit $?
        trap tidy_up EXIT
        trap 'exit 130' HUP INT TERM
        # What an earlier run may have left is in the way of this one.
        cleanup >/dev/null 2>&1 || :
        attack
        say "done at $(date -u +%Y-%m-%dT%H:%M:%SZ)"
        ;;
    cleanup)
        consent
        cleanup
        scratch_gone
        ;;
    *)
        echo "usage: $0 check | run | cleanup [--i-own-this-lab]" >&2
        exit 64
        ;;
    esac
}
