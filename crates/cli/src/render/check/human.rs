//! Diagnostics for people: the lines at fault with marks, then advice.
//!
//! Only the lines around the marks are handed to the drawing library, so that
//! a large file with many findings does not cost its size for each of them.
//! A line too long to be drawn is left out; its place is named all the same.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use yaral_runtime::escape_terminal;
use yaral_syntax::diagnostic::{Diagnostic, Severity, Span};

use super::{CheckReport, CheckSummary};
use crate::render::layout::{edges, elapsed, wrap};
use crate::render::style::Paint;
use crate::rules::Sheet;
use crate::term::WIDTH;

/// Bytes of source that one diagnostic draws at most.
const DRAWN_BYTES_MAX: usize = 4 * 1024;

/// The human format.
pub(super) struct Human {
    paint: Paint,
    any: bool,
}

impl Human {
    pub(super) fn new(paint: Paint) -> Self {
        Human { paint, any: false }
    }
}

impl CheckReport for Human {
    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        found: &Diagnostic,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.any = true;
        writeln!(out, "{}", diagnostic(sheet, found, self.paint))
    }

    fn end(&mut self, summary: &CheckSummary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}",
            edges(&summary.sentence(), &elapsed(summary.elapsed), WIDTH)
        )
    }
}

/// One diagnostic, drawn; it ends with a line break.
pub(crate) fn diagnostic(sheet: &Sheet<'_>, found: &Diagnostic, paint: Paint) -> String {
    let name = escape_terminal(&sheet.file.name).into_owned();
    let mut text = draw(sheet, found, paint, &name);
    for (word, lines) in [("help", &found.help), ("note", &found.notes)] {
        for line in lines {
            let line = escape_terminal(line).into_owned();
            let parts = wrap(&line, WIDTH - word.len() - 2);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{word}: {}", parts.join("\n      "));
        }
    }
    let _ = writeln!(text, "docs: yaral docs {}", found.code);
    text
}

/// The title, the place and the marked lines.
fn draw(sheet: &Sheet<'_>, found: &Diagnostic, paint: Paint, name: &str) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = escape_terminal(&found.message).into_owned();
    let primary = found.span.unwrap_or_default();
    let Some(window) = window(&sheet.file.text, primary) else {
        let at = sheet.lines.line_column(primary.start);
        let word = match found.severity {
            Severity::Error => paint.error("error"),
            Severity::Warning => paint.warning("warning"),
            Severity::Note => paint.note("note"),
        };
        let code = found.code;
        return format!(
            "{word}[{code}]: {message}\n  --> {name}:{}:{}\n",
            at.line, at.column
        );
    };
    let source = tame(&sheet.file.text[window.clone()]);
    let line = sheet.lines.line_column(offset(window.start)).line;
    let mut snippet = Snippet::source(source)
        .line_start(line as usize)
        .path(name.to_owned())
        .fold(true)
        .annotation(
            AnnotationKind::Primary
                .span(inside(primary, &window))
                .label(
                    (!found.label.is_empty()).then(|| escape_terminal(&found.label).into_owned()),
                ),
        );
    for label in &found.labels {
        if window.contains(&(label.span.start as usize)) && (label.span.end as usize) <= window.end
        {
            let text = escape_terminal(&label.text).into_owned();
            snippet = snippet.annotation(
                AnnotationKind::Context
                    .span(inside(label.span, &window))
                    .label(text),
            );
        }
    }
    let group = level
        .primary_title(message)
        .id(found.code.0)
        .element(snippet);
    let renderer = if paint.is_on() {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = renderer.term_width(WIDTH).render(&[group]);
    text.push('\n');
    text
}

/// The whole lines around a span, or `None` if they are too long to be drawn.
fn window(text: &str, span: Span) -> Option<Range<usize>> {
    let floor = |at: usize| {
        (0..=at.min(text.len()))
            .rev()
            .find(|&at| text.is_char_boundary(at))
    };
    let at = floor(span.start as usize)?;
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let last = floor((span.end as usize).max(at))?;
    let end = text[last..]
        .find('\n')
        .map_or(text.len(), |after| last + after);
    if end - start <= DRAWN_BYTES_MAX {
        return Some(start..end);
    }
    // The first line alone may still do.
    let end = text[at..].find('\n').map_or(text.len(), |after| at + after);
    (end - start <= DRAWN_BYTES_MAX).then_some(start..end)
}

/// The span within the window's text.
fn inside(span: Span, window: &Range<usize>) -> Range<usize> {
    let within = |at: u32| (at as usize).clamp(window.start, window.end) - window.start;
    within(span.start)..within(span.end)
}

/// Offsets fit: a source text is limited to far less than 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The source with every character that a terminal obeys replaced by one of
/// the same length in bytes, so that spans still fit. The drawing library
/// does this for most, but not for the C1 controls and some marks.
fn tame(source: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => c,
        _ if !c.is_control() && !is_mark(c) => c,
        _ => match c.len_utf8() {
            1 => '?',
            2 => '¿',
            _ => char::REPLACEMENT_CHARACTER,
        },
    };
    source.chars().map(harmless).collect()
}

/// Characters that turn, join or hide text.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tamed_text_keeps_its_length() {
        let text = "a\u{1b}[2J\u{9b}\u{202e}\r\tä\n";
        assert_eq!(tame(text), "a?[2J¿\u{fffd}?\tä\n");
        assert_eq!(tame(text).len(), text.len());
    }

    #[test]
    fn windows_are_whole_lines() {
        let text = "one\ntwo\nthree";
        assert_eq!(window(text, Span::new(5, 6)), Some(4..7));
        assert_eq!(window(text, Span::new(5, 9)), Some(4..13));
        assert_eq!(window(text, Span::new(99, 120)), Some(8..13));
    }

    #[test]
    fn long_lines_are_not_drawn() {
        let line = |bytes: usize| window(&"x".repeat(bytes), Span::new(1, 2));
        assert_eq!(line(DRAWN_BYTES_MAX), Some(0..DRAWN_BYTES_MAX));
        assert_eq!(line(DRAWN_BYTES_MAX + 2), None);
    }
}
