//! What is known around a detection, as lines of its block.
//!
//! The block has told the first event already; here stands what goes beyond it:
//! others who acted, where from and on what, detections of the same hand, and what
//! to do. A command that is wider than the terminal goes on in the next line behind
//! a backslash, so that what is pasted is still one command.

use std::io::{self, Write};

use yaral_runtime::investigate::{Command, Names, Object, Step};
use yaral_runtime::{Investigation, escape_terminal};

use super::block::{MARGIN, line};
use crate::render::layout::{plural, width, wrap};
use crate::term::WIDTH;

/// Names that one line shows; machine formats have ten.
const NAMES_MAX: usize = 3;

/// Writes the lines; `story` is what the block has told.
pub(super) fn write(
    out: &mut dyn Write,
    of: &Investigation,
    story: &str,
    verbose: bool,
) -> io::Result<()> {
    let texts = |names: &Names<String>| beyond(names, story, Clone::clone);
    line(out, "actors", &texts(&of.actor))?;
    if let Some(other) = &of.impersonated {
        let groups = beyond(&other.groups, "", Clone::clone);
        let of_groups = if groups.is_empty() {
            String::new()
        } else {
            format!(" ({groups})")
        };
        line(out, "as", &format!("{}{of_groups}", other.user))?;
    }
    line(out, "sources", &texts(&of.source))?;
    line(out, "inside", &inside(of, story))?;
    line(out, "objects", &beyond(&of.objects, story, told))?;
    line(out, "ran", &texts(&of.command))?;
    line(out, "related", &related(of))?;
    respond(out, of.response.as_deref().unwrap_or_default(), verbose)?;
    line(out, "page", of.playbook.as_deref().unwrap_or_default())?;
    commands(out, &of.commands, verbose)
}

/// What the rule says to do: the beginning, or all of it if asked for.
fn respond(out: &mut dyn Write, response: &str, verbose: bool) -> io::Result<()> {
    if !verbose {
        return line(out, "respond", response);
    }
    let response = escape_terminal(response);
    for (at, text) in wrap(&response, WIDTH - MARGIN).iter().enumerate() {
        line(out, if at == 0 { "respond" } else { "" }, text)?;
    }
    Ok(())
}

/// An object as the line of the story has it, so that it is not told twice.
fn told(object: &Object) -> String {
    let mut object = object.clone();
    object.code = None;
    object.to_string()
}

/// The names that the story has not told, a few of them.
fn beyond<T>(names: &Names<T>, story: &str, text: impl Fn(&T) -> String) -> String {
    let new = names.shown.iter().map(text);
    let mut new: Vec<String> = new.filter(|name| !story.contains(name.as_str())).collect();
    let more = new.len().saturating_sub(NAMES_MAX) + names.more;
    new.truncate(NAMES_MAX);
    if more > 0 {
        new.push(format!("… {more} more"));
    }
    new.join(", ")
}

/// The pod, the container and the node that acted.
fn inside(of: &Investigation, story: &str) -> String {
    let places = [
        ("pod", &of.pod),
        ("container", &of.container),
        ("node", &of.node),
    ];
    let places = places.iter().filter_map(|(word, names)| {
        let names = beyond(names, story, Clone::clone);
        (!names.is_empty()).then(|| format!("{word} {names}"))
    });
    places.collect::<Vec<_>>().join(", ")
}

/// `4 more by this actor, source or host: rule ×3, rule`
fn related(of: &Investigation) -> String {
    let all = of.siblings.shown.len() + of.siblings.more;
    if all == 0 {
        return String::new();
    }
    let mut rules: Vec<(&str, usize)> = Vec::new();
    for sibling in &of.siblings.shown {
        match rules.iter_mut().find(|(rule, _)| *rule == sibling.rule) {
            Some((_, count)) => *count += 1,
            None => rules.push((&sibling.rule, 1)),
        }
    }
    let mut names: Vec<String> = rules
        .iter()
        .take(NAMES_MAX)
        .map(|(rule, count)| match count {
            1 => (*rule).to_owned(),
            _ => format!("{rule} ×{count}"),
        })
        .collect();
    if rules.len() > NAMES_MAX || of.siblings.more > 0 {
        names.push("…".to_owned());
    }
    format!(
        "{} before: {}",
        plural(all as u64, "detection"),
        names.join(", ")
    )
}

