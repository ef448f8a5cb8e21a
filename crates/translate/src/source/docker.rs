//! The Docker Engine API, in the names of the records that an authorization
//! plugin is handed, and the messages of the daemon's log.

use super::{Words, capture, closed, decode, field, matches, not, own, replace};
use crate::filter::{Filter, Op, Test, Text};
use crate::loss::Effect;

/// Fields of the model that are a field of the record.
const FIELDS: &[(&str, &str)] = &[
    ("network.http.method", "RequestMethod"),
    ("network.http.response_code", "ResponseStatusCode"),
    ("network.http.user_agent", "RequestHeaders.User-Agent"),
    ("principal.user.user_display_name", "User"),
    ("principal.user.userid", "User"),
    ("target.url", "RequestUri"),
];

/// Operations, the method and the path without its version that they are.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("commit", "POST", "commit"),
    ("config_inspect", "GET", "configs/[^/?]+"),
    ("config_list", "GET", "configs"),
    ("container_archive", "GET", "containers/[^/?]+/archive"),
    ("container_attach", "POST", "containers/[^/?]+/attach"),
    ("container_create", "POST", "containers/create"),
    ("container_export", "GET", "containers/[^/?]+/export"),
    ("container_inspect", "GET", "containers/[^/?]+/json"),
    ("container_list", "GET", "containers/json"),
    ("container_logs", "GET", "containers/[^/?]+/logs"),
    ("container_top", "GET", "containers/[^/?]+/top"),
    ("exec_create", "POST", "containers/[^/?]+/exec"),
    ("exec_inspect", "GET", "exec/[^/?]+/json"),
    ("exec_start", "POST", "exec/[^/?]+/start"),
    ("image_history", "GET", "images/[^?]+/history"),
    ("image_inspect", "GET", "images/[^?]+/json"),
    ("image_list", "GET", "images/json"),
    ("image_save", "GET", "images/([^?]+/)?get"),
    ("info", "GET", "info"),
    ("node_list", "GET", "nodes"),
    ("secret_inspect", "GET", "secrets/[^/?]+"),
    ("secret_list", "GET", "secrets"),
    ("service_inspect", "GET", "services/[^/?]+"),
    ("service_list", "GET", "services"),
    ("service_logs", "GET", "services/[^/?]+/logs"),
    ("swarm_inspect", "GET", "swarm"),
    ("swarm_unlockkey", "GET", "swarm/unlockkey"),
    ("task_inspect", "GET", "tasks/[^/?]+"),
    ("task_list", "GET", "tasks"),
    ("task_logs", "GET", "tasks/[^/?]+/logs"),
    ("volume_inspect", "GET", "volumes/[^?]+"),
    ("volume_list", "GET", "volumes"),
];

