//! A stream of bytes as frames: lines, or the records of a JSON document.
//!
//! A frame is one line without its ending. Where the first line with content
//! is just `{` or `[`, or begins with `[{`, the input is a JSON document, and a
//! frame is one object of it (see [`super::document`]). A frame longer than the
//! limit is skipped without being held, and the frame after it is good again.
//! Every byte is looked at a bounded number of times.

use std::io::{self, Read};

use super::buffer::Buffer;
use super::document::Document;
use crate::limits::{BLOCK_BYTES, EXCERPT_WINDOW_BYTES, LINE_BYTES_MAX};

/// How far the beginning of an input is looked at, whatever a read gives.
const PEEK: usize = 64;

/// The reason codes of what this module cannot turn into a frame.
pub mod reason {
    /// A line, or a record of a document, exceeds the limit.
    pub const LINE_TOO_LONG: &str = "LINE_TOO_LONG";
    /// The input is UTF-16.
    pub const UTF16: &str = "UTF16";
    /// A record of a JSON document breaks off, or something else stands
    /// between two records.
    pub const BROKEN_DOCUMENT: &str = "BROKEN_DOCUMENT";
}

/// One record, still in the log's own form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'b> {
    /// Its bytes, never blank; not necessarily UTF-8.
    pub bytes: &'b [u8],
    /// The line on which it starts, counted from 1.
    pub line: u64,
}

/// A stretch of input that is no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The line on which it starts, counted from 1.
    pub line: u64,
    /// One of the codes in [`reason`].
    pub reason: &'static str,
    /// How many bytes were passed over.
    pub bytes: u64,
    /// Its first bytes.
    pub excerpt: Vec<u8>,
}

impl Broken {
    /// What is wrong, as a sentence without a full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.reason {
            reason::LINE_TOO_LONG => {
                format!(
                    "the record has {} bytes; at most {LINE_BYTES_MAX} are read",
                    self.bytes
                )
            }
            reason::UTF16 => "the input is UTF-16; convert it to UTF-8 first".to_owned(),
            _ => format!("{} bytes are not a complete JSON object", self.bytes),
        }
    }
}

/// What comes next in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'b> {
    /// A record.
    Frame(Frame<'b>),
    /// Something that is none; the piece after it may be good again.
    Broken(Broken),
}

/// What a step found, as places in the buffer.
pub(super) enum Found {
    Frame { from: usize, to: usize, line: u64 },
    Broken(Broken),
    End,
}

/// How many lines were seen, and how many of them were blank.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines {
    pub(super) ended: u64,
    pub(super) blank: u64,
}

/// Splits a stream into frames.
pub struct Frames<R> {
    buffer: Buffer<R>,
    lines: Lines,
    limit: usize,
    mode: Mode,
}

enum Mode {
    /// Nothing was read yet.
    Start,
    /// No line with content was seen yet.
    FirstLine,
    Lines,
    Document(Document),
    Done,
}

impl<R: Read> Frames<R> {
    /// Frames of at most [`LINE_BYTES_MAX`] bytes.
    pub fn new(reader: R) -> Self {
        Self::with_limits(reader, LINE_BYTES_MAX, BLOCK_BYTES)
    }

    /// Frames of at most `limit` bytes, read in blocks of `block` bytes.
    pub fn with_limits(reader: R, limit: usize, block: usize) -> Self {
        let buffer = Buffer::new(reader, block.max(1));
        Frames {
            buffer,
            lines: Lines::default(),
            limit,
            mode: Mode::Start,
        }
    }

