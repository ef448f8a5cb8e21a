//! The first frames of an input, held until its log type is known.

use std::io::{self, Read};
use std::ops::Range;

use yaral_normalize::{LogType, recognise};

use crate::input::{Broken, Frame, Frames, Piece};
use crate::limits::{SAMPLE_BYTES_MAX, SAMPLE_FRAMES_MAX};

/// Frames held back.
#[derive(Default)]
pub(super) struct Sample {
    bytes: Vec<u8>,
    frames: Vec<(Range<usize>, u64)>,
}

impl Sample {
    /// Takes the first frames; what is no frame goes to `broken` at once.
    pub(super) fn take<R: Read>(
        &mut self,
        frames: &mut Frames<R>,
        mut broken: impl FnMut(Broken),
    ) -> io::Result<()> {
        while self.frames.len() < SAMPLE_FRAMES_MAX && self.bytes.len() < SAMPLE_BYTES_MAX {
            match frames.next_piece()? {
                Some(Piece::Frame(frame)) => {
                    let start = self.bytes.len();
                    self.bytes.extend_from_slice(frame.bytes);
                    self.frames.push((start..self.bytes.len(), frame.line));
                }
                Some(Piece::Broken(it)) => broken(it),
                None => break,
            }
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(super) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        self.frames.iter().map(|(range, line)| Frame {
            bytes: self.bytes.get(range.clone()).unwrap_or_default(),
            line: *line,
        })
    }

    /// The log type that the frames speak for.
    pub(super) fn log_type(&self) -> Option<LogType> {
        let sample: Vec<_> = self.frames().map(|frame| frame.bytes).collect();
        recognise(&sample)
    }
}
