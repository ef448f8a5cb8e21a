//! Secrets that a script writes into a command: `echo s | docker login
//! --password-stdin`.
//!
//! Only the reader tells that what was written is a secret, so these are found
//! before the pass that cuts, in one pass of their own.

use super::scan::{END, bare, is_reference, is_space, run_end};

/// Flags and commands that read a secret.
const READERS: &[&[u8]] = &[b"--password-stdin", b"--with-token", b"chpasswd"];

/// Flags that do so only of this command.
const FLAGS: &[(&[u8], &[u8])] = &[(b"passwd", b"--stdin"), (b"sudo", b"-S")];

/// The places of such secrets, the last one first.
pub(super) fn secrets(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if memchr::memchr(b'|', bytes).is_none() {
        return found;
    }
    // What went into the pipe that is open.
    let mut written = None;
    let mut command: &[u8] = b"";
    let mut at = 0;
    while at < bytes.len() {
        let stop = run_end(bytes, at, |b| !is_space(b) && !ends_command(b) && b != b'|');
        let word = called(&bytes[at..stop]);
        let delimiter = bytes.get(stop).copied().unwrap_or(END);
        at = stop + 1;
        if matches!(word, b"echo" | b"printf") && delimiter == b' ' {
            let end = written_end(bytes, at);
            let piped = bytes.get(end) == Some(&b'|') && bytes.get(end + 1) != Some(&b'|');
            written = piped.then_some((at, end));
            command = b"";
            at = end + 1;
            continue;
        }
        let Some((start, end)) = written else {
            continue;
        };
        if READERS.contains(&word) || FLAGS.contains(&(command, word)) {
            found.extend(place(bytes, start, end));
            written = None;
        } else if ends_command(delimiter) {
            written = None;
        } else if FLAGS.iter().any(|(of, _)| *of == word) {
            command = word;
        }
    }
    found.reverse();
    found
}

fn ends_command(b: u8) -> bool {
    matches!(b, b';' | b'&' | b'\n' | END)
}

/// A word without its folder and the quotes around it.
fn called(word: &[u8]) -> &[u8] {
    let word = word.strip_suffix(b"\"").unwrap_or(word);
    let word = bare(word.strip_suffix(b"'").unwrap_or(word));
    let equals = memchr::memrchr2(b'=', b'/', word).map_or(0, |at| at + 1);
    &word[equals..]
}

/// Where the command ends whose arguments start here.
fn written_end(bytes: &[u8], start: usize) -> usize {
    let mut quoted = None;
    run_end(bytes, start, |b| {
        match b {
            END => return false,
            b'"' | b'\'' if quoted.is_none() => quoted = Some(b),
            _ if quoted == Some(b) => quoted = None,
            _ => {}
        }
        quoted.is_some() || !(ends_command(b) || b == b'|')
    })
}

/// The arguments, without the flags before and the quotes around them.
fn place(bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let mut start = start;
    loop {
        start = run_end(bytes, start, is_space);
        if bytes.get(start) != Some(&b'-') || start >= end {
            break;
        }
        start = run_end(bytes, start, |b| !is_space(b));
    }
    let blanks = bytes[..end].iter().rev().take_while(|b| is_space(**b));
    let mut end = end - blanks.count();
    if let Some([quote @ (b'"' | b'\''), inner @ .., last]) = bytes.get(start..end)
        && quote == last
        && !inner.contains(quote)
    {
        start += 1;
        end -= 1;
    }
    (start < end && !is_reference(&bytes[start..])).then_some((start, end))
}