/// The first command of each step that takes nothing away; all of them if asked
/// for.
fn commands(out: &mut dyn Write, all: &[Command], verbose: bool) -> io::Result<()> {
    let mut shown: Vec<&Command> = Vec::new();
    for command in all {
        let new = shown.last().is_none_or(|last| last.step != command.step);
        let gentle = !matches!(command.step, Step::Cut | Step::Rotate);
        if verbose || (new && gentle) {
            shown.push(command);
        }
    }
    let mut last = None;
    for command in &shown {
        let word = if last == Some(command.step) {
            ""
        } else {
            word(command.step)
        };
        last = Some(command.step);
        paste(out, word, &command.run)?;
    }
    let more = all.len() - shown.len();
    if more > 0 {
        let text = format!("… and {}, see -v", plural(more as u64, "more command"));
        line(out, "", &text)?;
    }
    Ok(())
}

/// The word of a step, short enough for the margin.
fn word(step: Step) -> &'static str {
    match step {
        Step::Preserve => "keep",
        other => other.word(),
    }
}

/// One command, broken between its words. A word that is wider than a line stands
/// alone in one, uncut: half a command must not be pasted.
fn paste(out: &mut dyn Write, word: &str, run: &str) -> io::Result<()> {
    const CONTINUED: usize = 4;
    let room = WIDTH - MARGIN - CONTINUED;
    let mut lines: Vec<String> = Vec::new();
    for part in parts(run) {
        match lines.last_mut() {
            Some(last) if width(last) + 1 + width(part) <= room => {
                last.push(' ');
                last.push_str(part);
            }
            _ => lines.push(part.to_owned()),
        }
    }
    let end = lines.len().saturating_sub(1);
    for (at, text) in lines.iter().enumerate() {
        let word = if at == 0 { word } else { "" };
        let indent = if at == 0 { "" } else { "  " };
        let more = if at < end { " \\" } else { "" };
        writeln!(out, "  {word:7} {indent}{text}{more}")?;
    }
    Ok(())
}

/// The words of a command, cut at blanks outside of single quotes.
fn parts(run: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in run.char_indices() {
        match c {
            '\'' if quoted || !run.get(..at).is_some_and(|before| before.ends_with('\\')) => {
                quoted = !quoted;
            }
            ' ' if !quoted => {
                parts.extend(run.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(run.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(run: &str) -> String {
        let mut out = Vec::new();
        paste(&mut out, "look", run).expect("a vector takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_wide_command_goes_on_behind_a_backslash() {
        let run = format!(
            "kubectl get 'pod/{}' --namespace='{}' -o yaml",
            "p".repeat(40),
            "n".repeat(30)
        );
        let text = pasted(&run);
        assert!(
            text.lines().count() > 1 && text.lines().all(|line| width(line) <= WIDTH),
            "{text}"
        );
        let joined: Vec<&str> = text
            .split_whitespace()
            .filter(|word| *word != "\\")
            .collect();
        assert_eq!(joined.join(" "), format!("look {run}"));
    }

    #[test]
    fn names_beyond_the_limit_are_counted() {
        let names = |count: usize| Names {
            shown: (0..count).map(|at| format!("n{at}")).collect(),
            more: 2,
        };
        let text = |names: &Names<String>, story| beyond(names, story, Clone::clone);
        assert_eq!(text(&names(NAMES_MAX + 1), ""), "n0, n1, n2, … 3 more");
        assert_eq!(
            text(&names(NAMES_MAX + 1), "n1 did"),
            "n0, n2, n3, … 2 more"
        );
    }

    #[test]
    fn words_end_at_blanks_outside_of_quotes() {
        assert_eq!(
            parts(r"a 'b c' --d='e '\'' f' g"),
            ["a", "'b c'", r"--d='e '\'' f'", "g"]
        );
    }

    #[test]
    fn commands_beyond_the_first_of_each_step_are_counted() {
        let one = |step, run: &str| Command {
            step,
            run: run.to_owned(),
        };
        let all = [
            one(Step::Look, "a"),
            one(Step::Look, "b"),
            one(Step::Preserve, "c"),
            one(Step::Isolate, "d"),
            one(Step::Cut, "e"),
        ];
        let text = |verbose| {
            let mut out = Vec::new();
            commands(&mut out, &all, verbose).expect("a vector takes all");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(
            text(false),
            "  look    a\n  keep    c\n  isolate d\n          … and 2 more commands, see -v\n"
        );
        assert_eq!(text(true).lines().count(), all.len());
    }
}
