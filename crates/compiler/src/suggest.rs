//! What was probably meant by a name that is not known.

use yaral_syntax::diagnostic::Diagnostic;
use yaral_syntax::nearest;

use crate::lower::Lower;

/// Names that a message lists as those there are.
const SHOWN_MAX: usize = 5;

/// Adds the near ones of the known names as advice; where none is near, the
/// first few of those there are. Names are shown with `sigil` before them.
/// Where so much was found that this is not shown, nothing is looked for.
pub(crate) fn advise<'n>(
    lower: &Lower<'_>,
    found: Diagnostic,
    name: &str,
    sigil: &str,
    (owner, known): (&str, impl Iterator<Item = &'n str> + Clone),
) -> Diagnostic {
    if lower.is_full() {
        return found;
    }
    let shown = |name: &str| format!("`{sigil}{name}`");
    let near: Vec<_> = nearest(name, known.clone())
        .into_iter()
        .map(shown)
        .collect();
    if !near.is_empty() {
        return found.help(format!("did you mean {}?", near.join(" or ")));
    }
    let mut some: Vec<_> = known.take(SHOWN_MAX + 1).map(shown).collect();
    if some.is_empty() {
        return found;
    }
    if some.len() > SHOWN_MAX {
        some.truncate(SHOWN_MAX);
        some.push("others".to_owned());
    }
    found.help(format!("{owner} {}", some.join(", ")))
}
