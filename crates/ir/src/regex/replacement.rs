//! The replacement text of `re.replace`: `\0` to `\9` and `\\`, everything else as it stands.

use super::error::PatternError;

/// A piece of a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'p> {
    Text(&'p str),
    Group(usize),
}

/// Reads a replacement for a pattern with `groups` capture groups.
pub(super) fn parse(replacement: &str, groups: usize) -> Result<Vec<Part<'_>>, PatternError> {
    let mut parts = Vec::new();
    let mut rest = replacement;
    while let Some(length) = rest.find('\\') {
        let at = replacement.len() - rest.len() + length;
        if let Some(before) = rest.get(..length).filter(|before| !before.is_empty()) {
            parts.push(Part::Text(before));
        }
        let escaped = rest.get(length + 1..).unwrap_or_default();
        let c = escaped.chars().next();
        match c
            .and_then(|c| c.to_digit(10))
            .and_then(|digit| usize::try_from(digit).ok())
        {
            Some(index) if index <= groups => parts.push(Part::Group(index)),
            Some(index) => {
                let message =
                    format!(r"the replacement names group `\{index}`, the pattern has {groups}");
                return Err(PatternError::new(message, at)
                    .help("add a capture group, or write `\\\\` for a backslash"));
            }
            None if c == Some('\\') => parts.push(Part::Text("\\")),
            None => {
                return Err(PatternError::new(
                    r"a backslash in a replacement needs a digit or a second backslash",
                    at,
                )
                .help(r"write `\\` for a backslash, `\1` for the first group"));
            }
        }
        rest = escaped.get(1..).unwrap_or_default();
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}
