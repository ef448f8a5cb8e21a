//! Reads the cases out of a page of the executable spec.
//!
//! A case is a section (a heading and what follows up to the next one) with a
//! block of a rule. The form is described for its readers in spec/README.md;
//! here it is read, and mistakes in it are named by line. Statements are
//! prose to this reader: whether each has a case is asked by
//! `cargo xtask spec-coverage`.

use std::fmt;
use std::ops::Range;

/// One example of a page.
#[derive(Clone, Debug)]
pub struct Case {
    /// The heading.
    pub name: String,
    /// The line of the heading, counted from 1.
    pub line: usize,
    /// The statements that it shows to hold.
    pub proves: Vec<String>,
    /// The rule; without its first line if it begins with a section.
    pub rule: String,
    /// Whether the rule is compiled as documented and not leniently.
    pub strict: bool,
    /// Reference lists: the name with its kind as ending, and the text.
    pub lists: Vec<(String, String)>,
    /// Data tables: the name, and the rows below a header that types columns.
    pub tables: Vec<(String, String)>,
    /// The entities, as a timeline without times.
    pub entities: String,
    /// The line that they begin at.
    pub entities_line: usize,
    /// The switches of the whole case.
    pub semantics: Vec<(String, String)>,
    /// What metrics have counted before: events, in the form of a timeline.
    pub past: String,
    /// The line that it begins at.
    pub past_line: usize,
    /// The timeline's text.
    pub events: String,
    /// The line that it begins at.
    pub events_line: usize,
    /// What is to come out, for each set of switches shown.
    pub expectations: Vec<Expectation>,
}

/// What is to come out of a case.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The line of the block's first fence, counted from 1.
    pub line: usize,
    /// The switches of this block, on top of those of the case.
    pub semantics: Vec<(String, String)>,
    /// Whether risk scores are shown.
    pub risk: bool,
    /// The text.
    pub text: String,
    /// Where the text stands in the page, in bytes.
    pub range: Range<usize>,
}

/// A mistake in a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Reads a page.
///
/// # Errors
/// The first mistake in its form.
pub fn read(text: &str) -> Result<Vec<Case>, Fault> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<Case> = None;
    let mut fence: Option<Fence> = None;
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        at += line.len();
        let bare = line.trim_end();
        if let Some(mut block) = fence.take() {
            if bare != "```" {
                block.end = at;
                fence = Some(block);
                continue;
            }
            if let Some(case) = &mut open {
                take(case, &block, text)?;
            }
        } else if let Some(info) = bare.strip_prefix("```") {
            fence = Some(Fence {
                info: info.to_owned(),
                line: number,
                start: at,
                end: at,
            });
        } else if let Some(name) = heading(bare) {
            close(open.take(), &mut cases)?;
            open = Some(empty(name, number));
        } else if let (Some(ids), Some(case)) = (bare.strip_prefix("proves:"), &mut open) {
            let ids = ids.split(',').map(|id| id.trim().to_owned());
            case.proves.extend(ids.filter(|id| !id.is_empty()));
        }
    }
    if let Some(fence) = fence {
        return Err(fault(fence.line, "the block is not closed"));
    }
    close(open, &mut cases)?;
    Ok(cases)
}

/// The page with other texts in the blocks of what is expected.
#[must_use]
pub fn rewrite(page: &str, found: &[(Range<usize>, String)]) -> String {
    let mut found = found.to_vec();
    found.sort_by_key(|(range, _)| range.start);
    let mut text = String::new();
    let mut at = 0;
    for (range, new) in found {
        text.push_str(&page[at..range.start]);
        text.push_str(&new);
        at = range.end;
    }
    text.push_str(&page[at..]);
    text
}

/// A fenced block while it is read.
struct Fence {
    info: String,
    line: usize,
    start: usize,
    end: usize,
}

fn fault(line: usize, what: impl Into<String>) -> Fault {
    Fault {
        line,
        what: what.into(),
    }
}

/// The text of a heading below the page's title.
fn heading(line: &str) -> Option<&str> {
    let name = line.trim_start_matches('#');
    let level = line.len() - name.len();
    (level >= 2 && name.starts_with(' ')).then(|| name.trim())
}

fn empty(name: &str, line: usize) -> Case {
    Case {
        name: name.to_owned(),
        line,
        proves: Vec::new(),
        rule: String::new(),
        strict: false,
        lists: Vec::new(),
        tables: Vec::new(),
        entities: String::new(),
        entities_line: line,
        semantics: Vec::new(),
        past: String::new(),
        past_line: line,
        events: String::new(),
        events_line: line,
        expectations: Vec::new(),
    }
}

