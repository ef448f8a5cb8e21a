//! The lines of a story, and words for values, times and places.

use yaral_engine::explain::Held;
use yaral_engine::story::{EventRef, Hint, Predicate};
use yaral_engine::{Detection, Explanation, Origin};
use yaral_runtime::escape_terminal;

use crate::render::layout::{count, cut, width, wrap};
use crate::render::style::Paint;
use crate::term::WIDTH;

/// Columns of the words at the left.
pub(super) const MARGIN: usize = 13;

/// Columns before a tree.
const TREE_MARGIN: usize = 4;

/// The deepest level that is still indented.
const LEVELS_MAX: usize = 12;

/// What stands between a predicate and what it saw.
const ARROW: &str = "  ← ";

/// Columns of a value within a sentence.
const VALUE_COLUMNS: usize = 48;

/// Lines of a tree that are shown; the JSON document has all.
const TREE_LINES_MAX: usize = 60;

/// Text that grows by lines.
pub(super) struct Page {
    pub(super) text: String,
    pub(super) paint: Paint,
}

impl Page {
    pub(super) fn new(paint: Paint) -> Self {
        Page {
            text: String::new(),
            paint,
        }
    }

    /// A line that is laid out already.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A line without anything.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A word at the left and a sentence beside it, wrapped. The sentence must
    /// be escaped.
    pub(super) fn told(&mut self, word: &str, sentence: &str) {
        let mut word = word;
        for line in wrap(sentence, WIDTH - MARGIN) {
            let line = cut(&line, WIDTH - MARGIN);
            let room = MARGIN - 3;
            self.line(&format!("  {word:room$} {line}"));
            word = "";
        }
    }

    /// Names and values, one below the other.
    pub(super) fn pairs(&mut self, word: &str, pairs: &[(String, String)]) {
        let mut word = word;
        for (name, value) in pairs {
            let text = format!("${} = {}", escape_terminal(name), shown(value));
            let room = MARGIN - 3;
            let text = cut(&text, WIDTH - MARGIN);
            self.line(&format!("  {word:room$} {text}"));
            word = "";
        }
    }

    /// Predicates with their verdicts.
    pub(super) fn tree(&mut self, tree: &[Predicate]) {
        // Below `not`, what held is what was not wanted.
        let mut below_not: Vec<u16> = Vec::new();
        for one in tree.iter().take(TREE_LINES_MAX) {
            below_not.retain(|depth| *depth < one.depth);
            let note = note(one, !below_not.is_empty());
            self.predicate(one.depth, &one.text, one.held, &note);
            if one.text == "not" && one.seen.is_empty() {
                below_not.push(one.depth);
            }
        }
        if tree.len() > TREE_LINES_MAX {
            let more = tree.len() - TREE_LINES_MAX;
            self.line(&format!("    … and {more} more, see --format json"));
        }
    }

    /// The record of a detection.
    pub(super) fn why(&mut self, why: &Explanation) {
        for step in why.steps.iter().take(TREE_LINES_MAX) {
            let seen = step
                .actual
                .iter()
                .filter(|(_, value)| !step.text.contains(value.as_str()));
            let seen: Vec<String> = seen
                .map(|(name, value)| format!("{} = {}", escape_terminal(name), shown(value)))
                .collect();
            let asked = step.held != Held::Skipped;
            let note = if asked {
                seen.join(", ")
            } else {
                String::new()
            };
            self.predicate(step.depth, &step.text, step.held, &note);
        }
    }

    fn predicate(&mut self, depth: u16, text: &str, held: Held, note: &str) {
        let margin = TREE_MARGIN + 2 * usize::from(depth).min(LEVELS_MAX);
        let room = WIDTH - margin - 2;
        let text = cut(&escape_terminal(text), room);
        let mark = self.mark(held);
        let blank = " ".repeat(margin);
        let used = width(&text) + width(ARROW) + width(note);
        if note.is_empty() {
            self.line(&format!("{blank}{mark} {text}"));
        } else if used <= room {
            self.line(&format!("{blank}{mark} {text}{ARROW}{note}"));
        } else {
            self.line(&format!("{blank}{mark} {text}"));
            for line in wrap(note, room - 4) {
                let line = cut(&line, room - 4);
                self.line(&format!("{blank}    ← {line}"));
            }
        }
    }

    pub(super) fn mark(&self, held: Held) -> String {
        match held {
            Held::Yes => "✓".to_owned(),
            Held::No => self.paint.error("✗").to_string(),
            Held::Skipped => "·".to_owned(),
        }
    }
}

