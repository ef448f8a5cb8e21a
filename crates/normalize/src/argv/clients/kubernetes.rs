//! Clients of the Kubernetes API: `kubectl` and `oc`, and `helm`.
//!
//! Names and flags are as the programs' help texts and documentation have them.

use super::Client;

/// Long flags that have a value, of `kubectl`, `oc` and their commands.
const LONG: &[&str] = list! {
    "accept-hosts" "accept-paths" "address" "aggregation-rule" "annotations" "api-group"
    "api-prefix" "api-version" "as" "as-group" "as-uid" "as-user" "as-user-extra" "audience"
    "auth-provider" "auth-provider-arg" "bound-object-kind" "bound-object-name"
    "bound-object-uid" "build-arg" "cache-dir" "categories" "cert" "certificate-authority"
    "chunk-size" "client-certificate" "client-key" "cluster" "cluster-ip" "clusterrole" "code"
    "commit" "concurrency" "container" "containers" "context" "context-dir" "copy-to"
    "cpu-percent" "current-replicas" "custom" "delete-threshold" "dest-dir" "docker-email"
    "docker-image" "docker-password" "docker-server" "docker-username" "duration" "env" "exclude"
    "exec-api-version" "exec-arg" "exec-command" "exec-env" "exec-interactive-mode" "external-ip"
    "field-manager" "field-selector" "filename" "filename-pattern" "for" "from" "from-env-file"
    "from-file" "from-literal" "from-repo" "grace-period" "group" "group-version"
    "helm-api-versions" "helm-command" "helm-kube-version" "image" "image-pull-policy"
    "image-stream" "image-type" "include" "keepalive" "key" "keys" "kubeconfig" "kuberc"
    "kustomize" "label-columns" "labels" "limit-bytes" "load-balancer-ip" "load-restrictor"
    "log-backtrace-at" "log-dir" "log-file" "log-file-max-size" "log-flush-frequency" "loglevel"
    "max" "max-log-requests" "min" "mount" "name" "namespace" "namespaces" "network-name"
    "node-name" "node-port" "non-resource-url" "oc-version" "only-dir" "output"
    "output-directory" "override-type" "overrides" "param" "param-file" "password" "patch"
    "patch-file" "path" "pod-running-timeout" "pod-selector" "port" "prefix" "profile"
    "profile-output" "protocol" "proxy-url" "prune-allowlist" "reject-methods" "reject-paths"
    "replicas" "request-timeout" "resource" "resource-name" "resource-version" "restart"
    "retries" "revision" "role" "rolebinding-name" "schedule" "selector" "server"
    "serviceaccount" "session-affinity" "set-image" "sha-file" "since" "since-time"
    "skip-wait-for-delete-timeout" "sort-by" "source-image" "stderrthreshold" "strategy"
    "subresource" "tail" "target" "target-port" "tcp" "template" "template-file" "timeout"
    "tls-server-name" "to" "to-dir" "to-namespace" "token" "type" "types" "unit" "unix-socket"
    "user" "user-extra" "username" "v" "verb" "verbs" "vmodule" "www" "www-prefix"
};

/// Commands.
const VERBS: &[&str] = list! {
    "adm" "alpha" "annotate" "api-resources" "api-versions" "apply" "attach" "auth" "autoscale"
    "cancel-build" "certificate" "cluster-info" "completion" "config" "convert" "cordon" "cp"
    "create" "debug" "delete" "describe" "diff" "drain" "edit" "events" "exec" "explain" "expose"
    "extract" "get" "help" "idle" "image" "import-image" "kubectl" "kustomize" "label" "login"
    "logout" "logs" "new-app" "new-build" "new-project" "observe" "options" "patch" "plugin"
    "policy" "port-forward" "process" "project" "projects" "proxy" "registry" "replace" "rollout"
    "rsh" "rsync" "run" "sa" "scale" "secrets" "serviceaccounts" "set" "start-build" "status"
    "tag" "taint" "top" "uncordon" "version" "wait" "whoami"
};

/// `kubectl` and `oc`.
pub(super) static API: Client = Client {
    names: &["kubectl", "oc"],
    long: LONG,
    // Where `--raw` is a path it is told apart by `kept`.
    long_switches: &[("logs", "prefix")],
    global_switches: list! {
        "insecure-skip-tls-verify" "match-server-version" "warnings-as-errors" "help" "version"
        "disable-compression" "alsologtostderr" "logtostderr" "add-dir-header" "skip-headers"
        "skip-log-headers" "one-output"
    },
    short: &['n', 's', 'v', 'o', 'l', 'f', 'k', 'c', 'L', 'p'],
    short_of: &[
        (list! { "proxy" }, "Pwu"),
        (list! { "set" "new-app" "new-build" }, "e"),
        (list! { "create" "autoscale" }, "r"),
        (list! { "login" }, "u"),
        (list! { "policy" "adm" }, "uz"),
    ],
    switches: &[("logs", "fp"), ("whoami", "c")],
    kept: Some("raw"),
    nouns: &[],
    kinds: &[],
    verbs: VERBS,
    carriers: &[("rsh", 1)],
    dashed: list! { "exec" "debug" "run" "attach" "create" },
    one_dash: false,
};

/// `helm`.
pub(super) static CHARTS: Client = Client {
    names: &["helm"],
    long: list! {
        "namespace" "kube-context" "kubeconfig" "kube-token" "kube-apiserver" "kube-as-user"
        "kube-as-group" "kube-ca-file" "kube-tls-server-name" "registry-config" "repository-cache"
        "repository-config" "content-cache" "color" "colour" "burst-limit" "qps" "output"
        "revision" "template" "filter" "max" "offset" "selector" "time-format" "values" "set"
        "set-string" "set-file" "set-json" "set-literal" "version" "repo" "username" "password"
        "ca-file" "cert-file" "key-file" "keyring" "timeout" "history-max" "post-renderer"
        "post-renderer-args" "description" "labels" "name-template" "destination" "untardir"
        "api-versions" "kube-version" "output-dir" "release-name" "show-only" "plugin"
    },
    long_switches: &[("template", "release-name"), ("version", "template")],
    global_switches: list! { "debug" "kube-insecure-skip-tls-verify" "help" },
    short: &['n', 'o', 'f', 'l', 'm', 's', 'd', 'g'],
    short_of: &[],
    switches: &[("list", "d"), ("ls", "d"), ("install", "g")],
    kept: None,
    nouns: &[],
    kinds: &[],
    verbs: list! {
        "completion" "create" "dependency" "dep" "env" "get" "history" "hist" "install" "lint"
        "list" "ls" "package" "plugin" "pull" "fetch" "push" "registry" "repo" "rollback" "search"
        "show" "inspect" "status" "template" "test" "uninstall" "del" "delete" "un" "upgrade"
        "verify" "version" "help"
    },
    carriers: &[],
    dashed: &[],
    one_dash: false,
};
