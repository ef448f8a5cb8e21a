#!/bin/sh
# Runs A04 to A07 against a real auditd and a real dockerd of this machine, scans
# what they logged, and says which expected signal was found. Prints SKIP with the
# reason, and succeeds, where the kernel's audit or a daemon is out of reach.
#
#   YARAL=target/debug/yaral YARAL_ATOMICS=yes atomics/ci.sh [--keep DIR]
#
# What it starts lives in a mount and a network namespace of its own, so no daemon
# and no port of the machine is in the way; the audit rules that were loaded before
# are loaded again at the end, whatever happens.

set -eu
HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
YARAL=${YARAL:-$HERE/../target/debug/yaral}
KEEP=
OURS='A04 A05 A06 A07'
AUDITOR=4242

skip() {
    echo "SKIP live atomics: $*"
    exit 0
}
fail() {
    echo "live atomics: $*" >&2
    exit 1
}
# Waits up to ten seconds for a command to succeed.
until_so() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || return 1
        sleep 0.1
    done
}
status() { auditctl -s | sed -n "s/^$1 //p"; }

# Whether this machine can do it at all.
able() {
    [ "${YARAL_ATOMICS:-}" = yes ] || skip "YARAL_ATOMICS is not 'yes'"
    [ "$(id -u)" = 0 ] || skip "not root"
    for program in auditctl auditd dockerd docker busybox curl flock unshare mount ldd; do
        command -v "$program" >/dev/null 2>&1 || skip "$program is not installed"
    done
    [ -x "$YARAL" ] || fail "no binary at $YARAL; YARAL names it"
    auditctl -s >/dev/null 2>&1 || skip "auditctl -s: no access to the kernel's audit"
    [ "$(status enabled)" != 2 ] || skip "the audit rules are locked until the next boot"
    (echo "$AUDITOR" >/proc/self/loginuid) 2>/dev/null || skip "a login cannot be played"
    unshare -m -n true 2>/dev/null || skip "no right to make a mount and a network namespace"
}

# One run at a time: the lock is on a program file, so nothing is left behind.
alone() {
    exec 9<"$(command -v auditctl)"
    flock -w 60 9 || skip "another run holds the lock"
    export YARAL_ATOMICS_INNER=yes
    exec unshare -m -n --propagation private "$0" "$@"
}

# Ends a daemon that this run started, and waits until it is gone.
end() {
    [ -n "$1" ] || return 0
    kill "$1" 2>/dev/null || return 0
    tries=0
    while kill -0 "$1" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -ne 100 ] || kill -9 "$1" 2>/dev/null || :
        [ "$tries" -lt 120 ] || break
        sleep 0.1
    done
    wait "$1" 2>/dev/null || :
}

restore() {
    code=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    end "$WATCHER"
    end "$DOCKERD"
    if [ "$RULES" = loaded ]; then
        rules_back || code=1
    fi
    end "$AUDITD"
    if [ -n "$KEEP" ]; then
        mkdir -p "$KEEP"
        cp -r "$WORK"/A* "$WORK/refused" "$KEEP" 2>/dev/null
    fi
    if [ "$code" != 0 ]; then tail -n 5 "$WORK/dockerd.log" "$WORK/auditd.out" >&2 2>/dev/null; fi
    rm -rf -- "$WORK"
    exit "$code"
}

# Takes out what was added, by its keys; then the rules have to be as before.
rules_back() {
    sed -n 's/^-.* -k \([a-z_]*\)$/\1/p' "$HERE/../deploy/auditd/yaral.rules" | sort -u | while read -r key; do
        auditctl -D -k "$key" >/dev/null 2>&1
    done
    auditctl -l >"$WORK/after" 2>&1
    if ! cmp -s "$WORK/before" "$WORK/after"; then
        auditctl -D >/dev/null 2>&1
        if ! grep -qx 'No rules' "$WORK/before"; then auditctl -R "$WORK/before" >/dev/null 2>&1; fi
    fi
    auditctl -b "$BACKLOG" --backlog_wait_time "$WAIT" >/dev/null 2>&1
    auditctl -e "$ENABLED" >/dev/null 2>&1
    auditctl -l >"$WORK/after" 2>&1
    cmp -s "$WORK/before" "$WORK/after" || {
        echo "live atomics: the audit rules are not as they were" >&2
        return 1
    }
}

