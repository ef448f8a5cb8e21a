//! A request of the invented cluster, and the moment it is made in.
//!
//! A request starts as one of the scene's kubelet; a scenario says what differs.

use crate::r#gen::json::{Json, list, object};
use crate::r#gen::rng::Rng;

const KUBELET: &str = "kubelet/v1.33.2 (linux/amd64) kubernetes/a57b6f7";

/// What every request of one moment has at hand.
pub(super) struct Scene {
    pub(super) us: u64,
    pub(super) node: String,
    pub(super) namespace: &'static str,
    pub(super) app: &'static str,
    pub(super) ip: String,
}

/// What differs between the kinds of request.
pub(super) struct Request {
    pub(super) verb: &'static str,
    pub(super) code: u64,
    pub(super) uri: String,
    pub(super) user: Json,
    pub(super) username: String,
    pub(super) agent: String,
    pub(super) ip: Option<String>,
    pub(super) target: Json,
    pub(super) resource: &'static str,
    pub(super) body: Option<Json>,
}

impl Request {
    /// A request of the scene's kubelet for an object of the given kind.
    pub(super) fn new(
        scene: &Scene,
        verb: &'static str,
        uri: String,
        resource: &'static str,
    ) -> Self {
        let username = format!("system:node:{}", scene.node);
        let user = object! {
            "username" => username.as_str(),
            "groups" => list!["system:nodes", "system:authenticated"],
        };
        Self {
            verb,
            code: 200,
            uri,
            user,
            username,
            agent: KUBELET.to_owned(),
            ip: None,
            target: object! { "resource" => resource },
            resource,
            body: None,
        }
    }

    /// Fills in the object reference, in the order the API server writes it.
    pub(super) fn target(mut self, pairs: &[(&'static str, &str)]) -> Self {
        for (key, value) in pairs {
            self.target.push(key, *value);
        }
        self
    }

    pub(super) fn by(mut self, username: String, groups: Json) -> Self {
        self.user = object! { "username" => username.as_str(), "groups" => groups };
        self.username = username;
        self
    }

    pub(super) fn by_pod(mut self, rng: &mut Rng, namespace: &str, name: &str) -> Self {
        self.username = format!("system:serviceaccount:{namespace}:{name}");
        self.user = object! {
            "username" => self.username.as_str(),
            "uid" => rng.uuid(),
            "groups" => list![
                "system:serviceaccounts",
                format!("system:serviceaccounts:{namespace}"),
                "system:authenticated",
            ],
            "extra" => object! {
                "authentication.kubernetes.io/pod-name" => list![pod_name(rng, name)],
                "authentication.kubernetes.io/pod-uid" => list![rng.uuid()],
            },
        };
        self
    }

    pub(super) fn agent(mut self, agent: impl Into<String>) -> Self {
        self.agent = agent.into();
        self
    }

    pub(super) fn code(mut self, code: u64) -> Self {
        self.code = code;
        self
    }

    pub(super) fn body(mut self, body: Json) -> Self {
        self.body = Some(body);
        self
    }
}

/// The name of a pod of a deployment.
pub(super) fn pod_name(rng: &mut Rng, app: &str) -> String {
    format!("{app}-{}-{}", rng.hex(9), rng.hex(5))
}
