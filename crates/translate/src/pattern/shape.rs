//! Patterns that are a few plain texts: equal, at the start, at the end or
//! anywhere. Platforms say these without a pattern, and faster.

use regex_syntax::hir::{Hir, HirKind, Look};

use super::hir;
use crate::filter::Re;

/// What a pattern comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The text is one of these.
    Equals(Vec<String>),
    /// It starts with one of these.
    Starts(Vec<String>),
    /// It ends with one of these.
    Ends(Vec<String>),
    /// It holds one of these.
    Contains(Vec<String>),
    /// Nothing as simple.
    Other,
}

/// Texts that a pattern is written out as, at most.
const TEXTS_MAX: usize = 64;

/// What a pattern comes to; of one that ignores case, its texts are in lower case.
pub(crate) fn shape(re: &Re) -> Shape {
    // Case folding makes classes of letters; the plain spelling is asked instead.
    let (text, nocase) = match re.text.strip_prefix("(?i)") {
        Some(rest) => (rest, true),
        None => (re.text.as_str(), re.nocase),
    };
    let Some(hir) = hir(&Re::new(text)) else {
        return Shape::Other;
    };
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&hir),
    };
    let is = |part: Option<&Hir>, look| {
        part.is_some_and(|part| matches!(part.kind(), HirKind::Look(own) if *own == look))
    };
    let start = is(parts.first(), Look::Start);
    let end = parts.len() > 1 && is(parts.last(), Look::End);
    let inner = parts.get(usize::from(start)..parts.len() - usize::from(end));
    let Some(mut texts) = inner.and_then(all) else {
        return Shape::Other;
    };
    if texts.iter().any(String::is_empty) {
        return Shape::Other;
    }
    if nocase {
        for text in &mut texts {
            *text = text.to_lowercase();
        }
    }
    match (start, end) {
        (true, true) => Shape::Equals(texts),
        (true, false) => Shape::Starts(texts),
        (false, true) => Shape::Ends(texts),
        (false, false) => Shape::Contains(texts),
    }
}

/// The texts of a sequence; `None` if there are too many or other things.
fn all(parts: &[Hir]) -> Option<Vec<String>> {
    let mut texts = vec![String::new()];
    for part in parts {
        let own = one(part)?;
        if texts.len() * own.len() > TEXTS_MAX {
            return None;
        }
        let joined = texts.iter().flat_map(|before| {
            let own = own.iter();
            own.map(move |text| format!("{before}{text}"))
        });
        texts = joined.collect();
    }
    Some(texts)
}

fn one(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(literal) => Some(vec![String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
            let mut texts = Vec::new();
            for range in class.iter() {
                for c in range.start()..=range.end() {
                    if texts.len() == 4 {
                        return None;
                    }
                    texts.push(c.to_string());
                }
            }
            Some(texts)
        }
        HirKind::Capture(capture) => one(&capture.sub),
        HirKind::Concat(parts) => all(parts),
        HirKind::Alternation(parts) => {
            let mut texts = Vec::new();
            for part in parts {
                texts.extend(one(part)?);
                if texts.len() > TEXTS_MAX {
                    return None;
                }
            }
            Some(texts)
        }
        HirKind::Repetition(repeated) if (repeated.min, repeated.max) == (0, Some(1)) => {
            let mut texts = vec![String::new()];
            texts.extend(one(&repeated.sub)?);
            Some(texts)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_are_texts() {
        let of = |text: &str| shape(&Re::new(text));
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        assert_eq!(
            of("^(kubectl|oc)$"),
            Shape::Equals(texts(&["kubectl", "oc"]))
        );
        assert_eq!(of("^system:"), Shape::Starts(texts(&["system:"])));
        assert_eq!(of(r"/docker\.sock$"), Shape::Ends(texts(&["/docker.sock"])));
        assert_eq!(
            of("secrets?/"),
            Shape::Contains(texts(&["secret/", "secrets/"]))
        );
        assert_eq!(of("(?i)^Curl/"), Shape::Starts(texts(&["curl/"])));
        assert_eq!(of(r"\s-n"), Shape::Other);
        assert_eq!(of("(^|/)a$"), Shape::Other);
        assert_eq!(of("^"), Shape::Other);
        assert_eq!(of("("), Shape::Other);
    }
}
