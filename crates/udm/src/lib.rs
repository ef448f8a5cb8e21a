//! The Unified Data Model: schema tables, field paths, events, JSON in and out.
//!
//! Data flow: schema tables -> [`FieldPath`] -> [`Event`] (built by a normalizer, or read
//! from JSON through a [`FieldSet`]) -> [`ValueRef`] for whoever evaluates, or JSON again.
//!
//! The schema is the published one of Google SecOps: every message, field and enum is a
//! row of a static table and every id is an index into it. An event is an arena: one
//! vector of nodes and one buffer of text, so that reading an event costs no allocation
//! per field and a cleared event can be filled again without any.
//!
//! What comes in is untrusted. Reading never panics, never recurses past the limits of
//! [`limits`], and stays linear in the size of the input.
//!
//! Deliberately absent: rules and anything that knows one, the protocol buffer wire
//! format and text form, clocks, files, threads, printing. [`Need`] and [`FieldSet`] are
//! plain data that a compiler fills and a normalizer reads; neither is interpreted here
//! beyond "is this field wanted".
//!
//! ```
//! use yaral_udm::{Event, FieldPath, FieldSet, Root, ValueRef, read_event, write_event};
//!
//! let json = br#"{"metadata":{"event_type":"USER_LOGIN"},"principal":{"ip":["10.0.0.1"]}}"#;
//! let mut event = Event::new(Root::Event);
//! let report = read_event(json, &FieldSet::all(), &mut event)?;
//! assert_eq!(report.unknown, 0);
//!
//! let user = FieldPath::resolve(Root::Event, "target.user.userid")?;
//! event.set(&user, ValueRef::Str("root"));
//!
//! let mut out = String::new();
//! write_event(&event, &mut out);
//! assert_eq!(
//!     out,
//!     r#"{"metadata":{"eventType":"USER_LOGIN"},"principal":{"ip":["10.0.0.1"]},"target":{"user":{"userid":"root"}}}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod limits;

mod tables;

mod schema;
mod successor;
mod suggest;

mod path;

mod duration;
mod time;

mod build;
mod coerce;
mod event;
mod node;
mod value;

mod need;
mod projection;

mod json;

pub use event::Event;
pub use json::{ReadError, ReadReport, read_event, read_events, write_event};
pub use need::{Need, NeedTest, Needs};
pub use node::{NodeId, NodeRef};
pub use path::{FieldPath, PathError, Root, TimePart};
pub use projection::FieldSet;
pub use schema::{EnumId, FieldId, FieldKind, MessageId};
pub use suggest::nearest;
pub use time::Timestamp;
pub use value::ValueRef;
