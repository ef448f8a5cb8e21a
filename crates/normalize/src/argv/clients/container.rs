//! Clients of a container engine: `docker` and those that take its flags.
//!
//! Names and flags are as the programs' help texts and documentation have them.

use super::Client;

/// Long flags that have a value, of the program and its commands.
const LONG: &[&str] = list! {
    "add-host" "address" "advertise-addr" "after" "alias" "allow" "annotation" "ansi" "arch"
    "args" "attach" "attest" "authfile" "author" "aux-address" "availability" "blkio-weight"
    "blkio-weight-device" "bridge-ip" "build-arg" "builder" "cache-from" "cache-to" "call"
    "cap-add" "cap-drop" "cdi-spec-dir" "cert-dir" "cert-expiry" "cgroup-manager" "cgroup-parent"
    "cgroupns" "change" "checkpoint" "checkpoint-dir" "chrootdirs" "cidfile" "cni-netconfpath"
    "cni-path" "compose-file" "compression-format" "compression-level" "config" "config-add"
    "config-from" "config-rm" "conmon" "conmon-pidfile" "connection" "constraint"
    "constraint-add" "constraint-rm" "container-label" "container-label-add" "container-label-rm"
    "container-prefix" "context" "cosign-key" "cpu-count" "cpu-percent" "cpu-period"
    "cpu-profile" "cpu-quota" "cpu-rt-period" "cpu-rt-runtime" "cpu-shares" "cpus" "cpuset-cpus"
    "cpuset-mems" "creds" "data-path-addr" "data-root" "decryption-key" "default-addr-pool"
    "default-mounts-file" "description" "detach-keys" "device" "device-cgroup-rule"
    "device-read-bps" "device-read-iops" "device-write-bps" "device-write-iops" "digestfile"
    "dir" "dispatcher-heartbeat" "dns" "dns-add" "dns-opt" "dns-option" "dns-option-add"
    "dns-option-rm" "dns-rm" "dns-search" "dns-search-add" "dns-search-rm" "docker" "domainname"
    "driver" "driver-opt" "endpoint-mode" "entrypoint" "env" "env-add" "env-file" "env-rm"
    "events-backend" "exit-code-from" "expose" "file" "filter" "format" "from" "gateway"
    "generic-resource" "generic-resource-add" "generic-resource-rm" "gidmap" "gpus" "group"
    "group-add" "group-entry" "group-rm" "gw-priority" "hash" "health-cmd" "health-interval"
    "health-log-destination" "health-max-log-count" "health-max-log-size" "health-on-failure"
    "health-retries" "health-start-interval" "health-start-period" "health-startup-cmd"
    "health-startup-interval" "health-startup-retries" "health-startup-success"
    "health-startup-timeout" "health-timeout" "hooks-dir" "host" "host-add" "host-gateway-ip"
    "host-rm" "hostname" "hosts-dir" "hosts-file" "identity" "iidfile" "image" "image-path"
    "image-volume" "imagestore" "index" "infra-command" "infra-image" "infra-name" "init-ctr"
    "init-path" "input" "interval" "io-maxbandwidth" "io-maxiops" "ip" "ip-range" "ip6"
    "ipam-driver" "ipam-opt" "ipc" "ipfs-address" "isolation" "keep-storage" "kernel-memory"
    "key" "label" "label-add" "label-file" "label-rm" "last" "limit" "limit-bytes" "limit-cpu"
    "limit-memory" "limit-pids" "link" "link-local-ip" "log-driver" "log-level" "log-opt"
    "mac-address" "max-concurrent" "max-snapshots" "memory" "memory-profile" "memory-reservation"
    "memory-swap" "memory-swappiness" "message" "metadata-file" "mode" "module" "mount"
    "mount-add" "mount-rm" "name" "namespace" "net" "network" "network-add" "network-alias"
    "network-cmd-path" "network-config-dir" "network-rm" "no-cache-filter" "notation-key-name"
    "oom-score-adj" "opt" "os" "os-features" "os-version" "out" "output" "parallel"
    "passwd-entry" "password" "personality" "pid" "pidfile" "pids-limit" "placement-pref"
    "placement-pref-add" "placement-pref-rm" "platform" "pod" "pod-id-file" "pod-prefix" "port"
    "preserve-fd" "preserve-fds" "profile" "progress" "project-directory" "project-name"
    "provenance" "publish" "publish-add" "publish-rm" "pull" "rdt-class" "registries-conf"
    "replicas" "replicas-max-per-node" "required-bytes" "requires" "reserve-cpu" "reserve-memory"
    "resolve-image" "restart" "restart-condition" "restart-delay" "restart-max-attempts"
    "restart-policy" "restart-sec" "restart-window" "retry" "retry-delay" "role" "rollback-delay"
    "rollback-failure-action" "rollback-max-failure-ratio" "rollback-monitor" "rollback-order"
    "rollback-parallelism" "root" "rootfs-propagation" "runroot" "runtime" "runtime-flag" "sbom"
    "scale" "scope" "sdnotify" "seccomp-policy" "secret" "secret-add" "secret-rm" "security-opt"
    "separator" "service" "set" "share" "share-parent" "sharing" "shm-size" "shm-size-systemd"
    "sign-by" "sign-passphrase-file" "signal" "since" "snapshot-interval" "snapshotter" "ssh"
    "start-timeout" "stop-grace-period" "stop-signal" "stop-timeout" "storage-driver"
    "storage-opt" "subgidname" "subnet" "subuidname" "sysctl" "sysctl-add" "sysctl-rm" "systemd"
    "tag" "tail" "target" "task-history-limit" "template" "template-driver" "time" "timeout"
    "tls-ca" "tls-cert" "tls-key" "tlscacert" "tlscert" "tlskey" "tmpdir" "tmpfs" "token"
    "topology-preferred" "topology-required" "type" "tz" "uidmap" "ulimit" "ulimit-add"
    "ulimit-rm" "umask" "unsetenv" "until" "update-delay" "update-failure-action"
    "update-max-failure-ratio" "update-monitor" "update-order" "update-parallelism" "url" "user"
    "username" "userns" "uts" "variant" "volume" "volume-driver" "volumepath" "volumes-from"
    "wait-timeout" "wants" "work-path" "workdir"
};

