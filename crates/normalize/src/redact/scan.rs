//! Where words, values and tokens end.
//!
//! Each function looks at bytes once and in order, or at a bounded number of
//! them.

use crate::limits::FLAG_BYTES_MAX;

/// Separates arguments, see [`super::text::ARGUMENT_END`].
pub(super) const END: u8 = 0x1f;

/// The first place from `start` on whose byte is not `inside`.
pub(super) fn run_end(bytes: &[u8], start: usize, mut inside: impl FnMut(u8) -> bool) -> usize {
    let start = start.min(bytes.len());
    let length = bytes[start..].iter().position(|b| !inside(*b));
    length.map_or(bytes.len(), |length| start + length)
}

pub(super) fn token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-' || b == b'_'
}

pub(super) fn base64_byte(b: u8) -> bool {
    token_byte(b) || matches!(b, b'+' | b'/' | b'=')
}

pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | END)
}

/// The end of what goes on without a blank or a quote.
pub(super) fn word_run(bytes: &[u8], start: usize) -> usize {
    run_end(bytes, start, |b| !(is_space(b) || b == b'"' || b == b'\''))
}

/// Whether a word ends a command of a shell.
pub(super) fn is_operator(word: &[u8]) -> bool {
    matches!(word, b"&&" | b"||" | b"|" | b"&") || word.ends_with(b";")
}

/// The end of a word that is glued to what stands before it, as the first word
/// of a JSON string or of a quoted argument is.
pub(super) fn bare(word: &[u8]) -> &[u8] {
    let glue = |b: &u8| {
        matches!(
            b,
            b'"' | b'\'' | b'`' | b'(' | b'{' | b'[' | b',' | b';' | b'|' | b'&'
        )
    };
    let tail = &word[word.len().saturating_sub(FLAG_BYTES_MAX)..];
    match tail.iter().rposition(glue) {
        Some(at) => &tail[at + 1..],
        None if tail.len() == word.len() => word,
        None => &[],
    }
}

/// A flag of a shell that announces a script: `-c`, `-lc`, `-ec`.
pub(super) fn is_script_flag(word: &[u8]) -> bool {
    word.len() <= 4 && word.starts_with(b"-") && !word.starts_with(b"--") && word.ends_with(b"c")
}

/// A value that is taken from elsewhere at run time is no secret, and what it
/// names is evidence: `$(cat …)`, `${TOKEN}`, `$TOKEN`, a backtick.
pub(super) fn is_reference(value: &[u8]) -> bool {
    match value {
        [b'`', ..] | [b'$', b'(' | b'{', ..] => true,
        [b'$', first, ..] => first.is_ascii_uppercase() || *first == b'_',
        _ => false,
    }
}

/// Without the quote, plain or escaped, that a JSON key ends with.
pub(super) fn trim_quote(word: &[u8]) -> &[u8] {
    let Some(inner) = word.strip_suffix(b"\"").or_else(|| word.strip_suffix(b"'")) else {
        return word;
    };
    inner.strip_suffix(b"\\").unwrap_or(inner)
}