    /// Lines seen so far, those within documents and blank ones included.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines.ended
    }

    /// Blank lines seen so far.
    #[must_use]
    pub fn blank(&self) -> u64 {
        self.lines.blank
    }

    /// Blocks read so far; a change tells that it is time to report progress.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.buffer.blocks()
    }

    /// Bytes read so far, after decompression.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.buffer.total()
    }

    /// The next frame or the next stretch that is none; `None` at the end.
    ///
    /// # Errors
    /// Those of the reader. What was complete before has been handed out; an
    /// unfinished frame is dropped, and nothing more comes.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece<'_>>> {
        let found = match self.step() {
            Ok(found) => found,
            Err(error) => {
                self.mode = Mode::Done;
                return Err(error);
            }
        };
        Ok(match found {
            Found::Frame { from, to, line } => Some(Piece::Frame(Frame {
                bytes: self.buffer.slice(from, to),
                line,
            })),
            Found::Broken(broken) => Some(Piece::Broken(broken)),
            Found::End => None,
        })
    }

    fn step(&mut self) -> io::Result<Found> {
        if matches!(self.mode, Mode::Start) {
            self.mode = Mode::FirstLine;
            if let Some(broken) = self.byte_order()? {
                self.mode = Mode::Done;
                return Ok(Found::Broken(broken));
            }
            if self.begins_list()? {
                self.mode = Mode::Document(Document::default());
            }
        }
        if matches!(self.mode, Mode::FirstLine) {
            let found = self.line()?;
            self.mode = Mode::Lines;
            if let Found::Frame { from, to, line } = found
                && matches!(self.buffer.slice(from, to).trim_ascii(), b"{" | b"[")
            {
                self.lines.ended = line - 1;
                self.buffer.start = from;
                self.buffer.scan = from;
                self.mode = Mode::Document(Document::default());
            } else {
                return Ok(found);
            }
        }
        match &mut self.mode {
            Mode::Document(document) => {
                document.step(&mut self.buffer, &mut self.lines, self.limit)
            }
            Mode::Done => Ok(Found::End),
            Mode::Start | Mode::FirstLine | Mode::Lines => self.line(),
        }
    }

    /// Whether the first line, however long it is, begins as a list of objects.
    /// Reads no further than it takes to tell.
    fn begins_list(&mut self) -> io::Result<bool> {
        loop {
            let end = self.buffer.end().min(self.buffer.start + PEEK);
            let start = self.buffer.slice(self.buffer.start, end);
            let start = start.trim_ascii_start();
            let list = start.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
            if let Some(first) = list.unwrap_or(start).first() {
                return Ok(list.is_some() && *first == b'{');
            }
            if end - self.buffer.start == PEEK || !self.buffer.fill()? {
                return Ok(false);
            }
        }
    }

    /// Skips a UTF-8 byte order mark, and finds UTF-16 with or without one.
    fn byte_order(&mut self) -> io::Result<Option<Broken>> {
        while self.buffer.end() < 4 && self.buffer.fill()? {}
        let utf16 = match self.buffer.slice(0, self.buffer.end().min(4)) {
            [0xef, 0xbb, 0xbf, ..] => {
                self.buffer.release(3);
                false
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
            [a, 0, b, 0] | [0, a, 0, b] => *a != 0 && *b != 0 && a.is_ascii() && b.is_ascii(),
            _ => false,
        };
        let broken = || Broken {
            line: 1,
            reason: reason::UTF16,
            bytes: 0,
            excerpt: Vec::new(),
        };
        Ok(utf16.then(broken))
    }

    /// The next line with content.
    fn line(&mut self) -> io::Result<Found> {
        loop {
            let ending = memchr::memchr(b'\n', self.buffer.unsearched());
            let (to, next) = if let Some(i) = ending {
                (self.buffer.scan + i, self.buffer.scan + i + 1)
            } else {
                self.buffer.scan = self.buffer.end();
                // One byte of slack for the CR of an ending whose LF is not read yet.
                if self.buffer.end() - self.buffer.start > self.limit + 1 {
                    return self.skip_line().map(Found::Broken);
                }
                if self.buffer.fill()? {
                    continue;
                }
                if self.buffer.start == self.buffer.end() {
                    return Ok(Found::End);
                }
                (self.buffer.end(), self.buffer.end())
            };
            let from = self.buffer.start;
            self.lines.ended += 1;
            self.buffer.release(next);
            let line = self.buffer.slice(from, to);
            let to = if line.ends_with(b"\r") { to - 1 } else { to };
            if line.trim_ascii_start().is_empty() {
                self.lines.blank += 1;
                continue;
            }
            let line = self.lines.ended;
            if to - from > self.limit {
                return Ok(Found::Broken(too_long(self.buffer.slice(from, to), line)));
            }
            return Ok(Found::Frame { from, to, line });
        }
    }

    /// Passes over the rest of a line that exceeds the limit, block by block.
    fn skip_line(&mut self) -> io::Result<Broken> {
        self.lines.ended += 1;
        let held = self.buffer.slice(self.buffer.start, self.buffer.end());
        let mut broken = too_long(held, self.lines.ended);
        loop {
            self.buffer.release(self.buffer.end());
            if !self.buffer.fill()? {
                return Ok(broken);
            }
            let block = self.buffer.unsearched();
            if let Some(i) = memchr::memchr(b'\n', block) {
                broken.bytes += i as u64;
                self.buffer.release(self.buffer.start + i + 1);
                return Ok(broken);
            }
            broken.bytes += block.len() as u64;
        }
    }
}

fn too_long(held: &[u8], line: u64) -> Broken {
    let bytes = held.len() as u64;
    Broken {
        line,
        reason: reason::LINE_TOO_LONG,
        bytes,
        excerpt: excerpt(held),
    }
}

/// The first bytes of a stretch, for its reject.
pub(super) fn excerpt(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(EXCERPT_WINDOW_BYTES)].to_vec()
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
