//! Kubernetes API server audit events (`audit.k8s.io/v1`), one a line.
//!
//! The mix is that of a busy cluster: node leases and status patches, watches
//! and reads by controllers, few writes by people, and a trickle of secret
//! reads, execs and anonymous probes. Bodies stand where the usual policy asks
//! for the level `Request`. The average is about 1.5 KB.

use std::io::{self, Write};

mod request;

use request::{Request, Scene, pod_name};

use super::json::{Json, list, object};
use super::rng::Rng;
use super::words::{APPS, NAMESPACES, instant, seconds};

const NODES: usize = 400;

const CONTROLLERS: &[&str] = &[
    "deployment-controller",
    "replicaset-controller",
    "endpoint-controller",
    "job-controller",
    "node-controller",
    "horizontal-pod-autoscaler",
    "service-account-controller",
    "generic-garbage-collector",
    "resourcequota-controller",
];

const LEADERS: &[&str] = &[
    "kube-scheduler",
    "kube-controller-manager",
    "cert-manager-controller",
    "ingress-nginx-leader",
];

const RESOURCES: &[&str] = &[
    "configmaps",
    "endpoints",
    "pods",
    "services",
    "nodes",
    "namespaces",
    "deployments",
    "ingresses",
    "serviceaccounts",
    "persistentvolumeclaims",
];

const CLIENTS: &[&str] = &[
    "curl/8.5.0",
    "python-requests/2.32.3",
    "kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0",
    "Go-http-client/2.0",
];

/// Turns the scene into one kind of request.
type Scenario = fn(&mut Rng, &Scene) -> Request;

/// Shares in ten thousandths, roughly.
const MIX: &[(u64, Scenario)] = &[
    (3_400, lease),
    (1_200, node_status),
    (1_400, watch),
    (800, list_all),
    (1_700, get_one),
    (500, pod_status),
    (400, access_review),
    (220, token),
    (250, event),
    (90, update),
    (25, delete),
    (10, secret),
    (3, exec),
    (2, anonymous),
];

/// Writes `count` events drawn from `seed`.
pub fn write(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let nodes: Vec<String> = (0..NODES)
        .map(|_| {
            let (a, b, c) = (rng.range(0, 32), rng.range(0, 256), rng.range(0, 256));
            format!("ip-10-{a}-{b}-{c}.eu-central-1.compute.internal")
        })
        .collect();
    let mut us = 0;
    for _ in 0..count {
        us += rng.range(200, 1_800); // about 1,000 events in a second of event time
        let scenario = rng.weighted(MIX);
        let scene = Scene {
            us,
            node: rng.one(&nodes),
            namespace: rng.one(NAMESPACES),
            app: rng.one(APPS),
            ip: rng.ip(),
        };
        let request = scenario(&mut rng, &scene);
        out.write_all(record(&mut rng, &scene, request).line().as_bytes())?;
    }
    Ok(())
}

/// The audit event around a request.
fn record(rng: &mut Rng, scene: &Scene, request: Request) -> Json {
    let mut status = object! { "metadata" => object! {}, "code" => request.code };
    let decision = if request.code == 403 {
        status.push("status", "Failure");
        status.push("reason", "Forbidden");
        let (resource, user, verb) = (request.resource, &request.username, request.verb);
        status.push(
            "message",
            format!("{resource} is forbidden: User \"{user}\" cannot {verb} resource"),
        );
        "forbid"
    } else {
        "allow"
    };
    let mut event = object! {
        "kind" => "Event",
        "apiVersion" => "audit.k8s.io/v1",
        "level" => if request.body.is_some() { "Request" } else { "Metadata" },
        "auditID" => rng.uuid(),
        "stage" => "ResponseComplete",
        "requestURI" => request.uri,
        "verb" => request.verb,
        "user" => request.user,
        "sourceIPs" => list![request.ip.unwrap_or_else(|| scene.ip.clone())],
        "userAgent" => request.agent,
        "objectRef" => request.target,
        "responseStatus" => status,
    };
    if let Some(body) = request.body {
        event.push("requestObject", body);
    }
    event.push("requestReceivedTimestamp", instant(scene.us));
    event.push("stageTimestamp", instant(scene.us + 4_000));
    event.push(
        "annotations",
        object! {
            "authorization.k8s.io/decision" => decision,
            "authorization.k8s.io/reason" => "",
        },
    );
    event
}

