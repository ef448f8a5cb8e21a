//! The limits of reading and writing at their edge.

use std::fs;
use std::io::{self, Cursor, Read};
use std::path::Path;

use yaral_engine::Engine;
use yaral_ir::limits::LIST_BYTES_MAX;
use yaral_runtime::input::{Frames, Piece, open, reason};
use yaral_runtime::limits::{
    BLOCK_BYTES, DIRECTORY_DEPTH_MAX, EXCERPT_WINDOW_BYTES, LINE_BYTES_MAX, RULE_BYTES_MAX,
    SAMPLE_BYTES_MAX, SAMPLE_FRAMES_MAX, TERMINAL_BYTES_MAX, ZSTD_WINDOW_LOG_MAX,
};
use yaral_runtime::{
    Input, Observer, Reject, Scan, ScanOptions, Summary, escape_terminal, expand, load_lists,
    load_rules,
};

#[derive(Default)]
struct Excerpts(Vec<String>);

impl Observer for Excerpts {
    fn reject(&mut self, _: &str, reject: &Reject) -> io::Result<()> {
        self.0.push(reject.excerpt.clone());
        Ok(())
    }
}

/// Scans a text without rules; the log type is recognised.
fn scan(text: &str) -> (Excerpts, Summary) {
    let mut seen = Excerpts::default();
    let summary = Scan::new(Engine::new(Vec::new()), ScanOptions::default())
        .run(&[Input::from_bytes("x", text.as_bytes())], &mut seen)
        .expect("the observer does not fail");
    (seen, summary)
}

const UDM: &str =
    r#"{"metadata":{"event_type":"USER_LOGIN","event_timestamp":"2026-08-01T00:00:00Z"}}"#;

#[test]
fn line_bytes_max() {
    let line = |bytes: usize| "x".repeat(bytes) + "\nnext\n";
    let mut fine = Frames::new(Cursor::new(line(LINE_BYTES_MAX)));
    let piece = fine.next_piece().expect("memory does not fail");
    assert!(matches!(piece, Some(Piece::Frame(frame)) if frame.bytes.len() == LINE_BYTES_MAX));

    let mut beyond = Frames::new(Cursor::new(line(LINE_BYTES_MAX + 1)));
    let Ok(Some(Piece::Broken(broken))) = beyond.next_piece() else {
        panic!("it is beyond the limit");
    };
    assert_eq!(
        (broken.reason, broken.bytes),
        (reason::LINE_TOO_LONG, LINE_BYTES_MAX as u64 + 1)
    );
    let next = beyond.next_piece().expect("memory does not fail");
    assert!(matches!(next, Some(Piece::Frame(frame)) if frame.bytes == b"next" && frame.line == 2));
}

#[test]
fn block_bytes() {
    struct Asked(u64, usize);
    impl Read for &mut Asked {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1.max(buf.len());
            buf.fill(b'x');
            io::repeat(b'x')
                .take(self.0)
                .read(buf)
                .inspect(|n| self.0 -= *n as u64)
        }
    }
    let mut reader = Asked(10 * BLOCK_BYTES as u64, 0);
    let mut frames = Frames::new(&mut reader);
    while frames.next_piece().expect("it does not fail").is_some() {}
    assert_eq!(frames.bytes(), 10 * BLOCK_BYTES as u64);
    assert_eq!(reader.1, BLOCK_BYTES);
}

#[test]
fn directory_depth_max() {
    let dir = tempfile::tempdir().expect("there is room");
    let mut deepest = dir.path().to_owned();
    for depth in 0..=DIRECTORY_DEPTH_MAX + 1 {
        fs::write(deepest.join(format!("{depth}.log")), "x\n").expect("there is room");
        deepest.push("d");
        fs::create_dir(&deepest).expect("there is room");
    }
    let root = dir.path().to_string_lossy().into_owned();
    let found = expand(&[root]).expect("it is a directory");
    let ends = |depth: usize| {
        found
            .iter()
            .any(|input| input.name.ends_with(&format!("/{depth}.log")))
    };
    assert!(ends(DIRECTORY_DEPTH_MAX) && !ends(DIRECTORY_DEPTH_MAX + 1));
    assert_eq!(found.len(), DIRECTORY_DEPTH_MAX + 1);
}

