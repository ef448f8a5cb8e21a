//! `json`: one document with all detections and the summary.
//!
//! The detections are those of the ndjson format; they are written as they
//! come, so that the document is never held in memory.

use std::io;

use yaral_engine::{Detection, Status};
use yaral_ir::plan::Plan;

use super::json_text::Json;
use super::ndjson::write_detection;
use super::summary::write_summary;
use super::{EncodeOptions, Encoder, Format, RefusedRule};
use crate::investigate::Investigation;
use crate::scan::Summary;

/// The format's entry.
pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "one JSON document with all detections and the summary",
    encoder: |options| {
        Box::new(Document {
            options,
            json: Json::default(),
            first: true,
            refused: None,
        })
    },
};

struct Document {
    options: EncodeOptions,
    json: Json,
    first: bool,
    refused: Option<Vec<RefusedRule>>,
}

impl Encoder for Document {
    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        self.first = true;
        out.write_all(b"{\"schema\":\"yaral/detections/v1\",\"detections\":[")
    }

    fn detection(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        investigation: &Investigation,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        // The document holds what stands.
        if detection.status != Status::Final {
            return Ok(());
        }
        let comma = !std::mem::replace(&mut self.first, false);
        out.write_all(if comma { b",\n" } else { b"\n" })?;
        write_detection(
            &mut self.json,
            (detection, rule),
            investigation,
            self.options,
        );
        out.write_all(self.json.take().as_bytes())
    }

    fn refused(&mut self, rules: &[RefusedRule]) {
        self.refused = Some(rules.to_vec());
    }

    fn end(
        &mut self,
        summary: &Summary,
        rules: &[Plan],
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        write_summary(&mut self.json, summary, rules, self.refused.as_deref());
        writeln!(out, "\n],\"summary\":{}}}", self.json.take())
    }
}
