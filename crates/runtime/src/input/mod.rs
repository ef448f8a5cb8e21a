//! Inputs: which there are, how they are opened, how they fall into records.
//!
//! A name becomes [`Input`]s ([`expand`]), an input becomes a stream of plain
//! bytes ([`open()`]), and the stream becomes frames ([`Frames`]): one line, or
//! one record of a pretty-printed JSON document. Nothing is held but the
//! current block and the current frame.

mod buffer;
mod document;
mod expand;
mod frames;
mod open;
mod rotation;
mod walk;

pub use expand::{Input, InputError, Source, expand};
pub use frames::{Broken, Frame, Frames, Piece, reason};
pub use open::{Compression, OpenError, Opened, open};

pub(crate) use walk::{WalkError, walk};
