//! Commands that a responder may paste, with the names of the log filled in.
//!
//! What to run depends on what the evidence is; each kind is one file and one
//! line in [`RECIPES`]. Lines come in the order of the playbook: look, preserve
//! what there is, isolate, cut the access, rotate what was read. Nothing that
//! destroys stands before something that preserves, and no line asks for the value
//! of a secret. Where a line is run the block does not say: `kubectl` where the
//! cluster is administered, everything else on the `host` of the detection.

mod actor;
mod binding;
mod docker;
mod file;
mod impersonation;
mod kubelet;
mod line;
mod listener;
mod pod;
mod process;
mod rbac;
mod runtime_socket;
mod secrets;
mod token;

use line::Line;

use super::scene::Scene;
use crate::limits::COMMANDS_MAX;

/// A line for a POSIX shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What it is for.
    pub step: Step,
    /// The line.
    pub run: String,
}

/// What a command is for, in the order in which one responds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Shows more, and changes nothing.
    Look,
    /// Shows what must be kept before anything is changed.
    Preserve,
    /// Keeps the thing, and keeps it from others; can be taken back.
    Isolate,
    /// Takes the access away, for good.
    Cut,
    /// Makes what was read worthless.
    Rotate,
}

impl Step {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Step::Look => "look",
            Step::Preserve => "preserve",
            Step::Isolate => "isolate",
            Step::Cut => "cut",
            Step::Rotate => "rotate",
        }
    }

    /// How many commands of this step one detection has, so that many things to
    /// look at leave room for what to do.
    fn quota(self) -> usize {
        match self {
            Step::Look => COMMANDS_MAX / 3,
            Step::Preserve => COMMANDS_MAX / 4,
            Step::Isolate | Step::Cut => COMMANDS_MAX / 6,
            Step::Rotate => COMMANDS_MAX / 12,
        }
    }
}

/// What to run, by what an event is; what is most to the point stands first.
const RECIPES: &[fn(&Scene<'_>, &mut Commands)] = &[
    secrets::recipe,
    token::recipe,
    impersonation::recipe,
    rbac::recipe,
    pod::recipe,
    kubelet::recipe,
    binding::recipe,
    docker::recipe,
    listener::recipe,
    runtime_socket::recipe,
    process::recipe,
    file::recipe,
    actor::recipe,
];

/// Commands as they are gathered, each once.
#[derive(Debug, Default)]
struct Commands {
    steps: [Vec<String>; 5],
}

impl Commands {
    /// Adds a command, unless its step is full or has it.
    fn add(&mut self, step: Step, line: Line) {
        let Some(lines) = self.steps.get_mut(step as usize) else {
            return;
        };
        let run = line.end();
        if lines.len() < step.quota() && !lines.contains(&run) {
            lines.push(run);
        }
    }

    fn finish(self) -> Vec<Command> {
        const STEPS: [Step; 5] = [
            Step::Look,
            Step::Preserve,
            Step::Isolate,
            Step::Cut,
            Step::Rotate,
        ];
        let steps = STEPS.into_iter().zip(self.steps);
        steps
            .flat_map(|(step, lines)| lines.into_iter().map(move |run| Command { step, run }))
            .collect()
    }
}

/// What to run for these events: at most [`COMMANDS_MAX`] lines.
pub(super) fn of(scenes: &[Scene<'_>]) -> Vec<Command> {
    let mut commands = Commands::default();
    for recipe in RECIPES {
        for scene in scenes {
            recipe(scene, &mut commands);
        }
    }
    commands.finish()
}
