//! The splitter against the obviously right one, and against hostile input.

use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::*;

/// Hands out at most as many bytes at a time as the sizes say, in turn.
struct Uneven<'b> {
    bytes: &'b [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Uneven<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()];
        self.turn += 1;
        let n = size.min(buf.len()).min(self.bytes.len());
        buf[..n].copy_from_slice(&self.bytes[..n]);
        self.bytes = &self.bytes[n..];
        Ok(n)
    }
}

type Owned = (u64, Result<Vec<u8>, (&'static str, u64)>);

fn drain<R: Read>(mut frames: Frames<R>) -> (Vec<Owned>, u64, u64) {
    let mut all = Vec::new();
    while let Some(piece) = frames.next_piece().unwrap() {
        all.push(match piece {
            Piece::Frame(f) => (f.line, Ok(f.bytes.to_vec())),
            Piece::Broken(b) => (b.line, Err((b.reason, b.bytes))),
        });
    }
    (all, frames.lines(), frames.blank())
}

fn split(text: &[u8]) -> Vec<Owned> {
    drain(Frames::with_limits(text, 32, 8)).0
}

fn good(line: u64, text: &str) -> Owned {
    (line, Ok(text.as_bytes().to_vec()))
}

#[test]
fn endings_blank_lines_and_marks() {
    let text = b"\xef\xbb\xbfone\r\n\r\n  \ntwo\n\nthree";
    let (frames, lines, blank) = drain(Frames::with_limits(&text[..], 32, 3));
    assert_eq!(frames, [good(1, "one"), good(4, "two"), good(6, "three")]);
    assert_eq!((lines, blank), (6, 3));
    assert_eq!(split(b""), []);
    assert_eq!(split(b"\n\n"), []);
    assert_eq!(split(b"x"), [good(1, "x")]);
}

#[test]
fn a_line_beyond_the_limit_is_passed_over() {
    for ending in ["\n", "\r\n"] {
        let text = format!(
            "a{ending}{}{ending}{}{ending}b",
            "x".repeat(32),
            "y".repeat(33)
        );
        let frames = split(text.as_bytes());
        assert_eq!(frames[0], good(1, "a"));
        assert_eq!(frames[1], good(2, &"x".repeat(32)));
        assert!(
            matches!(frames[2], (3, Err((reason::LINE_TOO_LONG, 33 | 34)))),
            "{frames:?}"
        );
        assert_eq!(frames[3], good(4, "b"));
    }
    let long = [vec![b'z'; 5 * 1024 * 1024], b"\nnext\n".to_vec()].concat();
    let (frames, ..) = drain(Frames::new(Cursor::new(long)));
    assert_eq!(
        frames,
        [
            (1, Err((reason::LINE_TOO_LONG, 5 * 1024 * 1024))),
            good(2, "next")
        ]
    );
}

#[test]
fn utf16_is_one_reject() {
    for text in [
        &b"\xff\xfe{\0}\0"[..],
        b"\xfe\xff\0{\0}",
        b"{\0\"\0",
        b"\0{\0\"",
    ] {
        assert_eq!(split(text), [(1, Err((reason::UTF16, 0)))], "{text:?}");
    }
    assert_eq!(split(b"\0\0\0\0\nx").len(), 2);
}

#[test]
fn a_document_falls_into_its_objects() {
    let text = "\n{\n  \"a\": \"}{\\\"\"\n}\n\n{\n  \"b\": [1]\n}\n";
    assert_eq!(
        split(text.as_bytes()),
        [
            good(2, "{\n  \"a\": \"}{\\\"\"\n}"),
            good(6, "{\n  \"b\": [1]\n}")
        ]
    );
    let text = "[\r\n  {\r\n    \"a\": {}\r\n  },\r\n  {\"b\": 1},\r\n  {}\r\n]\r\n";
    assert_eq!(
        split(text.as_bytes()),
        [
            good(2, "{\r\n    \"a\": {}\r\n  }"),
            good(5, "{\"b\": 1}"),
            good(6, "{}")
        ]
    );
    // Lists on one line.
    assert_eq!(
        split(b" [ {\"a\":[{}]},{\"b\":\"]{\"}]\n[{}]\n{}"),
        [
            good(1, "{\"a\":[{}]}"),
            good(1, "{\"b\":\"]{\"}"),
            good(2, "{}"),
            good(3, "{}")
        ]
    );
    assert_eq!(split(b"{"), [(1, Err((reason::BROKEN_DOCUMENT, 1)))]);
    assert_eq!(split(b"[\n]\n"), []);
}

#[test]
fn a_broken_object_does_not_take_the_next_with_it() {
    let broken = |line, bytes| (line, Err((reason::BROKEN_DOCUMENT, bytes)));
    assert_eq!(
        split(b"{\n  \"a\": 1,\n{\n  \"b\": 2\n}"),
        [broken(1, 12), good(3, "{\n  \"b\": 2\n}")]
    );
    assert_eq!(
        split(b"{\n \"a\": \"cut\n{\n}\n"),
        [broken(1, 13), good(3, "{\n}")]
    );
    assert_eq!(
        split(b"{\n}\njunk\nmore {\n{\n}"),
        [good(1, "{\n}"), broken(3, 12), good(5, "{\n}")]
    );
    assert_eq!(
        split(b"[\n {\n  \"a\n },\n {\n }\n]"),
        [broken(2, 12), good(5, "{\n }")]
    );
}

#[test]
fn an_object_beyond_the_limit_is_passed_over() {
    let text = format!(
        "{{\n}}\n{{\n  \"a\": \"{}\"\n}}\n{{\n  \"b\": 1\n}}",
        "x".repeat(100)
    );
    let frames = split(text.as_bytes());
    assert_eq!(frames.len(), 3);
    assert!(
        matches!(frames[1], (3, Err((reason::LINE_TOO_LONG, 115 | 114)))),
        "{frames:?}"
    );
    assert_eq!(frames[2], good(6, "{\n  \"b\": 1\n}"));
    let (_, lines, _) = drain(Frames::with_limits(text.as_bytes(), 32, 8));
    assert_eq!(lines, 8);
}

#[test]
fn an_error_of_the_reader_ends_the_input() {
    struct Failing(u32);
    impl Read for Failing {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 1 {
                return Err(io::Error::other("gone"));
            }
            buf[..7].copy_from_slice(b"one\ntwo");
            Ok(7)
        }
    }
    let mut frames = Frames::new(Failing(0));
    assert!(matches!(frames.next_piece(), Ok(Some(Piece::Frame(f))) if f.bytes == b"one"));
    assert!(frames.next_piece().is_err());
    assert!(matches!(frames.next_piece(), Ok(None)));
}

/// The obviously right splitter.
fn lines_of(text: &str) -> Vec<Owned> {
    let lines = text.split_inclusive('\n').map(|l| {
        let l = l.strip_suffix('\n').unwrap_or(l);
        l.strip_suffix('\r').unwrap_or(l)
    });
    lines
        .enumerate()
        .filter(|(_, l)| !l.trim_ascii().is_empty())
        .map(|(i, l)| good(i as u64 + 1, l))
        .collect()
}

proptest! {
    #[test]
    fn blocks_of_any_size_give_the_same_lines(
        text in "([a-z{\\[\u{e9}\"]{0,9}|[ \t]{0,3})((\r)?\n[a-z{}\u{20ac} ]{0,12}){0,40}",
        sizes in prop::collection::vec(1usize..40, 1..8),
        block in 1usize..64,
    ) {
        let first = text.lines().find(|l| !l.trim_ascii().is_empty()).map(str::trim_ascii);
        prop_assume!(first != Some("{") && first.is_none_or(|line| !line.starts_with('[')));
        let reader = Uneven { bytes: text.as_bytes(), sizes, turn: 0 };
        let (frames, lines, _) = drain(Frames::with_limits(reader, 1000, block));
        prop_assert_eq!(frames, lines_of(&text));
        prop_assert_eq!(lines, text.lines().count() as u64);
    }

    #[test]
    fn documents_of_any_block_size_give_the_same_objects(
        text in "(\\{\n|\\[\n|\\[ ?\\{)([ {}\\[\\]\",\\\\\na]{0,60})",
        sizes in prop::collection::vec(1usize..9, 1..8),
    ) {
        let whole = drain(Frames::with_limits(text.as_bytes(), 1000, 4096));
        let reader = Uneven { bytes: text.as_bytes(), sizes, turn: 0 };
        prop_assert_eq!(drain(Frames::with_limits(reader, 1000, 7)), whole);
    }

    #[test]
    fn random_bytes_end_and_stay_within_the_limit(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'{'), Just(b'"')], 0..400),
        head in prop_oneof![Just(&b""[..]), Just(&b"{\n"[..]), Just(&b"[\n"[..])],
    ) {
        let text = [head, &bytes].concat();
        for (_, piece) in split(&text) {
            if let Ok(frame) = piece {
                prop_assert!(frame.len() <= 32 && !frame.trim_ascii().is_empty());
            }
        }
    }
}
