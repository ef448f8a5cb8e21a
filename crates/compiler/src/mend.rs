//! Applies the fixes that diagnostics carry, and takes back what did not help.
//!
//! A text is compiled, its fixes are applied where they do not overlap, and the
//! result is compiled again, until nothing is left to do. A fix stays only if
//! the text is the better for it: fewer errors and none that was not there, or,
//! where it answers a warning or a note, fewer of those.

use std::collections::BTreeMap;

use yaral_syntax::DIAGNOSTICS_MAX;
pub use yaral_syntax::diagnostic::Applicability;
use yaral_syntax::diagnostic::{Code, Diagnostic, Fix, Severity, Span};

use crate::{Compiled, Options, compile};

/// How often a text is compiled to mend it. Each round mends all it can, so that
/// a few suffice; only fixes that get in each other's way are tried one by one.
pub const MEND_COMPILES_MAX: usize = 32;

/// A text after mending.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// The fixes that were applied, in order: the code that each answers, and
    /// its title.
    pub fixes: Vec<(Code, String)>,
    /// What the compiler says about the text.
    pub compiled: Compiled,
}

/// Mends a text with its safe fixes, or with all.
#[must_use]
pub fn mend(text: &str, options: &Options, upto: Applicability) -> Mended {
    let mut now = Mended {
        text: text.to_owned(),
        fixes: Vec::new(),
        compiled: compile(text, options),
    };
    let mut left = MEND_COMPILES_MAX;
    loop {
        let chosen = choose(&now.compiled.diagnostics, upto);
        if chosen.is_empty() || left == 0 {
            return now;
        }
        left -= 1;
        if let Some(better) = attempt(&now, &chosen, options) {
            now = better;
            continue;
        }
        // One of them is to blame: the first that helps by itself goes in.
        let tries = if chosen.len() > 1 { left } else { 0 };
        let alone = chosen.iter().take(tries).find_map(|one| {
            left -= 1;
            attempt(&now, std::slice::from_ref(one), options)
        });
        let Some(better) = alone else { return now };
        now = better;
    }
}

/// The fixes to apply together, in order of place and without overlap.
fn choose(found: &[Diagnostic], upto: Applicability) -> Vec<(Code, Fix)> {
    let mut fixes: Vec<(Code, Fix)> = found
        .iter()
        .filter_map(|one| Some((one.code, one.fix.clone()?)))
        .filter(|(_, fix)| fix.applicability <= upto && !fix.edits.is_empty())
        .collect();
    fixes.sort_by_key(|(_, fix)| around(fix));
    let mut end = None;
    fixes.retain(|(_, fix)| {
        let span = around(fix);
        let free = end.is_none_or(|end| span.start >= end);
        if free {
            // Two insertions at one place would have no order.
            end = Some(span.end.max(span.start + 1));
        }
        free
    });
    fixes
}

/// Everything between a fix's first edit and its last.
fn around(fix: &Fix) -> Span {
    let spans = fix.edits.iter().map(|(span, _)| *span);
    spans.reduce(Span::cover).unwrap_or_default()
}

/// Applies the fixes and compiles; `None` if the text is not the better for it.
fn attempt(now: &Mended, chosen: &[(Code, Fix)], options: &Options) -> Option<Mended> {
    let edits = chosen.iter().flat_map(|(_, fix)| &fix.edits);
    let text = apply(&now.text, edits)?;
    let compiled = compile(&text, options);
    if !is_better(&now.compiled.diagnostics, &compiled.diagnostics) {
        return None;
    }
    let mut fixes = now.fixes.clone();
    fixes.extend(chosen.iter().map(|(code, fix)| (*code, fix.title.clone())));
    Some(Mended {
        text,
        fixes,
        compiled,
    })
}

/// The text with its edits, which are in order. Where an edit only takes away,
/// the blanks before it go too.
fn apply<'e>(text: &str, edits: impl Iterator<Item = &'e (Span, String)>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in edits {
        out.push_str(text.get(at..span.start as usize)?);
        if new.is_empty() {
            out.truncate(out.trim_end_matches([' ', '\t']).len());
        }
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Whether errors went and none came; without errors on either side, whether
/// warnings or else notes went. A text whose spelling was wrong was not judged
/// further, so that what shows once it is right is not new.
fn is_better(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let count = |found: &[Diagnostic], severity| {
        found.iter().filter(|one| one.severity == severity).count()
    };
    let (old, new) = (spelling(before), spelling(after));
    if let Some(first) = old.first() {
        // One mistake hides what follows from it: going on counts as well.
        let further = new.first().is_none_or(|next| next > first);
        return new.len() < old.len() || (new.len() == old.len() && further);
    }
    if before.len() >= DIAGNOSTICS_MAX {
        // There were more than are told, and the next ones are no news.
        return after.len() <= before.len();
    }
    let mut errors: BTreeMap<(Code, &str), usize> = BTreeMap::new();
    for one in before.iter().filter(|one| one.is_error()) {
        *errors.entry((one.code, &one.message)).or_default() += 1;
    }
    for one in after.iter().filter(|one| one.is_error()) {
        match errors.get_mut(&(one.code, one.message.as_str())) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return false,
        }
    }
    [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (count(before, severity), count(after, severity)))
        .find(|(before, after)| before != after)
        .is_some_and(|(before, after)| after < before)
}

/// Where the errors of the spelling are, in order.
fn spelling(found: &[Diagnostic]) -> Vec<u32> {
    let known = |code: Code| yaral_syntax::code::ALL.iter().any(|(one, _)| *one == code);
    found
        .iter()
        .filter(|one| one.is_error() && known(one.code))
        .map(|one| one.span.map_or(0, |span| span.start))
        .collect()
}
