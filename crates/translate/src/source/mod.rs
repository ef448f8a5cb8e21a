//! Where events come from, in the words of the source itself: the fields of a
//! Kubernetes audit record, of a process start, of an opened file.
//!
//! A rule is looked at once for each kind of source. What it says of the source
//! (`metadata.event_type`, `metadata.product_name`) is then settled, and what is
//! left speaks of fields that every platform has in some column. Labels that
//! yaral derives become tests of what they are derived from.

mod docker;
mod host;
mod kubernetes;
mod words;

use yaral_ir::plan::Plan;
use yaral_ir::regex::Pattern;

use crate::filter::{Filter, Op, Re, Test, Text};
use crate::loss::{Effect, Grade, Loss};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Records of the Kubernetes audit log.
    Kubernetes,
    /// Requests to the Docker Engine API, and what the daemon logs.
    Docker,
    /// Starts of processes on Linux hosts.
    Process,
    /// Files that are opened, and Unix sockets that are connected to.
    File,
    /// Connections to addresses.
    Connection,
    /// Sockets that wait for connections.
    Listener,
}

impl Kind {
    /// Every kind, in the order in which parts of a rule are written.
    pub(crate) const ALL: [Kind; 6] = [
        Kind::Kubernetes,
        Kind::Docker,
        Kind::Process,
        Kind::File,
        Kind::Connection,
        Kind::Listener,
    ];

    /// The words for it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Kind::Kubernetes => "Kubernetes audit records",
            Kind::Docker => "Docker Engine API requests",
            Kind::Process => "process starts",
            Kind::File => "opened files",
            Kind::Connection => "network connections",
            Kind::Listener => "listening sockets",
        }
    }
}

/// A rule as far as it speaks of one kind of source.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The kind.
    pub(crate) kind: Kind,
    /// What its records must be, over the source's own fields.
    pub(crate) filter: Filter,
    /// What the source's words lose.
    pub(crate) losses: Vec<Loss>,
}

/// The parts of a rule; none if it speaks of no kind of source.
pub(crate) fn parts(plan: &Plan, filter: &Filter) -> Vec<Part> {
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let mut words = Words::new(plan, kind);
        let own = words.filter(filter).simplify();
        if words.settled && !matches!(own, Filter::Const(false)) {
            parts.push(Part {
                kind,
                filter: own,
                losses: words.losses,
            });
        }
    }
    parts
}

/// A text in the words of one kind of source.
pub(crate) fn resolved(plan: &Plan, kind: Kind, text: &Text) -> Option<Text> {
    Words::new(plan, kind).text(text)
}

/// The types of events that a filter asks for and no kind of source stands for.
pub(crate) fn foreign(plan: &Plan, filter: &Filter) -> Vec<Loss> {
    let mut losses = Vec::new();
    filter.tests(true, &mut |test, positive| {
        let (Text::Field(name), Op::OneOf(values, _)) = (&test.of, &test.op) else {
            return;
        };
        if name == "metadata.event_type" && positive && values.iter().any(|v| v == "NETWORK_HTTP") {
            let what = "HTTP requests seen on the network have no counterpart; this way to match is left out";
            losses.push(Loss::at(plan, test.id, Grade::Approximate, Effect::Narrower, what));
        }
    });
    losses
}

/// Puts a filter into the words of one kind of source.
pub(super) struct Words<'p> {
    plan: &'p Plan,
    kind: Kind,
    /// Whether the rule reads the fields of Google's mapping.
    secops: bool,
    /// Whether the rule says that it means this kind of source.
    settled: bool,
    losses: Vec<Loss>,
}

impl<'p> Words<'p> {
    fn new(plan: &'p Plan, kind: Kind) -> Self {
        Words {
            plan,
            kind,
            secops: plan.meta("mapping") == Some("secops"),
            settled: false,
            losses: Vec::new(),
        }
    }
}