impl Words<'_> {
    /// A field whose test becomes another test; `None` for those that are texts.
    pub(super) fn docker(&mut self, name: &str, test: &Test) -> Option<Filter> {
        Some(match name {
            "label:docker_operation" | "metadata.product_event_type" => self.operation(test),
            "label:docker_input" => {
                let what = "records are those of an authorization plugin; the debug log and engine events are not looked at";
                self.approximate(test, Effect::Narrower, what);
                Filter::Const(super::holds(&test.op, "authz"))
            }
            "label:docker_exposure" => {
                let host = |re: &str| matches(test, "message", re);
                let loopback = host(r"(\s|//|=|\x22)(127\.[0-9.]+|localhost|\[::1\]):[0-9]+");
                let all = host(r"(\s|//|=|\x22)(0\.0\.0\.0|\[::\])?:[0-9]+");
                let none = not(host(r":[0-9]+"));
                let rest = vec![not(loopback.clone()), not(all.clone()), not(none.clone())];
                self.listener(test);
                let values = vec![
                    ("loopback", loopback),
                    ("all", all),
                    ("address", Filter::All(rest)),
                    ("", none),
                ];
                closed(test, values)
            }
            "label:docker_tls" => {
                self.listener(test);
                let bare = matches(test, "message", "API is accessible on|without --tlsverify");
                closed(test, vec![("false", bare.clone()), ("", not(bare))])
            }
            "principal.port" => match &test.op {
                Op::Number(yaral_ir::plan::CompareOp::Eq, port) => {
                    self.listener(test);
                    matches(test, "message", &format!(":{port}([^0-9]|$)"))
                }
                _ => return None,
            },
            "label:docker_privileged" => {
                self.by_body(test);
                let yes = matches(test, "RequestBody", r#""Privileged"\s*:\s*true"#);
                closed(test, vec![("true", yes.clone()), ("", not(yes))])
            }
            _ => return None,
        })
    }

    /// What is lost wherever a field is read.
    pub(super) fn docker_note(&mut self, name: &str, test: &Test) {
        let of_body = [
            "label:docker_binds",
            "label:docker_bind_sources",
            "label:docker_cap_add",
            "label:docker_pid_mode",
            "target.process.command_line",
            "label:exec_words",
            "label:exec_program",
        ];
        if of_body.contains(&name) {
            self.by_body(test);
        }
    }

    fn operation(&mut self, test: &Test) -> Filter {
        let what = "the operation is told by method and path as they are written, not decoded";
        self.approximate(test, Effect::Narrower, what);
        let mut any = Vec::new();
        for (name, method, path) in OPERATIONS {
            if super::holds(&test.op, name) {
                let re = format!(r"^(/v[0-9.]+)?/+{path}(\?|$)");
                any.push(Filter::All(vec![
                    field(
                        test,
                        "RequestMethod",
                        Op::OneOf(vec![(*method).to_owned()], false),
                    ),
                    matches(test, "RequestUri", &re),
                ]));
            }
        }
        if super::holds(&test.op, "listen") {
            self.listener(test);
            let re = "API listen on|API is accessible on|without --tlsverify";
            any.push(matches(test, "message", re));
        }
        if any.is_empty() {
            let what = "the operation has no request that the target could look for";
            return Filter::Missing(test.id, what.to_owned());
        }
        Filter::Any(any)
    }

    fn listener(&mut self, test: &Test) {
        let what = "a listener is known by the text of the daemon's message";
        self.approximate(test, Effect::Differs, what);
    }

    fn by_body(&mut self, test: &Test) {
        let what = "is read off the text of the request's body, which the daemon writes in base64: it must be stored decoded";
        self.approximate(test, Effect::Differs, what);
    }
}

/// A field that is a text of the record.
pub(super) fn text(name: &str) -> Option<Text> {
    Some(match name {
        "label:docker_path" | "label:path_resolved" => {
            decode(capture(own("RequestUri"), "[?&]path=([^&]*)"))
        }
        "label:docker_binds" => listed(r#""Binds"\s*:\s*\[([^\]]*)\]"#),
        "label:docker_bind_sources" => {
            replace(listed(r#""Binds"\s*:\s*\[([^\]]*)\]"#), ":[^,]*", "")
        }
        "label:docker_cap_add" => listed(r#""CapAdd"\s*:\s*\[([^\]]*)\]"#),
        "label:docker_pid_mode" => capture(own("RequestBody"), r#""PidMode"\s*:\s*"([^"]*)""#),
        "target.process.command_line" | "label:exec_words" => command(),
        "label:exec_program" => capture(command(), r"^(?:\S*/)?([^\s/]+)"),
        _ => {
            let found = FIELDS.iter().find(|(own, _)| *own == name);
            own(found?.1)
        }
    })
}

/// A list of texts in the body, joined by commas.
fn listed(re: &str) -> Text {
    replace(capture(own("RequestBody"), re), r#"["\s]"#, "")
}

/// The command of an exec or a container, joined by blanks.
fn command() -> Text {
    let list = capture(own("RequestBody"), r#""Cmd"\s*:\s*\[([^\]]*)\]"#);
    replace(replace(list, r#""\s*,\s*""#, " "), r#"^\s*"|"\s*$"#, "")
}