/// Commands, and the kinds of object that one may stand behind.
const VERBS: &[&str] = list! {
    "add" "alpha" "annotate" "apparmor" "artifact" "attach" "auto-update" "build" "builder"
    "buildx" "ca" "checkpoint" "cleanup" "clone" "commit" "compose" "config" "connect"
    "container" "context" "convert" "cp" "create" "demote" "deploy" "df" "diff" "disable"
    "disconnect" "down" "enable" "events" "exec" "exists" "export" "farm" "generate"
    "healthcheck" "help" "history" "image" "images" "import" "info" "init" "inspect" "install"
    "internal" "ipfs" "join" "join-token" "key" "kill" "kube" "leave" "list" "load" "login"
    "logout" "logs" "ls" "machine" "manifest" "mount" "namespace" "network" "node" "pause" "play"
    "plugin" "pod" "port" "promote" "prune" "ps" "publish" "pull" "push" "quadlet" "reload"
    "remove" "rename" "renew" "restart" "restore" "revoke" "rm" "rmi" "rollback" "run" "runlabel"
    "save" "scale" "scp" "search" "secret" "service" "services" "set" "show" "sign" "signer"
    "ssh" "stack" "start" "stats" "stop" "swarm" "system" "tag" "top" "tree" "trust" "umount"
    "unlock" "unlock-key" "unmount" "unpause" "unshare" "untag" "up" "update" "upgrade" "use"
    "version" "viz" "volume" "wait" "watch"
};

/// First words that name a kind of object, before what is done with it.
const KINDS: &[&str] = list! {
    "artifact" "builder" "buildx" "checkpoint" "compose" "config" "context" "farm" "generate"
    "healthcheck" "image" "imagetools" "kube" "machine" "manifest" "namespace" "network" "node"
    "plugin" "pod" "quadlet" "secret" "service" "stack" "swarm" "system" "trust" "volume"
};

/// `docker` and its kin.
pub(super) static ENGINE: Client = Client {
    names: &["docker", "podman", "nerdctl", "docker-compose", "finch"],
    long: LONG,
    long_switches: &[("build", "pull"), ("start", "attach")],
    global_switches: list! {
        "debug" "debug-full" "tls" "tlsverify" "help" "version" "remote" "syslog" "trace" "noout"
        "transient-store" "insecure-registry" "experimental" "all-resources" "compatibility"
        "dry-run" "verbose" "no-ansi" "skip-hostname-check"
    },
    short: &[],
    short_of: &[
        (list! { "" }, "Hclfpan"),
        (list! { "compose" }, "fp"),
        (list! { "run" "create" }, "acehlmopuvw"),
        (list! { "exec" }, "euw"),
        (list! { "build" "bake" }, "ftcmov"),
        (list! { "commit" }, "acmfi"),
        (list! { "import" }, "cm"),
        (list! { "export" "save" "convert" }, "o"),
        (list! { "load" "restore" }, "in"),
        (list! { "logs" }, "n"),
        (list! { "ps" "ls" "list" }, "fn"),
        (list! { "inspect" }, "ft"),
        (
            list! { "info" "version" "events" "search" "images" "services" "tasks" "stats" "kube" },
            "f",
        ),
        (list! { "stop" "restart" "kill" "up" "down" "rm" }, "st"),
        (list! { "update" }, "cmelpuw"),
        (list! { "deploy" "config" }, "cof"),
        (list! { "login" }, "pu"),
        (list! { "wait" }, "i"),
    ],
    switches: &[],
    kept: None,
    nouns: &["container"],
    kinds: KINDS,
    verbs: VERBS,
    carriers: &[("exec", 1), ("run", 1), ("create", 1)],
    dashed: &[],
    one_dash: false,
};