fn lease(rng: &mut Rng, scene: &Scene) -> Request {
    let of_node = rng.per_mille(600);
    let leader = rng.one(LEADERS);
    let (namespace, name) = if of_node {
        ("kube-node-lease", scene.node.as_str())
    } else {
        ("kube-system", leader)
    };
    let uid = rng.uuid();
    let version = rng.range(100_000_000, 1_000_000_000).to_string();
    let uri =
        format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}?timeout=10s");
    let mut request = Request::new(scene, "update", uri, "leases").target(&[
        ("namespace", namespace),
        ("name", name),
        ("uid", &uid),
        ("apiGroup", "coordination.k8s.io"),
        ("apiVersion", "v1"),
        ("resourceVersion", &version),
    ]);
    if !of_node {
        request = request
            .by(format!("system:{leader}"), list!["system:authenticated"])
            .agent(format!(
                "{leader}/v1.33.2 (linux/amd64) kubernetes/a57b6f7/leader-election"
            ));
    }
    let body = object! {
        "kind" => "Lease",
        "apiVersion" => "coordination.k8s.io/v1",
        "metadata" => object! {
            "name" => name,
            "namespace" => namespace,
            "uid" => uid.as_str(),
            "resourceVersion" => version.as_str(),
            "creationTimestamp" => "2025-11-12T09:31:44Z",
            "ownerReferences" => list![object! {
                "apiVersion" => "v1", "kind" => "Node", "name" => scene.node.as_str(), "uid" => rng.uuid(),
            }],
            "managedFields" => list![managed_fields(scene)],
        },
        "spec" => object! {
            "holderIdentity" => scene.node.as_str(),
            "leaseDurationSeconds" => 40,
            "renewTime" => instant(scene.us),
        },
    };
    request.body(body)
}

fn managed_fields(scene: &Scene) -> Json {
    object! {
        "manager" => "kubelet",
        "operation" => "Update",
        "apiVersion" => "coordination.k8s.io/v1",
        "time" => seconds(scene.us),
        "fieldsType" => "FieldsV1",
        "fieldsV1" => object! {
            "f:metadata" => object! { "f:ownerReferences" => object! { "." => object! {} } },
            "f:spec" => object! {
                "f:holderIdentity" => object! {},
                "f:leaseDurationSeconds" => object! {},
                "f:renewTime" => object! {},
            },
        },
    }
}

fn node_status(rng: &mut Rng, scene: &Scene) -> Request {
    let conditions = [
        (
            "MemoryPressure",
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available",
        ),
        (
            "DiskPressure",
            "False",
            "KubeletHasNoDiskPressure",
            "kubelet has no disk pressure",
        ),
        (
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
        ),
        (
            "Ready",
            "True",
            "KubeletReady",
            "kubelet is posting ready status",
        ),
    ];
    let order: Vec<Json> = conditions
        .iter()
        .map(|(kind, ..)| object! { "type" => *kind })
        .collect();
    let conditions: Vec<Json> = conditions
        .iter()
        .map(|(kind, status, reason, message)| {
            object! {
                "type" => *kind,
                "status" => *status,
                "lastHeartbeatTime" => seconds(scene.us),
                "lastTransitionTime" => "2025-12-30T11:20:01Z",
                "reason" => *reason,
                "message" => *message,
            }
        })
        .collect();
    let images: Vec<Json> = (0..rng.range(2, 9)).map(|_| image(rng)).collect();
    let body = object! {
        "metadata" => object! {
            "annotations" => object! { "volumes.kubernetes.io/controller-managed-attach-detach" => "true" },
        },
        "status" => object! {
            "$setElementOrder/conditions" => order,
            "conditions" => conditions,
            "images" => images,
            "allocatable" => object! {
                "cpu" => "15890m",
                "memory" => format!("{}Ki", rng.range(30_000_000, 64_000_000)),
                "pods" => "110",
            },
        },
    };
    Request::new(
        scene,
        "patch",
        format!("/api/v1/nodes/{}/status?timeout=10s", scene.node),
        "nodes",
    )
    .target(&[
        ("name", &scene.node),
        ("apiVersion", "v1"),
        ("subresource", "status"),
    ])
    .body(body)
}

