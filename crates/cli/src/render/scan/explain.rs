//! The predicate tree of a detection: ✓ held, ✗ did not, · was not asked.

use std::borrow::Cow;
use std::fmt::Write as _;

use yaral_engine::Explanation;
use yaral_engine::explain::{Held, Step};
use yaral_runtime::escape_terminal;

use crate::render::layout::{cut, width};
use crate::term::WIDTH;

/// Blanks before each level.
const INDENT: usize = 2;

/// What stands between a predicate and the value that it saw.
const ARROW: &str = "  ← ";

/// The deepest level that is still indented.
const LEVELS_MAX: usize = 12;

/// The tree, one line for each predicate and one for each value it saw; `rows`
/// says what kind of rows the rule counts.
pub(super) fn tree(why: &Explanation, rows: &str) -> String {
    let mut out = String::new();
    for step in &why.steps {
        let margin = 4 + INDENT * usize::from(step.depth).min(LEVELS_MAX);
        let room = WIDTH - margin - 2;
        let mut text = cut(&escape_terminal(&step.text), room);
        let mut values = step.actual.as_slice();
        // The one field of a plain predicate needs no name of its own.
        if let [(path, value)] = values
            && step.text.starts_with(path.as_str())
            && width(&text) + 2 * ARROW.len() < room
        {
            text = format!(
                "{text}{ARROW}{}",
                cut(&shown(value), room - width(&text) - ARROW.len())
            );
            values = &[];
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:margin$}{} {text}", "", mark(step.held));
        for (path, value) in values {
            let line = pair(path, value, room - 2);
            let _ = writeln!(out, "{:inner$}{line}", "", inner = margin + 4);
        }
    }
    if why.rows != 1 {
        let _ = writeln!(out, "    {} {rows} satisfied all predicates", why.rows);
    }
    out
}

/// What the rule saw, most telling first: values of predicates that held,
/// each field once.
pub(super) fn seen(why: &Explanation) -> Vec<(&str, &str)> {
    let mut all: Vec<(&str, &str)> = Vec::new();
    for (path, value) in why
        .steps
        .iter()
        .filter(|step| step.held == Held::Yes)
        .flat_map(values)
    {
        if !all.iter().any(|(known, _)| *known == path) {
            all.push((path, value));
        }
    }
    all
}

/// A field and its value on one line.
pub(super) fn pair(path: &str, value: &str, columns: usize) -> String {
    cut(
        &format!("{} = {}", escape_terminal(path), shown(value)),
        columns,
    )
}

/// A value; the empty text has a word.
fn shown(value: &str) -> Cow<'_, str> {
    if value.is_empty() {
        "(empty)".into()
    } else {
        escape_terminal(value)
    }
}

fn values(step: &Step) -> impl Iterator<Item = (&str, &str)> {
    step.actual
        .iter()
        .map(|(path, value)| (path.as_str(), value.as_str()))
}

fn mark(held: Held) -> char {
    match held {
        Held::Yes => '✓',
        Held::No => '✗',
        Held::Skipped => '·',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(depth: u16, text: &str, held: Held, actual: &[(&str, &str)]) -> Step {
        let actual = actual
            .iter()
            .map(|(p, v)| ((*p).to_owned(), (*v).to_owned()))
            .collect();
        Step {
            depth,
            text: text.to_owned(),
            held,
            actual,
        }
    }

    fn example() -> Explanation {
        let steps = vec![
            step(0, "any of", Held::Yes, &[]),
            step(1, "$e.a = \"x\"", Held::No, &[("$e.a", "y")]),
            step(1, "$e.b = \"y\"", Held::Yes, &[("$e.b", "y\u{1b}[2J")]),
            step(1, "$e.c = \"z\"", Held::Skipped, &[("$e.c", "")]),
            step(
                0,
                "$e.b != \"\"",
                Held::Yes,
                &[("$e.b", "y\u{1b}[2J"), ("$e.d", "")],
            ),
        ];
        Explanation { steps, rows: 1 }
    }

    #[test]
    fn trees_show_marks_and_values() {
        insta::assert_snapshot!(tree(&example(), "rows of the event"), @r#"
            ✓ any of
              ✗ $e.a = "x"  ← y
              ✓ $e.b = "y"  ← y\u{1b}[2J
              · $e.c = "z"  ← (empty)
            ✓ $e.b != ""
                $e.b = y\u{1b}[2J
                $e.d = (empty)
        "#);
    }

    #[test]
    fn deep_levels_are_not_indented_further() {
        let margin = |depth: usize| {
            let depth = u16::try_from(depth).expect("a small number");
            let steps = vec![step(depth, "$e.a = 1", Held::Yes, &[])];
            tree(&Explanation { steps, rows: 1 }, "rows").find('✓')
        };
        assert!(margin(LEVELS_MAX - 1) < margin(LEVELS_MAX));
        assert_eq!(margin(LEVELS_MAX), margin(LEVELS_MAX + 1));
    }

    #[test]
    fn only_what_held_was_seen_and_each_field_once() {
        assert_eq!(seen(&example()), [("$e.b", "y\u{1b}[2J"), ("$e.d", "")]);
    }
}