/// Adds a block to its case.
fn take(case: &mut Case, block: &Fence, page: &str) -> Result<(), Fault> {
    let text = &page[block.start..block.end];
    let mut words = block.info.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let once = |empty: bool| {
        let twice = || fault(block.line, format!("the case has two blocks `{kind}`"));
        if empty { Ok(()) } else { Err(twice()) }
    };
    match (kind, rest.as_slice()) {
        ("yaral", [] | ["strict"]) => {
            once(case.rule.is_empty())?;
            text.clone_into(&mut case.rule);
            case.strict = !rest.is_empty();
        }
        ("events", []) => {
            once(case.events.is_empty())?;
            text.clone_into(&mut case.events);
            case.events_line = block.line + 1;
        }
        ("past", []) => {
            once(case.past.is_empty())?;
            text.clone_into(&mut case.past);
            case.past_line = block.line + 1;
        }
        ("entities", []) => {
            once(case.entities.is_empty())?;
            text.clone_into(&mut case.entities);
            case.entities_line = block.line + 1;
        }
        ("semantics", []) => {
            for (number, line) in (block.line + 1..).zip(text.lines()) {
                case.semantics.push(switch(line, number)?);
            }
        }
        ("list", [name]) => case.lists.push(((*name).to_owned(), text.to_owned())),
        ("table", [name]) => case.tables.push(((*name).to_owned(), text.to_owned())),
        ("expect", words) => {
            let mut made = Expectation {
                line: block.line,
                semantics: Vec::new(),
                risk: false,
                text: text.to_owned(),
                range: block.start..block.end,
            };
            for word in words {
                if *word == "risk" {
                    made.risk = true;
                } else {
                    made.semantics.push(switch(word, block.line)?);
                }
            }
            case.expectations.push(made);
        }
        // Other blocks are for the reader alone.
        ("text" | "sh", _) => {}
        _ => {
            return Err(fault(
                block.line,
                format!("no block begins with `{}`", block.info),
            ));
        }
    }
    Ok(())
}

fn switch(text: &str, line: usize) -> Result<(String, String), Fault> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| fault(line, format!("`{text}` is not KEY=VALUE")))?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// Keeps a section if it is a case, once it is whole.
fn close(section: Option<Case>, cases: &mut Vec<Case>) -> Result<(), Fault> {
    let Some(case) = section else { return Ok(()) };
    let bare = case.rule.is_empty() && case.events.is_empty() && case.expectations.is_empty();
    if bare {
        return Ok(());
    }
    let what = if case.rule.is_empty() {
        "the case has no rule"
    } else if case.expectations.is_empty() {
        "the case expects nothing, not even `none`"
    } else if cases.iter().any(|other| other.name == case.name) {
        "another case of the page has this name"
    } else {
        cases.push(case);
        return Ok(());
    };
    Err(fault(case.line, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Title\n\n**X-01** Prose.\n\n## One\nproves: X-01, X-02\n\n```yaral\nevents:\n```\n```events\n+0s a:\n```\n```expect risk windows=secops\nnone\n```\n\n## Prose only\n\ntext\n";

    #[test]
    fn a_page_is_read_and_rewritten() {
        let cases = read(PAGE).expect("it is right");
        assert_eq!(cases.len(), 1);
        let case = &cases[0];
        assert_eq!((case.name.as_str(), case.line), ("One", 5));
        assert_eq!(case.proves, ["X-01", "X-02"]);
        assert_eq!(
            (case.rule.as_str(), case.events.as_str()),
            ("events:\n", "+0s a:\n")
        );
        assert_eq!(case.events_line, 12);
        let expectation = &case.expectations[0];
        assert!(expectation.risk);
        assert_eq!(
            expectation.semantics,
            [("windows".to_owned(), "secops".to_owned())]
        );
        assert_eq!(expectation.text, "none\n");
        let new = rewrite(PAGE, &[(expectation.range.clone(), "x\ny\n".to_owned())]);
        assert_eq!(new, PAGE.replace("none\n", "x\ny\n"));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        for (text, line, part) in [
            ("# T\n## A\n```yaral\n", 3, "not closed"),
            ("## A\n```yaral\nx\n```\n", 1, "expects nothing"),
            ("## A\n```expect\nnone\n```\n", 1, "no rule"),
            ("## A\n```rust\n```\n", 2, "no block"),
            (
                "## A\n```yaral\nx\n```\n```expect foo\n```\n",
                5,
                "KEY=VALUE",
            ),
            (
                "## A\n```yaral\nx\n```\n```yaral\nx\n```\n",
                5,
                "two blocks",
            ),
        ] {
            let found = read(text).expect_err(text);
            assert_eq!(found.line, line, "{text}: {found}");
            assert!(found.what.contains(part), "{text}: {found}");
        }
        let twice = "## A\n```yaral\nx\n```\n```expect\nnone\n```\n".repeat(2);
        assert_eq!(read(&twice).map_err(|f| f.line).err(), Some(8));
    }
}
