//! What a new rule, its tests and its notes look like.
//!
//! The rule compiles as it is, under `--strict` too, and its placeholder value
//! occurs in no log, so that it fires on nothing before somebody has thought.
//! It is laid out as `yaral fmt` lays rules out.

use std::fmt::Write as _;

use yaral_normalize::LogType;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Wish<'w> {
    /// The rule's name.
    pub(crate) name: &'w str,
    /// The log type that it is for.
    pub(crate) log_type: Option<LogType>,
    /// The event type, if one was named.
    pub(crate) event_type: Option<&'w str>,
}

/// What is proposed for a log type.
struct Proposal {
    event_type: &'static str,
    /// The variable's name.
    variable: &'static str,
    /// The field that the placeholder stands on.
    field: &'static str,
    /// Predicates that are worth a thought, without the variable.
    more: &'static [&'static str],
}

/// The value that is to be replaced.
const CHANGE_ME: &str = "CHANGE-ME";

impl Wish<'_> {
    fn proposal(&self) -> Proposal {
        match self.log_type {
            Some(LogType::KubernetesAudit) => Proposal {
                event_type: "RESOURCE_READ",
                variable: "audit",
                field: "target.resource.resource_subtype",
                more: &[
                    r#"target.namespace = "kube-system""#,
                    r#"additional.fields["k8s_scope"] = "cluster""#,
                    r#"additional.fields["k8s_subresource"] = "exec""#,
                    "network.http.response_code < 300",
                    "not $audit.principal.user.userid = /^system:/",
                ],
            },
            Some(LogType::Auditd) => Proposal {
                event_type: "PROCESS_LAUNCH",
                variable: "process",
                field: "target.process.file.full_path",
                more: &[
                    r"target.process.command_line = /curl\s/ nocase",
                    r#"principal.process.file.full_path = "/usr/bin/bash""#,
                    r#"principal.user.userid = "0""#,
                ],
            },
            Some(LogType::DockerEngine) => Proposal {
                event_type: "RESOURCE_READ",
                variable: "request",
                field: "target.resource.name",
                more: &[
                    r"network.http.method = /^(POST|PUT)$/",
                    r"target.url = /\/containers\/[^\/]+\/exec/",
                ],
            },
            Some(LogType::FalcoIds | LogType::Tetragon) => Proposal {
                event_type: "PROCESS_LAUNCH",
                variable: "process",
                field: "target.process.file.full_path",
                more: &[
                    r"target.process.command_line = /curl\s/ nocase",
                    r#"principal.process.file.full_path = "/usr/bin/bash""#,
                ],
            },
            Some(LogType::Udm) | None => Proposal {
                event_type: "USER_LOGIN",
                variable: "e",
                field: "principal.hostname",
                more: &[
                    r#"principal.user.userid != """#,
                    r#"metadata.vendor_name = "a vendor""#,
                ],
            },
        }
    }
}

/// The rule.
pub(crate) fn rule(wish: &Wish<'_>) -> String {
    let Proposal {
        event_type,
        variable,
        field,
        more,
    } = wish.proposal();
    let event_type = wish.event_type.unwrap_or(event_type);
    let name = wish.name;
    let mut out = format!(
        "rule {name} {{
  meta:
    author = \"{CHANGE_ME}\"
    description = \"What happens when this rule is right, in one sentence\"
    severity = \"Medium\"
    priority = \"Medium\"

  events:
    ${variable}.metadata.event_type = \"{event_type}\"
    ${variable}.{field} = \"{CHANGE_ME}\"
"
    );
    for predicate in more {
        let line = if predicate.starts_with("not ") {
            (*predicate).to_owned()
        } else {
            format!("${variable}.{predicate}")
        };
        let _ = writeln!(out, "    // {line}");
    }
    let _ = write!(
        out,
        "
  outcome:
    $risk_score = 50
    $user = ${variable}.principal.user.userid

  condition:
    ${variable}
}}
"
    );
    out
}

/// The tests: they pass as they are, and show where a record of one's own goes.
pub(crate) fn tests(wish: &Wish<'_>) -> String {
    let proposal = wish.proposal();
    let event_type = wish.event_type.unwrap_or(proposal.event_type);
    let (variable, field) = (proposal.variable, proposal.field);
    let of = wish.log_type.filter(|of| *of != LogType::Udm);
    let of = of.map_or("KUBERNETES_AUDIT", LogType::name);
    let mut event = format!("\"{CHANGE_ME}\"");
    for part in field.rsplit('.') {
        event = format!("{{ {part}: {event} }}");
    }
    // The outermost braces are those of the event itself.
    let event = event.trim_start_matches("{ ");
    let event = event.strip_suffix(" }").unwrap_or(event);
    format!(
        "# Put recorded records in the place of this event:
#   it: {{ raw: FILE#TEXT, log_type: {of} }}
# FILE is beside this file, TEXT stands in the lines that are meant.
start: 2026-08-01T10:00:00Z
events:
  it: {{ udm: {{ metadata: {{ event_type: {event_type} }}, {event} }} }}
tests:
  - name: what the rule is for
    timeline:
      - {{ at: 0s, event: it }}
    expect:
      - {{ severity: MEDIUM, risk_score: 50, events: {{ {variable}: [it] }} }}
  - name: what looks like it and is harmless
    timeline:
      - {{ at: 0s, event: it, set: {{ {field}: other }} }}
    expect: none
    because: ['${variable}.{field} = \"{CHANGE_ME}\"']
"
    )
}

/// The notes.
pub(crate) fn notes(wish: &Wish<'_>) -> String {
    let name = wish.name;
    let of = wish.log_type.map_or("the log type", LogType::name);
    format!(
        "# {name}

What the rule detects, and why that is bad: …

## What it sees

The log ({of}), the setting that makes the source write it, and what is missing there: …

## When it is wrong

Who does the same for a good reason, and how to tell: …

## What to do

The first three steps of whoever is called: …

## How it was tried

```sh
yaral check --strict {name}.yaral
yaral test {name}.test.yaml --mutate
yaral plan {name}.yaral
yaral scan -r {name}.yaral LOGS --explain
```
"
    )
}