impl Words<'_> {
    fn filter(&mut self, filter: &Filter) -> Filter {
        match filter {
            Filter::All(list) => Filter::All(list.iter().map(|one| self.filter(one)).collect()),
            Filter::Any(list) => Filter::Any(list.iter().map(|one| self.filter(one)).collect()),
            Filter::Not(of) => Filter::Not(Box::new(self.filter(of))),
            Filter::Test(test) => self.test(test),
            other => other.clone(),
        }
    }

    fn test(&mut self, test: &Test) -> Filter {
        if let Text::Field(name) = &test.of {
            let found = match name.as_str() {
                "metadata.log_type" | "metadata.product_name" | "metadata.vendor_name" => {
                    Some(self.product(name, test))
                }
                "metadata.event_type" => Some(self.event_type(test)),
                _ => match self.kind {
                    Kind::Kubernetes => self.kubernetes(name, test),
                    Kind::Docker => self.docker(name, test),
                    _ => self.host(name, test),
                },
            };
            if let Some(found) = found {
                self.note(test);
                return found;
            }
        }
        self.note(test);
        let Some(of) = self.text(&test.of) else {
            return self.no_field(test);
        };
        let op = match &test.op {
            Op::Same(other) => match self.text(other) {
                Some(other) => Op::Same(other),
                None => return self.no_field(test),
            },
            op => op.clone(),
        };
        Filter::Test(Test {
            of,
            op,
            id: test.id,
        })
    }

    /// What is lost by the fields that a test reads.
    fn note(&mut self, test: &Test) {
        let mut fields = Vec::new();
        test.of.fields(&mut fields);
        for name in fields {
            match self.kind {
                Kind::Kubernetes => self.kubernetes_note(name, test),
                Kind::Docker => self.docker_note(name, test),
                _ => self.host_note(name, test),
            }
        }
    }

    fn no_field(&self, test: &Test) -> Filter {
        let mut fields = Vec::new();
        test.of.fields(&mut fields);
        let names: Vec<_> = fields.iter().map(|name| shown(name)).collect();
        let what = format!(
            "{} has no field for {}",
            self.kind.words(),
            names.join(", ")
        );
        Filter::Missing(test.id, what)
    }

    /// A text in the source's words; `None` if a field of it is unknown there.
    fn text(&mut self, text: &Text) -> Option<Text> {
        let boxed = |words: &mut Self, of: &Text| words.text(of).map(Box::new);
        Some(match text {
            Text::Field(name) => self.field(name)?,
            Text::Literal(_) => text.clone(),
            Text::Concat(list) => {
                let list = list.iter().map(|one| self.text(one));
                Text::Concat(list.collect::<Option<_>>()?)
            }
            // Where only one of them has a field, that one is the text.
            Text::Coalesce(list) => {
                let mut list: Vec<_> = list.iter().filter_map(|one| self.text(one)).collect();
                match list.len() {
                    0 => return None,
                    1 => list.pop()?,
                    _ => Text::Coalesce(list),
                }
            }
            Text::Replace(of, re, with) => {
                let re = loosened(of, re);
                Text::Replace(boxed(self, of)?, re, with.clone())
            }
            Text::Capture(of, re) => {
                let re = loosened(of, re);
                Text::Capture(boxed(self, of)?, re)
            }
            Text::Decode(of) => Text::Decode(boxed(self, of)?),
            Text::Lower(of) => Text::Lower(boxed(self, of)?),
        })
    }

    fn field(&mut self, name: &str) -> Option<Text> {
        match self.kind {
            Kind::Kubernetes => self.kubernetes_text(name),
            Kind::Docker => docker::text(name),
            _ => self.host_text(name),
        }
    }

    /// What the rule says of the product or log type.
    fn product(&mut self, name: &str, test: &Test) -> Filter {
        let own: &[&str] = match (self.kind, name) {
            (Kind::Kubernetes, "metadata.log_type") => &["KUBERNETES_AUDIT"],
            (Kind::Kubernetes, _) => &["Kubernetes"],
            (Kind::Docker, "metadata.log_type") => &["DOCKER_ENGINE"],
            (Kind::Docker, "metadata.product_name") => &["Docker Engine"],
            (Kind::Docker, _) => &["Docker"],
            (_, "metadata.log_type") => &["AUDITD", "FALCO_IDS", "TETRAGON"],
            (_, "metadata.product_name") => &["AuditD", "Falco", "Tetragon"],
            _ => &["Linux", "Falco", "Cilium"],
        };
        let held = own.iter().filter(|value| holds(&test.op, value)).count();
        if held == own.len() {
            self.settled |= own.len() == 1;
            return Filter::Const(true);
        }
        if held == 0 {
            return Filter::Const(false);
        }
        let what = "which product saw the event is not said by the target";
        Filter::Missing(test.id, what.to_owned())
    }

    /// What the rule says of the type of event.
    fn event_type(&mut self, test: &Test) -> Filter {
        let value = match self.kind {
            Kind::Kubernetes => return self.verbs(test),
            Kind::Docker => {
                let what = "the type of event is told by the operation";
                return Filter::Missing(test.id, what.to_owned());
            }
            Kind::Process => "PROCESS_LAUNCH",
            Kind::File => "FILE_OPEN",
            Kind::Connection => "NETWORK_CONNECTION",
            Kind::Listener => "NETWORK_UNCATEGORIZED",
        };
        let held = holds(&test.op, value);
        self.settled |= held;
        Filter::Const(held)
    }

    fn approximate(&mut self, test: &Test, effect: Effect, what: &str) {
        let loss = Loss::at(self.plan, test.id, Grade::Approximate, effect, what);
        self.losses.push(loss);
    }
}

