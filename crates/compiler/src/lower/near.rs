//! The one right spelling, where there is one.

use yaral_syntax::diagnostic::{Fix, Span};
use yaral_syntax::fix::is_near;
use yaral_udm::FieldId;

/// Puts the only near name in the place of a misspelled one: safe if they
/// differ by two letters at most. Two near names are a question, not an answer.
pub(super) fn only(near: &[&str], written: &str, span: Span) -> Option<Fix> {
    let [name] = near else { return None };
    Some(graded(name, written, span, name))
}

/// As [`only`], between quotation marks.
pub(super) fn only_quoted(near: &[&str], written: &str, span: Span) -> Option<Fix> {
    let [name] = near else { return None };
    Some(graded(name, written, span, &format!("\"{name}\"")))
}

fn graded(name: &str, written: &str, span: Span, text: &str) -> Fix {
    if is_near(written, name) {
        Fix::word(span, text)
    } else {
        Fix::doubtful(format!("write `{text}`"), span, text)
    }
}

/// The only one of a rule's own names that is near; short names are near to
/// everything, so that three letters must be the same at least.
pub(super) fn own<'n>(
    known: impl Iterator<Item = &'n String>,
    written: &str,
    span: Span,
) -> Option<Fix> {
    const LETTERS_MIN: usize = 5;
    let mut near = known.filter(|name| name.len() >= LETTERS_MIN && is_near(written, name));
    let (name, None) = (near.next()?, near.next()) else {
        return None;
    };
    // The span holds the sigil, the name does not.
    let bare = Span::new(span.start + 1, span.end);
    Some(Fix::word(bare, name))
}

/// A deprecated field's successor where it is the path of one field of the same
/// type that holds as many values. Events may have one of the two only, so the
/// rule may match others afterwards.
pub(super) fn successor(field: FieldId, span: Span) -> Option<Fix> {
    let path = field.successor()?;
    let mut message = field.parent();
    let mut steps = path.split('.').peekable();
    while let Some(step) = steps.next() {
        let next = message.field(step)?;
        if steps.peek().is_none() {
            let same = next.kind() == field.kind() && next.repeated() == field.repeated();
            return same.then(|| Fix::doubtful(format!("write `{path}`"), span, path));
        }
        let yaral_udm::FieldKind::Message(inner) = next.kind() else {
            return None;
        };
        if next.repeated() {
            return None;
        }
        message = inner;
    }
    None
}