fn image(rng: &mut Rng) -> Json {
    let by_digest = format!("registry.internal/{}@sha256:{}", rng.one(APPS), rng.hex(64));
    let by_tag = format!(
        "registry.internal/{}:v1.{}.{}",
        rng.one(APPS),
        rng.range(0, 99),
        rng.range(0, 20)
    );
    object! { "names" => list![by_digest, by_tag], "sizeBytes" => rng.range(10_000_000, 1_000_000_000) }
}

/// What reads of the usual resources have in common.
struct Read {
    resource: &'static str,
    group: &'static str,
    base: &'static str,
}

fn read(rng: &mut Rng) -> Read {
    let resource = rng.one(RESOURCES);
    let (group, base) = match resource {
        "deployments" => ("apps", "/apis/apps/v1"),
        "ingresses" => ("networking.k8s.io", "/apis/networking.k8s.io/v1"),
        _ => ("", "/api/v1"),
    };
    Read {
        resource,
        group,
        base,
    }
}

/// The reader: a kubelet, a workload or one of the controllers.
fn reader(rng: &mut Rng, scene: &Scene, mut request: Request, group: &str) -> Request {
    if !group.is_empty() {
        request = request.target(&[("apiGroup", group)]);
    }
    match rng.range(0, 100) {
        0..45 => request,
        45..75 => {
            let (minor, patch) = (rng.range(0, 9), rng.range(0, 30));
            let agent = format!(
                "{}/v0.{minor}.{patch} (linux/amd64) kubernetes/$Format",
                scene.app
            );
            request.by_pod(rng, scene.namespace, scene.app).agent(agent)
        }
        _ => {
            let username = format!("system:serviceaccount:kube-system:{}", rng.one(CONTROLLERS));
            let agent = format!(
                "kube-controller-manager/v1.33.2 (linux/amd64) kubernetes/a57b6f7/{username}"
            );
            let groups = list![
                "system:serviceaccounts",
                "system:serviceaccounts:kube-system",
                "system:authenticated"
            ];
            request.by(username, groups).agent(agent)
        }
    }
}

fn watch(rng: &mut Rng, scene: &Scene) -> Request {
    let Read {
        resource,
        group,
        base,
    } = read(rng);
    let (version, minutes) = (rng.range(100_000_000, 1_000_000_000), rng.range(5, 9));
    let (second, timeout) = (rng.range(0, 60), rng.range(300, 560));
    let uri = format!(
        "{base}/{resource}?allowWatchBookmarks=true&fieldSelector=spec.nodeName%3D{}&resourceVersion={version}\
         &timeout={minutes}m{second}s&timeoutSeconds={timeout}&watch=true",
        scene.node
    );
    let request = Request::new(scene, "watch", uri, resource).target(&[("apiVersion", "v1")]);
    reader(rng, scene, request, group)
}

fn list_all(rng: &mut Rng, scene: &Scene) -> Request {
    let Read {
        resource,
        group,
        base,
    } = read(rng);
    let uri = format!(
        "{base}/namespaces/{}/{resource}?limit=500&resourceVersion=0",
        scene.namespace
    );
    let request = Request::new(scene, "list", uri, resource)
        .target(&[("namespace", scene.namespace), ("apiVersion", "v1")]);
    reader(rng, scene, request, group)
}

fn get_one(rng: &mut Rng, scene: &Scene) -> Request {
    let Read {
        resource,
        group,
        base,
    } = read(rng);
    let name = format!("{}-{}", scene.app, rng.hex(8));
    let uri = format!("{base}/namespaces/{}/{resource}/{name}", scene.namespace);
    let request = Request::new(scene, "get", uri, resource)
        .target(&[
            ("namespace", scene.namespace),
            ("name", &name),
            ("apiVersion", "v1"),
        ])
        .code(if rng.per_mille(10) { 404 } else { 200 });
    reader(rng, scene, request, group)
}

