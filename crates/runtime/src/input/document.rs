//! Pretty-printed JSON: the objects of a document as frames.
//!
//! A frame is an object at the top, or an element of an array at the top, and
//! ends where its braces close outside strings. Pretty printers indent what is
//! inside, so a line that opens a brace as far left as the first object did
//! starts a new object: if the one before has not ended there, it is broken.
//! The same lines are where reading is taken up again after a record that
//! exceeds the limit. Depth is a counter, not a stack.

use std::io::{self, Read};

use super::buffer::Buffer;
use super::frames::{Broken, Found, Lines, excerpt, reason};

/// Where in a document the reader stands.
#[derive(Default)]
pub(super) struct Document {
    state: State,
    /// How far the first object was indented; `None` before it.
    indent: Option<usize>,
    /// White space since the start of the line, if there was nothing else.
    margin: Option<usize>,
    /// Open braces and brackets of the current object.
    depth: u64,
    in_string: bool,
    escaped: bool,
    /// The line that the current object starts on.
    line: u64,
}

#[derive(Default)]
enum State {
    /// At the start of the document.
    #[default]
    Fresh,
    /// Between two objects.
    Between,
    /// Within an object.
    Inside,
    /// Passing over what cannot be used.
    Skipping(Broken),
}

/// What ended the walk over an object's bytes.
enum Stop {
    /// The object, before this place.
    Closed(usize),
    /// A new object at this place, or a line break within a string.
    Broken(usize),
    /// The bytes at hand.
    Exhausted,
}

impl Document {
    /// The next object.
    pub(super) fn step<R: Read>(
        &mut self,
        buffer: &mut Buffer<R>,
        lines: &mut Lines,
        limit: usize,
    ) -> io::Result<Found> {
        loop {
            match &mut self.state {
                State::Fresh => {
                    self.margin = Some(0);
                    self.state = State::Between;
                }
                State::Between => {
                    if !self.seek(buffer, lines)? {
                        return Ok(Found::End);
                    }
                }
                State::Inside => {
                    if let Some(found) = self.object(buffer, lines, limit)? {
                        return Ok(found);
                    }
                }
                State::Skipping(_) => return self.skip(buffer, lines).map(Found::Broken),
            }
        }
    }

    /// Goes to the next object, past white space, commas and the array's own
    /// brackets. Anything else is skipped as broken. `false` at the end.
    fn seek<R: Read>(&mut self, buffer: &mut Buffer<R>, lines: &mut Lines) -> io::Result<bool> {
        loop {
            let mut taken = 0;
            let mut stop = None;
            for &byte in buffer.unsearched() {
                match byte {
                    b'\n' => {
                        lines.ended += 1;
                        lines.blank += u64::from(self.margin.is_some_and(|m| m == 0));
                        self.margin = Some(0);
                    }
                    b' ' | b'\t' => self.margin = self.margin.map(|m| m + 1),
                    b'\r' => {}
                    b',' | b'[' | b']' => self.margin = None,
                    other => {
                        stop = Some(other);
                        break;
                    }
                }
                taken += 1;
            }
            let at = buffer.scan + taken;
            buffer.scan = at;
            buffer.release(at);
            self.line = lines.ended + 1;
            match stop {
                Some(b'{') => {
                    self.open();
                    return Ok(true);
                }
                Some(_) => {
                    self.state = State::Skipping(self.broken(reason::BROKEN_DOCUMENT));
                    return Ok(true);
                }
                None => {
                    if !buffer.fill()? {
                        // A last line without an ending is a line too.
                        lines.ended += u64::from(self.margin != Some(0));
                        return Ok(false);
                    }
                }
            }
        }
    }

    fn open(&mut self) {
        self.state = State::Inside;
        let margin = self.margin.take();
        self.indent.get_or_insert(margin.unwrap_or(0));
        (self.depth, self.in_string, self.escaped) = (0, false, false);
    }

    fn broken(&self, reason: &'static str) -> Broken {
        Broken {
            line: self.line,
            reason,
            bytes: 0,
            excerpt: Vec::new(),
        }
    }

