//! Clients of what runs on a node: `crictl`, `ctr`, `etcdctl`.
//!
//! Names and flags are as the programs' help texts and documentation have them.

use super::Client;

/// `crictl`.
pub(super) static CRI: Client = Client {
    names: &["crictl"],
    long: list! {
        "config" "image-endpoint" "runtime-endpoint" "timeout" "output" "template" "tail" "since"
        "until" "name" "pod" "image" "state" "label" "last" "id" "creds" "auth" "annotation"
        "pod-config" "profile-cpu" "profile-mem" "tracing-endpoint" "tracing-sampling-rate-per-million"
        "runtime" "transport" "tls-server-name" "filter" "namespace" "limit" "cpu-period"
        "cpu-quota" "cpu-share" "memory" "cpuset-cpus" "cpuset-mems" "cancel-timeout"
        "pull-timeout" "seconds" "export" "mask"
    },
    long_switches: &[],
    global_switches: list! { "debug" "help" "version" "enable-tracing" },
    short: &['c', 'i', 'r', 't', 'o', 'p', 'n', 's'],
    short_of: &[],
    switches: &[
        ("exec", "itrs"),
        ("logs", "trp"),
        ("rm", "c"),
        ("rmi", "ip"),
        ("stats", "s"),
    ],
    kept: None,
    nouns: &[],
    kinds: &[],
    verbs: list! {
        "attach" "create" "exec" "version" "images" "image" "img" "inspect" "inspecti" "inspectp"
        "imagefsinfo" "logs" "port-forward" "ps" "pull" "run" "runp" "rm" "rmi" "rmp" "pods"
        "start" "info" "stop" "stopp" "update" "config" "stats" "statsp" "metricsp"
        "metricdescs" "completion" "checkpoint" "runtime-config" "update-runtime-config" "events"
        "help"
    },
    carriers: &[("exec", 1)],
    dashed: &[],
    one_dash: true,
};

/// `ctr`.
pub(super) static CONTAINERD: Client = Client {
    names: &["ctr"],
    long: list! {
        "address" "namespace" "timeout" "connect-timeout" "exec-id" "user" "cwd" "snapshotter"
        "platform" "fifo-dir" "log-uri" "cgroup" "runc-binary" "runc-root" "uidmap" "gidmap" "cpus"
        "cpu-shares" "snapshotter-label" "config" "env" "env-file" "label" "annotation" "mount"
        "runtime" "runtime-config-path" "with-ns" "pid-file" "gpus" "memory-limit" "device"
        "cap-add" "cap-drop" "seccomp-profile" "apparmor-profile" "rdt-class" "cpu-quota"
        "cpu-period" "rootfs-propagation" "refresh" "hosts-dir" "tlscacert" "tlscert" "tlskey"
        "max-concurrent-downloads" "max-concurrent-uploaded-layers" "manifest" "manifest-type"
        "base-name" "index-name" "signal" "image-path" "work-path" "cpuset-cpus" "cpuset-mems"
        "hostname" "user-id" "sandbox" "blockio-class" "cgroupns" "id" "expires" "type" "sort"
    },
    long_switches: &[],
    global_switches: list! { "debug" "help" "version" },
    short: &['a', 'n', 'u'],
    short_of: &[(list! { "run" "create" }, "c"), (list! { "kill" }, "s")],
    switches: &[("kill", "a"), ("exec", "n"), ("start", "n")],
    kept: None,
    nouns: &[],
    kinds: list! {
        "plugins" "plugin" "containers" "container" "c" "content" "events" "event" "images"
        "image" "i" "leases" "lease" "namespaces" "namespace" "ns" "pprof" "snapshots" "snapshot"
        "tasks" "task" "t" "oci" "shim" "sandboxes" "sandbox" "sb" "s"
    },
    verbs: list! {
        "plugins" "plugin" "version" "containers" "container" "c" "content" "events" "event"
        "images" "image" "i" "leases" "namespaces" "namespace" "ns" "pprof" "run" "snapshots"
        "snapshot" "tasks" "task" "t" "install" "oci" "shim" "deprecations" "info" "sandboxes"
        "sandbox" "sb" "s" "help" "ls" "list" "exec" "attach" "kill" "ps" "pull" "push" "export"
        "import" "mount" "unmount" "start" "create" "rm" "delete" "checkpoint" "metrics" "pause"
        "resume" "mounts" "fetch" "get" "check" "tag" "label" "usage" "view" "tree" "inspect"
    },
    // The image and the name of the container stand before the command.
    carriers: &[("exec", 1), ("run", 2), ("create", 2)],
    dashed: &[],
    one_dash: true,
};

/// `etcdctl`.
pub(super) static ETCD: Client = Client {
    names: &["etcdctl"],
    long: list! {
        "endpoints" "endpoint" "peers" "cacert" "cert" "key" "user" "password" "auth-jwt-token"
        "write-out" "command-timeout" "dial-timeout" "keepalive-time" "keepalive-timeout"
        "discovery-srv" "discovery-srv-name" "max-request-bytes" "max-recv-bytes" "limit" "order"
        "sort-by" "rev" "consistency" "max-create-rev" "min-create-rev" "max-mod-rev"
        "min-mod-rev" "lease" "output" "username" "ca-file" "cert-file" "key-file" "timeout"
        "total-timeout" "data-dir" "backup-dir" "wal-dir" "prefix-key" "ttl" "load" "peer-urls"
        "dest-prefix" "dest-cert" "dest-key" "dest-cacert" "dest-user" "dest-password"
    },
    long_switches: &[],
    global_switches: list! {
        "debug" "hex" "insecure-transport" "insecure-skip-tls-verify" "insecure-discovery" "help"
        "version" "no-sync"
    },
    short: &['w', 'd', 'o', 'u', 'C'],
    short_of: &[],
    switches: &[],
    kept: None,
    nouns: &[],
    kinds: &[],
    verbs: list! {
        "alarm" "auth" "check" "compaction" "completion" "defrag" "del" "elect" "endpoint" "get"
        "help" "lease" "lock" "make-mirror" "member" "move-leader" "put" "role" "snapshot" "txn"
        "user" "version" "watch" "backup" "cluster-health" "ls" "set" "rm" "mk" "mkdir" "rmdir"
        "update" "import" "exec-watch" "downgrade"
    },
    carriers: &[],
    dashed: &[],
    one_dash: false,
};