/// What a predicate saw, where it failed, or held and was not to.
fn note(one: &Predicate, unwanted: bool) -> String {
    let tells = match one.held {
        Held::No => true,
        Held::Yes => unwanted,
        Held::Skipped => false,
    };
    if !tells || one.seen.is_empty() {
        return String::new();
    }
    let alone = one.seen.len() == 1;
    let parts: Vec<String> = one
        .seen
        .iter()
        .map(|seen| {
            let name = escape_terminal(&seen.name);
            match (seen.set, alone && one.text.contains(&seen.name)) {
                (false, true) => "the field is not set".to_owned(),
                (false, false) => format!("{name} is not set"),
                (true, true) => format!("was {}", quoted(&seen.value)),
                (true, false) => format!("{name} was {}", quoted(&seen.value)),
            }
        })
        .collect();
    let mut text = parts.join(", ");
    if let Some(hint) = &one.hint {
        let hint = hint_words(hint, one.seen.iter().any(|seen| seen.set));
        if !hint.is_empty() {
            text.push_str("; ");
            text.push_str(&hint);
        }
    }
    text
}

fn hint_words(hint: &Hint, set: bool) -> String {
    match hint {
        Hint::Case => "only letter case differs: add nocase".to_owned(),
        Hint::Space => "only blanks at the ends differ".to_owned(),
        Hint::Contains => "one contains the other: = wants the whole text".to_owned(),
        Hint::PatternCase => "it matches without regard to letter case: add nocase".to_owned(),
        Hint::NotInList {
            list,
            entries,
            case,
        } => {
            let list = escape_terminal(list);
            let many = count(*entries as u64);
            match (case, set) {
                (true, _) => format!("%{list} holds it in another letter case: add nocase"),
                (false, true) => format!("%{list} ({many} entries) does not hold it"),
                (false, false) => String::new(),
            }
        }
    }
}

/// A value; the empty text has a word.
pub(super) fn shown(value: &str) -> String {
    if value.is_empty() {
        "(empty)".to_owned()
    } else {
        escape_terminal(value).into_owned()
    }
}

/// A value within a sentence.
pub(super) fn quoted(value: &str) -> String {
    if value.is_empty() {
        "empty".to_owned()
    } else {
        format!("`{}`", cut(&escape_terminal(value), VALUE_COLUMNS))
    }
}

/// An event's place and time.
pub(super) fn at_event(event: &EventRef) -> String {
    let place = match &event.origin {
        Some(origin) => place(origin),
        None => format!("event {}", escape_terminal(&event.id)),
    };
    match event.time {
        Some(time) => format!("{place} at {time}"),
        None => format!("{place}, no event_timestamp"),
    }
}

/// `file:line`, and the item where a line holds several.
fn place(origin: &Origin) -> String {
    let item = if origin.item > 0 {
        format!(" item {}", origin.item)
    } else {
        String::new()
    };
    format!("{}:{}{item}", escape_terminal(&origin.file), origin.line)
}

/// The first event of each variable of a detection.
pub(super) fn detection_places(page: &mut Page, detection: &Detection) {
    let mut shown: Vec<&str> = Vec::new();
    for evidence in &detection.evidence {
        if shown.contains(&evidence.variable.as_str()) {
            continue;
        }
        shown.push(&evidence.variable);
        let place = match &evidence.origin {
            Some(origin) => place(origin),
            None => format!("event {}", escape_terminal(&evidence.event_id)),
        };
        let counts = detection.counts.iter();
        let all = counts.filter(|(name, _)| *name == evidence.variable);
        let all = all.map(|(_, count)| *count).next().unwrap_or(1);
        let more = if all > 1 {
            format!("  and {} more", count(all - 1))
        } else {
            String::new()
        };
        let word = cut(
            &format!("${}", escape_terminal(&evidence.variable)),
            MARGIN - 3,
        );
        page.told(&word, &format!("{place}{more}"));
    }
}

/// A span of time in nanoseconds, in its two largest units.
pub(super) fn span(nanoseconds: i128) -> String {
    const NANOS: i128 = 1_000_000_000;
    const UNITS: [(i128, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let seconds = nanoseconds.abs() / NANOS;
    if seconds == 0 {
        let rest = nanoseconds.abs();
        return match rest {
            0 => "0s".to_owned(),
            1..1_000_000 => format!("{rest} ns"),
            _ => format!("{} ms", rest / 1_000_000),
        };
    }
    let mut parts = Vec::new();
    let mut left = seconds;
    for (size, unit) in UNITS {
        let many = left / size;
        left %= size;
        if many > 0 {
            parts.push(format!("{many}{unit}"));
        }
    }
    parts.truncate(3);
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well() {
        const S: i128 = 1_000_000_000;
        for (of, text) in [
            (0, "0s"),
            (1, "1 ns"),
            (S / 2, "500 ms"),
            (100 * S, "1m 40s"),
            (90_061 * S, "1d 1h 1m"),
            (-5 * S, "5s"),
        ] {
            assert_eq!(span(of), text);
        }
    }
}
