//! Whether logs hold what rules need: which can fire, which cannot, and why.
//!
//! A rule that stays silent because nothing happened looks like one that stays
//! silent because its log was never switched on. The data flow: events →
//! [`Facts`] (which kinds of events there are, which fields they have, and what
//! is odd about each source) → [`causes`] (each looks at the facts for one known
//! fault of a setup, and names the line that mends it) → [`judge()`] (each rule
//! with the kinds that its own tests feed it with) → [`Readiness`].
//!
//! What a rule needs is taken from its tests: each that expects a detection shows
//! one way to feed the rule. Rules without tests are judged by what every event
//! of theirs must hold.
//!
//! Deliberately absent: reading logs, and saying that nothing happened. A kind of
//! event that is not there although its source is, and no fault is known to hide
//! it, is told as unseen.

pub mod causes;
mod facts;
mod hint;
mod judge;
mod kind;
mod read;
mod ways;

pub use facts::{EVENTS_ENOUGH, Facts, KINDS_MAX};
pub use hint::hint;
pub use judge::{Readiness, Verdict, judge};
pub use kind::{Kind, SOCKET_OPENED};
pub use ways::{Wanted, Way, Ways, parse, write};
