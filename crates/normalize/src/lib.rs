//! Raw vendor logs to UDM events, one folder for each log type.
//!
//! A log arrives as lines, most of them one JSON document each. A [`Normalizer`] validates
//! every line, remembers what it must remember (the stages of one request, for
//! instance), and hands each finished record to a [`Sink`]; the sink builds as
//! much of the UDM event as it needs:
//!
//! ```text
//! line → parse → record → (stages) → prefilter → Sink::event → Record::build → Event
//!            ↘ Sink::reject (position, reason, redacted excerpt)
//! ```
//!
//! Three properties hold for every log type and are tested as such:
//!
//! * **Rejects and state do not depend on the loaded rules.** Each line is
//!   validated as a whole and the de-duplication runs for every valid record,
//!   so a run with the prefilter finds what a run without it finds.
//! * **The prefilter only ever says "cannot match".** It reads the same
//!   mapping rows that build the event, so it cannot disagree with them.
//! * **Redaction happens on the way out.** Every text that leaves through a
//!   record, the raw record included, has passed the redactor unless
//!   [`Setup::redact`] is off.
//!
//! Deliberately absent: files, clocks, threads, decompression and framing
//! (`runtime` reads), rules and plans (`compiler` and `engine`).

pub mod labels;
pub mod limits;

mod record;
mod reject;
mod setup;

mod log_type;
mod page;

mod argv;
mod clock;
mod host;
mod json;
mod jwt;
mod paths;
mod percent;
mod prefilter;
mod redact;
mod rows;
mod wrapped;

mod auditd;
mod docker_engine;
mod falco;
mod kubernetes_audit;
mod tetragon;
mod udm;

pub use log_type::{LogType, normalizer, recognise};
pub use page::page;
pub use record::{Counts, Normalizer, Position, Record, Sink};
pub use redact::{REDACTED, redact_excerpt, redact_text, redact_value};
pub use reject::{Reject, RejectReason, redact_unread};
pub use setup::{Mapping, Setup, UnixConnect};
