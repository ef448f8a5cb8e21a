//! A growing window over a stream: the part that a frame may still need.
//!
//! Bytes are moved at most once for each block read, and only those of the
//! unfinished frame; the buffer never exceeds the frame limit by more than two
//! blocks.

use std::io::{self, Read};

/// The window.
pub(super) struct Buffer<R> {
    reader: R,
    bytes: Vec<u8>,
    /// Where the unfinished frame starts.
    pub(super) start: usize,
    /// How far the unfinished frame was searched; never before `start`.
    pub(super) scan: usize,
    end: usize,
    block: usize,
    blocks: u64,
    /// Bytes read, after decompression.
    total: u64,
    eof: bool,
}

impl<R: Read> Buffer<R> {
    pub(super) fn new(reader: R, block: usize) -> Self {
        let bytes = Vec::new();
        Buffer {
            reader,
            bytes,
            start: 0,
            scan: 0,
            end: 0,
            block,
            blocks: 0,
            total: 0,
            eof: false,
        }
    }

    /// The bytes of the range, which must lie in the window.
    pub(super) fn slice(&self, from: usize, to: usize) -> &[u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// The bytes of the unfinished frame that were not searched yet.
    pub(super) fn unsearched(&self) -> &[u8] {
        self.slice(self.scan, self.end)
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn blocks(&self) -> u64 {
        self.blocks
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Lets go of everything before this place.
    pub(super) fn release(&mut self, to: usize) {
        self.start = to;
        self.scan = self.scan.max(to);
    }

    /// Reads another block behind the window, moving the window to the front
    /// of the buffer first. `false` at the end of the stream.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.eof {
            return Ok(false);
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.scan -= self.start;
            self.start = 0;
        }
        if self.bytes.len() < self.end + self.block {
            // Doubling keeps the cost of clearing and copying linear.
            self.bytes
                .resize((self.end + self.block).max(self.bytes.len() * 2), 0);
        }
        let n = loop {
            match self
                .reader
                .read(&mut self.bytes[self.end..self.end + self.block])
            {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.eof = n == 0;
        self.end += n;
        self.total += n as u64;
        self.blocks += u64::from(n > 0);
        Ok(n > 0)
    }
}
