//! Where lines break, before anything is known about widths.

use super::items::{Item, Layout, Role, Start};
use crate::kind::SyntaxKind;

/// What is between an item and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// A line begins here.
    pub(super) newline: bool,
    /// An empty line stands before it.
    pub(super) empty_line: bool,
    pub(super) lead: Lead,
}

/// Whether an item is a comment that begins a line, or stands behind one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lead {
    /// It does not.
    #[default]
    Not,
    /// It belongs to the content around it.
    Content,
    /// It belongs to the section that follows.
    Header,
}

impl Gap {
    fn leads(self) -> bool {
        self.lead != Lead::Not
    }
}

/// The gap before each item.
pub(super) fn decide(layout: &Layout<'_>) -> Vec<Gap> {
    let mut gaps = vec![Gap::default(); layout.items.len()];
    breaks(layout, &mut gaps);
    for &(open, close) in &layout.brackets {
        let first = layout.token_from(open + 1);
        let inside = gaps.get(open + 1..=first).unwrap_or_default();
        let broken = inside.iter().any(|gap| gap.newline) && first != close;
        if broken && !is_led(layout, &gaps, close) {
            set_newline(&mut gaps, close);
        }
    }
    own_comments(layout, &mut gaps);
    empty_lines(layout, &mut gaps);
    gaps
}

/// Lets a line begin with an item.
pub(super) fn set_newline(gaps: &mut [Gap], at: usize) {
    if let Some(gap) = gaps.get_mut(at) {
        gap.newline = true;
    }
}

/// Whether a comment that begins a line stands right before an item.
fn is_led(layout: &Layout<'_>, gaps: &[Gap], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| gaps.get(before));
    let item = layout.items.get(at);
    before.is_some_and(|gap| gap.leads()) && item.is_some_and(|item| item.newlines == 0)
}

fn breaks(layout: &Layout<'_>, gaps: &mut [Gap]) {
    let mut before: Option<&Item<'_>> = None;
    for (at, item) in layout.items.iter().enumerate() {
        let led = is_led(layout, gaps, at);
        let broken = item.newlines > 0;
        let newline = match before {
            None => false,
            Some(before) if before.kind == SyntaxKind::LineComment => true,
            Some(_) if item.is_comment() => broken,
            Some(_) if item.start != Start::Nothing => !led,
            Some(before) if before.is_comment() => broken,
            Some(before) => broken && may_break(before, item),
        };
        let first = before.is_none();
        if let Some(gap) = gaps.get_mut(at) {
            gap.newline = newline;
            if item.is_comment() && (newline || first || led) {
                gap.lead = Lead::Content;
            }
        }
        before = Some(item);
    }
}

/// Whether the author's line break between two tokens stays.
fn may_break(before: &Item<'_>, item: &Item<'_>) -> bool {
    match (before.role, item.role) {
        (Role::Open, Role::Close) => false,
        (Role::Open | Role::Comma | Role::Operator | Role::Compare, _)
        | (_, Role::Close | Role::Operator | Role::Compare) => true,
        // The window of `match`.
        _ => item.parent == SyntaxKind::Window && before.parent != SyntaxKind::Window,
    }
}

/// Decides which comments before a section belong to the section.
fn own_comments(layout: &Layout<'_>, gaps: &mut [Gap]) {
    let mut header: Option<(&Item<'_>, bool)> = None;
    for (at, item) in layout.items.iter().enumerate().rev() {
        if !item.is_comment() {
            let first = layout
                .items
                .get(..at)
                .and_then(|before| before.iter().rev().find(|one| !one.is_comment()))
                .is_some_and(|one| one.kind == SyntaxKind::LeftBrace);
            header = (item.start == Start::Header).then_some((item, first));
            continue;
        }
        let (Some((header, first)), Some(gap)) = (header, gaps.get(at)) else {
            continue;
        };
        let deeper = header.newlines > 0 && gap.newline && item.column > header.column;
        let of_header = gap.leads() && (first || !deeper);
        if let Some(gap) = gaps.get_mut(at).filter(|_| of_header) {
            gap.lead = Lead::Header;
        }
    }
}

/// Empty lines: one between sections and rules, none inside of brackets' ends,
/// the author's elsewhere.
fn empty_lines(layout: &Layout<'_>, gaps: &mut [Gap]) {
    let mut before: Option<&Item<'_>> = None;
    for (at, item) in layout.items.iter().enumerate() {
        let opened = before.is_none_or(opens);
        let closes = item.role == Role::Close || item.start == Start::RuleEnd;
        if let Some(gap) = gaps.get_mut(at) {
            gap.empty_line = gap.newline && item.newlines > 1 && !opened && !closes;
            // A comment behind a bracket or a header changes nothing.
            if item.is_comment() && !gap.leads() {
                continue;
            }
        }
        before = Some(item);
    }
    for (at, item) in layout.items.iter().enumerate() {
        if matches!(item.start, Start::Header | Start::Rule) {
            separate(layout, gaps, at, item.start);
        }
    }
}

/// One empty line before a section or rule and the comments that belong to it,
/// unless it is the first.
fn separate(layout: &Layout<'_>, gaps: &mut [Gap], at: usize, start: Start) {
    let belongs = |gap: &&Gap| match start {
        Start::Header => gap.lead == Lead::Header,
        _ => gap.leads(),
    };
    let before = gaps.get(..at).unwrap_or_default();
    let from = at - before.iter().rev().take_while(belongs).count();
    let items = layout.items.get(..from).unwrap_or_default();
    // A comment behind the brace changes nothing.
    let behind = items
        .iter()
        .zip(gaps.iter())
        .rev()
        .find(|(item, gap)| gap.leads() || !item.is_comment());
    let first = behind.is_none_or(|(item, _)| item.kind == SyntaxKind::LeftBrace);
    if let Some(gap) = gaps.get_mut(from) {
        gap.empty_line = !first;
    }
}

/// Whether nothing but content may follow: an empty line has no place there.
fn opens(item: &Item<'_>) -> bool {
    let header = item.kind == SyntaxKind::Colon && super::items::is_section(item.parent);
    header || item.role == Role::Open || item.kind == SyntaxKind::LeftBrace
}