/// A pattern over the words of a command as one over the whole of it.
fn loosened(of: &Text, re: &Re) -> Re {
    match of {
        Text::Field(name) if name == "label:exec_words" => words::loosened(re),
        _ => re.clone(),
    }
}

/// A field of the model as a rule names it.
fn shown(name: &str) -> String {
    match name.strip_prefix("label:") {
        Some(key) => format!("additional.fields[\"{key}\"]"),
        None => name.to_owned(),
    }
}

/// Whether a test holds for a value that is known.
fn holds(op: &Op, value: &str) -> bool {
    match op {
        Op::OneOf(values, true) => values.iter().any(|own| own.eq_ignore_ascii_case(value)),
        Op::OneOf(values, false) => values.iter().any(|own| own == value),
        Op::Absent => value.is_empty(),
        Op::Regex(re) => Pattern::new(&re.text, re.nocase).is_ok_and(|re| re.is_match(value)),
        Op::Number(..) | Op::Same(_) | Op::Cidr(_) => false,
    }
}

/// A test of a label that has few values, each of which a filter stands for;
/// the last filter is for the label's absence.
fn closed(test: &Test, values: Vec<(&str, Filter)>) -> Filter {
    let held = values
        .into_iter()
        .filter(|(value, _)| holds(&test.op, value));
    Filter::Any(held.map(|(_, filter)| filter).collect())
}

/// A test of one of the source's own fields.
fn field(test: &Test, name: &str, op: Op) -> Filter {
    Filter::Test(Test {
        of: Text::Field(name.to_owned()),
        op,
        id: test.id,
    })
}

/// A pattern over one of the source's own fields.
fn matches(test: &Test, name: &str, re: &str) -> Filter {
    field(test, name, Op::Regex(Re::new(re)))
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn own(name: &str) -> Text {
    Text::Field(name.to_owned())
}

fn capture(of: Text, re: &str) -> Text {
    Text::Capture(Box::new(of), Re::new(re))
}

fn replace(of: Text, re: &str, with: &str) -> Text {
    Text::Replace(Box::new(of), Re::new(re), with.to_owned())
}

fn decode(of: Text) -> Text {
    Text::Decode(Box::new(of))
}