fn pod_status(rng: &mut Rng, scene: &Scene) -> Request {
    let name = pod_name(rng, scene.app);
    let order: Vec<Json> = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
        .iter()
        .map(|kind| object! { "type" => *kind })
        .collect();
    let container = object! {
        "containerID" => format!("containerd://{}", rng.hex(64)),
        "image" => format!("registry.internal/{}:v1", scene.app),
        "imageID" => format!("registry.internal/{}@sha256:{}", scene.app, rng.hex(64)),
        "lastState" => object! {},
        "name" => scene.app,
        "ready" => true,
        "restartCount" => rng.range(0, 4),
        "started" => true,
        "state" => object! { "running" => object! { "startedAt" => seconds(scene.us) } },
    };
    let ready = object! { "lastTransitionTime" => seconds(scene.us), "status" => "True", "type" => "Ready" };
    let body = object! {
        "metadata" => object! { "uid" => rng.uuid() },
        "status" => object! {
            "$setElementOrder/conditions" => order,
            "conditions" => list![ready],
            "containerStatuses" => list![container],
            "podIP" => scene.ip.as_str(),
            "podIPs" => list![object! { "ip" => scene.ip.as_str() }],
        },
    };
    let uri = format!("/api/v1/namespaces/{}/pods/{name}/status", scene.namespace);
    Request::new(scene, "patch", uri, "pods")
        .target(&[
            ("namespace", scene.namespace),
            ("name", &name),
            ("apiVersion", "v1"),
            ("subresource", "status"),
        ])
        .body(body)
}

fn access_review(_rng: &mut Rng, scene: &Scene) -> Request {
    let uri = "/apis/authorization.k8s.io/v1/subjectaccessreviews".to_owned();
    let body = object! {
        "kind" => "SubjectAccessReview",
        "apiVersion" => "authorization.k8s.io/v1",
        "metadata" => object! {},
        "spec" => object! {
            "resourceAttributes" => object! {
                "verb" => "get",
                "version" => "v1",
                "resource" => "nodes",
                "subresource" => "metrics",
                "name" => scene.node.as_str(),
            },
            "user" => "system:serviceaccount:monitoring:prometheus",
            "groups" => list!["system:serviceaccounts", "system:authenticated"],
        },
        "status" => object! { "allowed" => false },
    };
    Request::new(scene, "create", uri, "subjectaccessreviews")
        .target(&[("apiGroup", "authorization.k8s.io"), ("apiVersion", "v1")])
        .code(201)
        .body(body)
}

fn token(rng: &mut Rng, scene: &Scene) -> Request {
    let uri = format!(
        "/api/v1/namespaces/{}/serviceaccounts/{}/token",
        scene.namespace, scene.app
    );
    let uid = rng.uuid();
    let pod = object! {
        "kind" => "Pod", "apiVersion" => "v1", "name" => pod_name(rng, scene.app), "uid" => rng.uuid(),
    };
    let body = object! {
        "kind" => "TokenRequest",
        "apiVersion" => "authentication.k8s.io/v1",
        "metadata" => object! {},
        "spec" => object! {
            "audiences" => list!["https://kubernetes.default.svc"],
            "expirationSeconds" => 3_607,
            "boundObjectRef" => pod,
        },
        "status" => object! { "token" => "", "expirationTimestamp" => Json::Null },
    };
    Request::new(scene, "create", uri, "serviceaccounts")
        .target(&[
            ("namespace", scene.namespace),
            ("name", scene.app),
            ("uid", &uid),
            ("apiVersion", "v1"),
            ("subresource", "token"),
        ])
        .code(201)
        .body(body)
}

fn event(rng: &mut Rng, scene: &Scene) -> Request {
    let name = format!("{}.{}", scene.app, rng.hex(16));
    Request::new(
        scene,
        "create",
        format!("/api/v1/namespaces/{}/events", scene.namespace),
        "events",
    )
    .target(&[
        ("namespace", scene.namespace),
        ("name", &name),
        ("apiVersion", "v1"),
    ])
    .code(201)
}

