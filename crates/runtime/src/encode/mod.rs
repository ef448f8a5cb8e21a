//! Detections and rejects as bytes: one file for each format, one line each
//! in [`FORMATS`].
//!
//! Every byte that comes from a log is the attacker's. All formats escape
//! control characters, terminal sequences and characters that turn or hide
//! text (see [`crate::text`]) and cap the length of a field.

mod csv;
mod fields;
mod investigation;
mod json;
mod json_text;
mod ndjson;
mod reject;
mod secops;
mod summary;

use std::io;

use yaral_engine::Detection;
use yaral_ir::plan::Plan;

use crate::investigate::Investigation;
use crate::scan::Summary;

pub use csv::csv_cell;
pub use fields::{Witness, risk_score, row_cells, rule_of, severity_of};
pub use reject::RejectWriter;
pub use summary::summary_json;
pub use yaral_engine::detection::severity;

/// Writes detections in one format.
pub trait Encoder {
    /// Writes what stands before the first detection.
    ///
    /// # Errors
    /// Those of the writer.
    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        let _ = out;
        Ok(())
    }

    /// Writes one detection of the given rule, with what is known around it.
    ///
    /// # Errors
    /// Those of the writer.
    fn detection(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        investigation: &Investigation,
        out: &mut dyn io::Write,
    ) -> io::Result<()>;

    /// Hears, before the end, which rules were refused and did not run.
    fn refused(&mut self, rules: &[RefusedRule]) {
        let _ = rules;
    }

    /// Writes what stands after the last detection; `rules` are those that
    /// [`Summary::per_rule`] counts.
    ///
    /// # Errors
    /// Those of the writer.
    fn end(
        &mut self,
        summary: &Summary,
        rules: &[Plan],
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let _ = (summary, rules, out);
        Ok(())
    }
}

/// A rule that did not run, for formats that tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedRule {
    /// The file that it stands in.
    pub file: String,
    /// Its name; empty if it could not be made out.
    pub rule: String,
    /// The codes of the errors in its file, each once, sorted; none if the
    /// file could not be read.
    pub codes: Vec<String>,
}

/// What an encoded detection holds beyond the minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeOptions {
    /// The UDM events of the evidence, where the scan attached them. The
    /// secops format always has them, since its consumers expect them.
    pub events: bool,
    /// The predicates that held, with their actual values.
    pub why: bool,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        EncodeOptions {
            events: true,
            why: false,
        }
    }
}

/// A detection format.
#[derive(Debug)]
pub struct Format {
    /// The word for `--format`.
    pub name: &'static str,
    /// What it is, for the help text.
    pub summary: &'static str,
    /// Makes its encoder.
    pub encoder: fn(EncodeOptions) -> Box<dyn Encoder>,
}

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|f| f.name == name)
    }
}

/// All detection formats, sorted by name.
pub const FORMATS: &[Format] = &[csv::FORMAT, json::FORMAT, ndjson::FORMAT, secops::FORMAT];
