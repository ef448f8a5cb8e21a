//! What a YARA-L rule *means*, as plain data.
//!
//! The data flow through this crate: a checked rule is a [`plan::Plan`]; its
//! expressions are made of [`types::Type`]s, [`value::Value`]s, calls into the
//! function catalogue ([`functions`]), aggregates ([`aggregates`]) and
//! [`regex::Pattern`]s; [`semantics::Semantics`] holds every switch on which
//! the public reference is silent or contradicts itself.
//!
//! The compiler writes plans, the engine reads them, and neither knows the
//! other. A function has one home here: its signature serves the compiler, its
//! body the engine, its words and examples the documentation and the tests.
//!
//! Deliberately absent: source text and spelling (that is `syntax`), the
//! decision whether a rule is allowed (that is `compiler`), anything that
//! remembers an event (that is `engine`), and any clock, file, thread or
//! socket.

pub mod bound;
pub mod limits;
pub mod semantics;

pub mod types;
pub mod value;

pub mod regex;

pub mod lists;
pub mod tables;

pub mod function;
pub mod functions;

pub mod aggregates;
pub mod metrics;

pub mod correlation;
pub mod plan;
pub mod plan_text;
pub mod source;