    /// Reads on in the current object; `None` if it turned out broken.
    fn object<R: Read>(
        &mut self,
        buffer: &mut Buffer<R>,
        lines: &mut Lines,
        limit: usize,
    ) -> io::Result<Option<Found>> {
        loop {
            let reason = match self.walk(buffer.slice(buffer.scan, buffer.end()), lines) {
                Stop::Closed(n) => {
                    let (from, to) = (buffer.start, buffer.scan + n);
                    buffer.scan = to;
                    buffer.release(to);
                    self.state = State::Between;
                    if to - from <= limit {
                        return Ok(Some(Found::Frame {
                            from,
                            to,
                            line: self.line,
                        }));
                    }
                    let mut broken = self.broken(reason::LINE_TOO_LONG);
                    broken.bytes = (to - from) as u64;
                    broken.excerpt = excerpt(buffer.slice(from, to));
                    return Ok(Some(Found::Broken(broken)));
                }
                Stop::Broken(n) => {
                    buffer.scan += n;
                    reason::BROKEN_DOCUMENT
                }
                Stop::Exhausted => {
                    buffer.scan = buffer.end();
                    if buffer.end() - buffer.start > limit {
                        reason::LINE_TOO_LONG
                    } else if buffer.fill()? {
                        continue;
                    } else {
                        lines.ended += u64::from(self.margin != Some(0));
                        reason::BROKEN_DOCUMENT
                    }
                }
            };
            let from = buffer.start;
            let mut broken = self.broken(reason);
            broken.bytes = (buffer.scan - from) as u64;
            broken.excerpt = excerpt(buffer.slice(from, buffer.scan));
            buffer.release(buffer.scan);
            self.state = State::Skipping(broken);
            return Ok(None);
        }
    }

    /// Follows strings and braces over the bytes until the object ends.
    fn walk(&mut self, bytes: &[u8], lines: &mut Lines) -> Stop {
        let mut i = 0;
        while i < bytes.len() {
            if self.in_string {
                if std::mem::take(&mut self.escaped) {
                    i += 1;
                    continue;
                }
                let Some(n) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[i..]) else {
                    break;
                };
                i += n + 1;
                match bytes[i - 1] {
                    b'"' => self.in_string = false,
                    b'\\' => self.escaped = true,
                    _ => return Stop::Broken(i - 1),
                }
                continue;
            }
            match bytes[i] {
                b'\n' => {
                    lines.ended += 1;
                    self.margin = Some(0);
                    i += 1;
                    continue;
                }
                b' ' | b'\t' => {
                    self.margin = self.margin.map(|m| m + 1);
                    i += 1;
                    continue;
                }
                b'{' if self.depth > 0 && self.margin.is_some() && self.margin == self.indent => {
                    return Stop::Broken(i);
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => self.in_string = true,
                _ => {}
            }
            self.margin = None;
            i += 1;
            if self.depth == 0 {
                return Stop::Closed(i);
            }
        }
        Stop::Exhausted
    }

    /// Passes over everything up to a line that opens an object where the
    /// first one did, without holding it.
    fn skip<R: Read>(&mut self, buffer: &mut Buffer<R>, lines: &mut Lines) -> io::Result<Broken> {
        let State::Skipping(mut broken) = std::mem::take(&mut self.state) else {
            return Ok(self.broken(reason::BROKEN_DOCUMENT));
        };
        self.state = State::Between;
        loop {
            let block = buffer.slice(buffer.scan, buffer.end());
            let found = self.resync(block, lines);
            let passed = found.unwrap_or(block.len());
            if broken.excerpt.is_empty() {
                broken.excerpt = excerpt(&block[..passed]);
            }
            broken.bytes += passed as u64;
            let at = buffer.scan + passed;
            buffer.scan = at;
            buffer.release(at);
            if found.is_some() || !buffer.fill()? {
                return Ok(broken);
            }
        }
    }

    /// Where the next object opens, by its indentation alone.
    fn resync(&mut self, bytes: &[u8], lines: &mut Lines) -> Option<usize> {
        let mut i = 0;
        while i < bytes.len() {
            match (self.margin, bytes[i]) {
                (_, b'\n') => {
                    lines.ended += 1;
                    self.margin = Some(0);
                }
                (Some(m), b' ' | b'\t') => self.margin = Some(m + 1),
                (Some(m), b'{') if self.indent.is_none_or(|indent| indent == m) => return Some(i),
                _ => {
                    self.margin = None;
                    let Some(n) = memchr::memchr(b'\n', &bytes[i..]) else {
                        break;
                    };
                    i += n;
                    continue;
                }
            }
            i += 1;
        }
        None
    }
}
