//! API calls of the daemon's log that wait for their bodies.
//!
//! The daemon writes a call and then its body, but calls in parallel write
//! between the two, and whoever wants a body overlooked can see to that. So
//! several calls wait at once, each for a few lines, and a body goes to the
//! oldest one that asks for such a thing.

use std::collections::VecDeque;

use super::body::Body;
use crate::limits::DOCKER_FORM_LINES_MAX;
use crate::record::Position;

/// An API call that waits for its body.
#[derive(Debug)]
pub(super) struct OpenCall {
    pub(super) text: String,
    pub(super) position: Position,
    operation: &'static str,
    /// How many more lines are looked at.
    lines: usize,
}

/// What a body asks for, as far as it can be told without its call.
pub(super) fn shape(body: &Body) -> Option<&'static str> {
    if !body.image.is_empty() {
        Some("container_create")
    } else if !body.command.is_empty() {
        Some("exec_create")
    } else {
        None
    }
}

/// The calls that wait, the oldest first. Each new one is a line that goes by
/// for the others, so they are never more than the lines that one waits for.
#[derive(Default, Debug)]
pub(super) struct OpenCalls(VecDeque<OpenCall>);

impl OpenCalls {
    pub(super) fn push(&mut self, text: &str, position: Position, operation: &'static str) {
        self.0.push_back(OpenCall {
            text: text.to_owned(),
            position,
            operation,
            lines: DOCKER_FORM_LINES_MAX,
        });
    }

    /// Takes the call that a body belongs to.
    pub(super) fn take(&mut self, body: &Body) -> Option<OpenCall> {
        let shape = shape(body);
        let fits = |call: &OpenCall| match (shape, call.operation) {
            (Some("container_create"), "container_create" | "commit")
            | (Some("exec_create"), "exec_create") => true,
            (shape, operation) => {
                shape.is_none() && !matches!(operation, "container_create" | "exec_create")
            }
        };
        let place = self.0.iter().position(fits)?;
        self.0.remove(place)
    }

    /// Takes a call that has waited long enough.
    pub(super) fn expired(&mut self) -> Option<OpenCall> {
        self.0.pop_front_if(|call| call.lines == 0)
    }

    /// One more line goes by.
    pub(super) fn pass(&mut self) {
        for call in &mut self.0 {
            call.lines = call.lines.saturating_sub(1);
        }
    }

    /// Takes the oldest call, whether it has waited long enough or not.
    pub(super) fn pop(&mut self) -> Option<OpenCall> {
        self.0.pop_front()
    }

    /// Whether calls of another input wait.
    pub(super) fn are_elsewhere(&self, source: u32) -> bool {
        let first = self.0.front();
        first.is_some_and(|call| call.position.source != source)
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::body;
    use super::*;

    #[test]
    fn a_body_finds_its_call_among_others() {
        let mut calls = OpenCalls::default();
        let at = Position::default();
        for (text, operation) in [
            ("wait", "container_wait"),
            ("run", "exec_create"),
            ("new", "container_create"),
            ("new too", "container_create"),
        ] {
            calls.push(text, at, operation);
        }
        let mut take = |form: &str| calls.take(&body::read(form)).map(|call| call.text);
        let create = r#"{"Image":"a","Cmd":["x"]}"#;
        assert_eq!(take(create).as_deref(), Some("new"));
        assert_eq!(take(r#"{"Cmd":["x"]}"#).as_deref(), Some("run"));
        assert_eq!(take(r#"{"cmd":["x"]}"#), None);
        assert_eq!(take(create).as_deref(), Some("new too"));
        assert_eq!(take(r#"{"Detach":false}"#).as_deref(), Some("wait"));
        assert_eq!(take("{}"), None);
    }

    #[test]
    fn few_calls_wait() {
        let mut calls = OpenCalls::default();
        for n in 0..100 {
            while calls.expired().is_some() {}
            calls.pass();
            calls.push(&n.to_string(), Position::default(), "exec_start");
        }
        assert_eq!(calls.count(), DOCKER_FORM_LINES_MAX as u64 + 1);
    }
}