# The one audit daemon that a kernel has: that of the machine, or ours.
auditd_ready() {
    if [ "$(status pid)" != 0 ]; then
        LOG=$(sed -n 's/^ *log_file *= *//p' /etc/audit/auditd.conf)
        [ -r "$LOG" ] || skip "an audit daemon runs, and its log is not to be read"
    else
        mkdir -m 0750 "$WORK/etc" "$WORK/etc/plugins.d"
        LOG=$WORK/raw/audit.log
        mkdir -m 0700 "$WORK/raw"
        cat >"$WORK/etc/auditd.conf" <<CONF
log_file = $LOG
log_format = ENRICHED
log_group = root
flush = INCREMENTAL_ASYNC
freq = 50
max_log_file = 500
max_log_file_action = IGNORE
num_logs = 0
space_left = 2
space_left_action = IGNORE
admin_space_left = 1
admin_space_left_action = IGNORE
disk_full_action = IGNORE
disk_error_action = IGNORE
plugin_dir = $WORK/etc/plugins.d
CONF
        chmod 0640 "$WORK/etc/auditd.conf"
        auditd -n -c "$WORK/etc" >"$WORK/auditd.out" 2>&1 9<&- &
        AUDITD=$!
        until_so auditd_answers || skip "the audit daemon does not start: $(tail -n 1 "$WORK/auditd.out")"
    fi
}
auditd_answers() { [ "$(status pid)" != 0 ] && [ -e "$LOG" ]; }

# The shipped rules, as a user would load them. Only a line that watches what is
# not on this machine may be refused.
rules_ready() {
    RULES=loaded
    auditctl -R "$HERE/../deploy/auditd/yaral.rules" >/dev/null 2>"$WORK/refused" || :
    sed -n 's/^There was an error in line \([0-9]*\) .*/\1/p' "$WORK/refused" | while read -r line; do
        rule=$(sed -n "${line}p" "$HERE/../deploy/auditd/yaral.rules")
        path=$(printf '%s\n' "$rule" | sed -n 's/^-w \([^ ]*\) .*/\1/p; s/.*-F \(path\|dir\)=\([^ ]*\) .*/\2/p')
        if [ -z "$path" ] || [ -e "$(dirname "$path")" ] && [ -e "$path" ]; then
            echo "auditctl refuses line $line: $rule" >&2
            exit 1
        fi
        echo "not on this machine, so not watched: $path"
    done || fail "deploy/auditd/yaral.rules is not accepted"
    auditctl -e 1 >/dev/null
    [ "$(auditctl -l | grep -c 'yaral_')" -ge 7 ] || fail "the audit rules were not loaded"
}

dockerd_ready() {
    dockerd --debug --raw-logs --host unix:///var/run/docker.sock --bridge none --iptables=false \
        --data-root "$WORK/docker" --exec-root /run/docker --pidfile /run/docker.pid \
        >"$WORK/dockerd.log" 2>&1 9<&- &
    DOCKERD=$!
    until_so docker version || skip "the Docker daemon does not start: $(tail -n 1 "$WORK/dockerd.log")"
    docker events --format '{{json .}}' >"$WORK/docker-events.ndjson" 2>/dev/null 9<&- &
    WATCHER=$!
}

# An atomic as somebody who logged in (records of services have no auid), and what
# was logged meanwhile held against what it expects.
attack() {
    size "$LOG" audit && size "$WORK/dockerd.log" dockerd && size "$WORK/docker-events.ndjson" events
    folder=$(echo "$HERE/$1"_*)
    (echo "$AUDITOR" >/proc/self/loginuid && exec "$folder/run.sh" run) || {
        [ $? != 77 ] || skip "$1: a prerequisite is not met"
        fail "$1 failed"
    }
    # The kernel hands records on in its own time.
    sleep 1
    mkdir "$WORK/$1"
    since "$LOG" audit >"$WORK/$1/audit.log"
    since "$WORK/dockerd.log" dockerd >"$WORK/$1/dockerd.log"
    since "$WORK/docker-events.ndjson" events >"$WORK/$1/docker-events.ndjson"
    [ -s "$WORK/$1/audit.log" ] || skip "the kernel wrote no audit record"
    YARAL=$YARAL "$HERE/run" verify "$1" "$WORK/$1" || fail "$1: not what was expected"
}
size() { wc -c <"$1" >"$WORK/$2.size"; }
since() { tail -c +"$(($(cat "$WORK/$2.size") + 1))" "$1"; }

inner() {
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/yaral-atomics-ci.XXXXXX")
    AUDITD='' DOCKERD='' WATCHER='' RULES=''
    BACKLOG=$(status backlog_limit) WAIT=$(status backlog_wait_time) ENABLED=$(status enabled)
    auditctl -l >"$WORK/before" 2>&1
    trap restore EXIT
    trap 'exit 130' HUP INT TERM
    # Its own /run holds the daemons' sockets and pid files, with the paths that
    # the rules watch.
    mount -t tmpfs tmpfs /run
    mkdir -p /run/lock /run/secrets
    busybox ip link set lo up
    unset DOCKER_HOST DOCKER_CONTEXT

    auditd_ready
    rules_ready
    dockerd_ready
    for atomic in $OURS; do attack "$atomic"; done
    echo "live atomics: $OURS were run and seen"
}

while [ $# -gt 0 ]; do
    case $1 in
    --keep)
        KEEP=$2
        shift
        ;;
    *)
        echo "usage: $0 [--keep DIR]" >&2
        exit 64
        ;;
    esac
    shift
done
if [ "${YARAL_ATOMICS_INNER:-}" = yes ]; then inner; else
    able
    if [ -n "$KEEP" ]; then alone --keep "$KEEP"; else alone; fi
fi