fn file(name: &str, bytes: usize) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("there is room");
    let path = dir.path().join(name);
    fs::write(&path, " ".repeat(bytes)).expect("there is room");
    (dir, path.to_string_lossy().into_owned())
}

#[test]
fn rule_bytes_max() {
    let most = usize::try_from(RULE_BYTES_MAX).expect("it is small");
    let (_dir, path) = file("most.yaral", most);
    assert_eq!(
        load_rules(&[path]).expect("it is at the limit")[0]
            .text
            .len(),
        most
    );
    let (_dir, path) = file("beyond.yaral", most + 1);
    let message = load_rules(&[path]).expect_err("it is beyond").to_string();
    assert!(
        message.contains(&format!("larger than {RULE_BYTES_MAX} bytes")),
        "{message}"
    );
}

#[test]
fn list_bytes_max() {
    let load = |path: &str| load_lists(Path::new(path).parent().expect("it lies in a folder"));
    let (_dir, path) = file("most.txt", LIST_BYTES_MAX);
    assert!(load(&path).is_ok());
    let (_dir, path) = file("beyond.txt", LIST_BYTES_MAX + 1);
    let message = load(&path).expect_err("it is beyond").to_string();
    assert!(
        message.contains(&format!("more than {LIST_BYTES_MAX} bytes")),
        "{message}"
    );
}

#[test]
fn sample_frames_max() {
    for (strange, unrecognised) in [(SAMPLE_FRAMES_MAX - 1, 0), (SAMPLE_FRAMES_MAX, 1)] {
        let (_, summary) = scan(&("Aug  1 host hello\n".repeat(strange) + UDM));
        assert_eq!(summary.unrecognised, unrecognised, "{strange}");
    }
}

#[test]
fn sample_bytes_max() {
    for (bytes, unrecognised) in [(SAMPLE_BYTES_MAX - 1, 0), (SAMPLE_BYTES_MAX, 1)] {
        let (_, summary) = scan(&("x".repeat(bytes) + "\n" + UDM));
        assert_eq!(summary.unrecognised, unrecognised, "{bytes}");
    }
}

#[test]
fn excerpt_window_bytes() {
    for (bytes, shown) in [
        (EXCERPT_WINDOW_BYTES, true),
        (EXCERPT_WINDOW_BYTES + 1, false),
    ] {
        let (start, end) = ("password=", " end");
        let secret = "x".repeat(bytes - start.len() - end.len());
        let (seen, _) = scan(&format!("{start}{secret}{end}"));
        let excerpt = &seen.0[0];
        assert_eq!(excerpt.ends_with(end), shown, "{excerpt}");
        assert!(
            excerpt.starts_with(start) && !excerpt.contains("xxx"),
            "{excerpt}"
        );
    }
}

#[test]
fn terminal_bytes_max() {
    let most = "x".repeat(TERMINAL_BYTES_MAX);
    assert_eq!(escape_terminal(&most), most);
    assert_eq!(
        escape_terminal(&(most.clone() + "yz")),
        most + "\u{2026}[cut 2 bytes]"
    );
}

#[test]
fn zstd_window_log_max() {
    // A frame of one raw block, written by hand: its header asks for the window.
    let frame = |log: u32| {
        let exponent = u8::try_from(log - 10).expect("it is small");
        let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3];
        bytes.extend([17, 0, 0, b'a', b'\n']);
        bytes
    };
    let read = |log: u32| {
        let mut opened = open(&Input::from_bytes("x", &frame(log))).expect("its head is zstd");
        let mut out = String::new();
        opened.reader.read_to_string(&mut out).map(|_| out)
    };
    assert_eq!(
        read(ZSTD_WINDOW_LOG_MAX).expect("it is at the limit"),
        "a\n"
    );
    assert!(read(ZSTD_WINDOW_LOG_MAX + 1).is_err());
    let inputs = [Input::from_bytes("x", &frame(ZSTD_WINDOW_LOG_MAX + 1))];
    let summary = Scan::new(Engine::new(Vec::new()), ScanOptions::default())
        .run(&inputs, &mut Excerpts::default())
        .expect("the observer does not fail");
    assert_eq!(summary.rejected["CORRUPT_STREAM"], 1);
}
