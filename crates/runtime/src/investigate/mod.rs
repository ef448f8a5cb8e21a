//! What an analyst asks first about a detection, answered beside it.
//!
//! A detection names events; whoever is woken by it asks who that was, from
//! where, what was touched, what else the same hand did and what to do now.
//! `Investigator` answers from the evidence, the rule's meta section and the
//! detections reported before, and every format writes the same answer, an
//! `Investigation`.
//!
//! One concern is one file: `read` takes values out of events, `scene` says
//! what one event tells whichever mapping it has, `gather` adds the events of a
//! detection up, `siblings` remembers detections within bounds, `quote` and
//! `commands` make lines for a shell out of names that an attacker may have
//! chosen.
//!
//! The block holds names and never the value of a secret: the evidence was
//! redacted before, and what stands in a command is looked at once more.

mod commands;
mod gather;
mod names;
mod quote;
mod read;
mod scene;
mod siblings;

use std::fmt;

use yaral_engine::{Detection, Status};
use yaral_ir::plan::Plan;
use yaral_udm::Root;

pub use commands::{Command, Step};
pub use names::Names;
pub use siblings::Sibling;

use crate::encode::Witness;
use read::Read;
use scene::Scene;
use siblings::Siblings;

/// What is known around one detection. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Investigation {
    /// Who acted: of a host the name of the user, else the number.
    pub actor: Names<String>,
    /// Who logged in, where a host tells that beside who acted.
    pub login: Names<String>,
    /// The groups of the actor.
    pub groups: Names<String>,
    /// As whom the actor acted.
    pub impersonated: Option<Impersonated>,
    /// The credentials that were used.
    pub credential_id: Names<String>,
    /// The credentials that were handed out.
    pub issued_credential_id: Names<String>,
    /// Whether it was allowed: `ALLOW`, `BLOCK`.
    pub decision: Names<String>,
    /// Why it was, or was not.
    pub reason: Names<String>,
    /// The addresses it came from.
    pub source: Names<String>,
    /// The addresses it came through, where there are several; a client can
    /// forge all but the last.
    pub source_chain: Names<String>,
    /// What the clients call themselves.
    pub agent: Names<String>,
    /// The hosts it happened on.
    pub host: Names<String>,
    /// The pods that acted, with their namespace where that is known.
    pub pod: Names<String>,
    /// The nodes of those pods.
    pub node: Names<String>,
    /// The containers it happened in: their names, else their ids.
    pub container: Names<String>,
    /// The processes that acted.
    pub process: Names<Process>,
    /// How much was asked for: `cluster`, `namespace`, `object`.
    pub scope: Names<String>,
    /// What was touched.
    pub objects: Names<Object>,
    /// Commands that were run in containers.
    pub command: Names<String>,
    /// Other detections of the same actor, source or host, newest first.
    pub siblings: Names<Sibling>,
    /// The page that says how to respond, from the rule's meta section.
    pub playbook: Option<String>,
    /// What to do, from the rule's meta section.
    pub response: Option<String>,
    /// Lines for a shell, least destructive first.
    pub commands: Vec<Command>,
}

/// As whom an actor acted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impersonated {
    /// The user.
    pub user: String,
    /// The groups of that user.
    pub groups: Names<String>,
}

/// A process; what is not known of it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Process {
    /// The path of the program.
    pub file: String,
    /// Its arguments, joined by spaces.
    pub command: String,
    /// Its number on its host.
    pub pid: String,
    /// The command line of its parent, else the path of the parent's program.
    pub parent: String,
}

impl Process {
    /// Its command line, else the path of its program.
    #[must_use]
    pub fn told(&self) -> &str {
        if self.command.is_empty() {
            &self.file
        } else {
            &self.command
        }
    }
}

/// A thing that was touched; what is not known of it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// What it is: `secrets`, `pods/exec`, `container`, `file`, `address`.
    pub kind: String,
    /// The namespace that it is in.
    pub namespace: String,
    /// Its name; of a request for many there is none.
    pub name: String,
    /// What was done to it.
    pub verb: String,
    /// The answer, as HTTP has it.
    pub code: Option<i64>,
}

/// `list secrets shop/db 200`
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = vec![self.verb.as_str(), self.kind.as_str()];
        let place = match (self.namespace.as_str(), self.name.as_str()) {
            (space, "") if !space.is_empty() => format!("in {space}"),
            ("", name) => name.to_owned(),
            (space, name) => format!("{space}/{name}"),
        };
        words.push(&place);
        let code = self.code.map(|code| code.to_string());
        words.extend(code.as_deref());
        words.retain(|word| !word.is_empty());
        f.write_str(&words.join(" "))
    }
}

/// Answers for one detection after the other, and remembers them within
/// [`SIBLING_KEYS_MAX`](crate::limits::SIBLING_KEYS_MAX).
#[derive(Debug, Default)]
pub struct Investigator {
    siblings: Siblings,
}

impl Investigator {
    /// Looks into a detection of this rule. One that stands is remembered, and
    /// named to those that come after it; one that was taken back tells nothing.
    pub fn see(&mut self, detection: &Detection, rule: &Plan) -> Investigation {
        if matches!(detection.status, Status::Superseded { .. }) {
            return Investigation::default();
        }
        let scenes = scenes(detection, rule);
        let mut found = gather::gather(&scenes);
        let meta = |key: &str| {
            let value = rule.meta(key).map(str::trim);
            value.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        found.playbook = meta("playbook");
        found.response = meta("response");
        found.commands = commands::of(&scenes);
        let keys = siblings::keys(&scenes);
        found.siblings = self.siblings.of(detection, &keys);
        if detection.status == Status::Final {
            self.siblings.remember(detection, rule, &keys);
        }
        found
    }
}

/// What each event of a detection tells, in the order of the evidence. Of a
/// detection over detections these are the events below them, where they were
/// kept; entities and rows of tables tell of no deed.
fn scenes<'d>(detection: &'d Detection, rule: &Plan) -> Vec<Scene<'d>> {
    let mut scenes = Vec::new();
    for evidence in &detection.evidence {
        let Some(event) = &evidence.event else {
            continue;
        };
        match Witness::of(rule, evidence) {
            Witness::Event if event.kind() == Root::Event => {
                scenes.push(Scene::of(Read::new(event.root())));
            }
            Witness::Detection => {
                let below = read::events_below(event);
                scenes.extend(below.map(|node| Scene::of(Read::new(node))));
            }
            _ => {}
        }
    }
    scenes
}