fn update(rng: &mut Rng, scene: &Scene) -> Request {
    let user = format!(
        "{}@example.com",
        rng.one(&["alice", "bob", "carol", "dave"])
    );
    let uri = format!(
        "/apis/apps/v1/namespaces/{}/deployments/{}?fieldManager=kubectl-edit&fieldValidation=Strict",
        scene.namespace, scene.app
    );
    Request::new(scene, "update", uri, "deployments")
        .target(&[
            ("namespace", scene.namespace),
            ("name", scene.app),
            ("apiGroup", "apps"),
            ("apiVersion", "v1"),
        ])
        .by(user, list!["oidc:platform", "system:authenticated"])
        .agent("kubectl/v1.33.1 (darwin/arm64) kubernetes/8adc0f0")
}

fn delete(rng: &mut Rng, scene: &Scene) -> Request {
    let name = format!("{}-{}", scene.app, rng.hex(9));
    let uri = format!(
        "/apis/apps/v1/namespaces/{}/replicasets/{name}",
        scene.namespace
    );
    Request::new(scene, "delete", uri, "replicasets")
        .target(&[
            ("namespace", scene.namespace),
            ("name", &name),
            ("apiGroup", "apps"),
            ("apiVersion", "v1"),
        ])
        .by(
            "system:serviceaccount:kube-system:generic-garbage-collector".to_owned(),
            list!["system:serviceaccounts", "system:authenticated"],
        )
}

fn secret(rng: &mut Rng, scene: &Scene) -> Request {
    let name = format!("{}-tls", scene.app);
    let base = format!("/api/v1/namespaces/{}/secrets", scene.namespace);
    let mut request = if rng.per_mille(800) {
        Request::new(scene, "get", format!("{base}/{name}"), "secrets").target(&[
            ("namespace", scene.namespace),
            ("name", &name),
            ("apiVersion", "v1"),
        ])
    } else {
        Request::new(scene, "list", format!("{base}?limit=500"), "secrets")
            .target(&[("namespace", scene.namespace), ("apiVersion", "v1")])
    };
    request = if rng.per_mille(900) {
        request
            .by_pod(rng, "cert-manager", "cert-manager")
            .agent("cert-manager-controller/v1.18.2 (linux/amd64) cert-manager/6f4d")
    } else {
        let agent = rng.one(CLIENTS);
        request.by_pod(rng, scene.namespace, scene.app).agent(agent)
    };
    request.code(if rng.per_mille(50) { 403 } else { 200 })
}

fn exec(rng: &mut Rng, scene: &Scene) -> Request {
    let name = pod_name(rng, scene.app);
    let uri = format!(
        "/api/v1/namespaces/{}/pods/{name}/exec?command=sh&container={}&stdin=true&stdout=true&tty=true",
        scene.namespace, scene.app
    );
    Request::new(scene, "create", uri, "pods")
        .target(&[
            ("namespace", scene.namespace),
            ("name", &name),
            ("apiVersion", "v1"),
            ("subresource", "exec"),
        ])
        .by(
            "alice@example.com".to_owned(),
            list!["oidc:platform", "system:authenticated"],
        )
        .agent("kubectl/v1.33.1 (darwin/arm64) kubernetes/8adc0f0")
        .code(101)
}

fn anonymous(rng: &mut Rng, scene: &Scene) -> Request {
    let uri = rng.one(&["/api/v1/secrets", "/version", "/api/v1/pods", "/apis"]);
    let resource = if uri.ends_with("secrets") {
        "secrets"
    } else {
        "pods"
    };
    let mut request = Request::new(scene, "get", uri.to_owned(), resource)
        .target(&[("apiVersion", "v1")])
        .by(
            "system:anonymous".to_owned(),
            list!["system:unauthenticated"],
        )
        .agent("curl/8.5.0")
        .code(403);
    let (a, b, c) = (rng.range(0, 256), rng.range(0, 256), rng.range(1, 255));
    request.ip = Some(format!("185.{a}.{b}.{c}"));
    request
}
