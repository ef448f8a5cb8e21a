//! `ndjson`: one object for each detection, one detection a line.
//!
//! The schema is `yaral/detection/v1`; keys may be added to it, never removed
//! or given another meaning. Nothing but detections stands in the output.
//!
//! Evidence that is no event says so in `kind`: an `entity` with its content
//! under `entity`, a `row` with its `table`, its number and its `cells`, and a
//! `detection` of another rule with the `rule` and its record. Under
//! `investigation` stands what is known around the detection; what is not known
//! has no member there.

use std::io;

use yaral_engine::explain::Held;
use yaral_engine::{Detection, Evidence, Explanation, Status};
use yaral_ir::plan::Plan;

use super::fields::{
    Witness, log_reference, risk_score, row_cells, rule_of, severity_of, variables,
};
use super::investigation::write_investigation;
use super::json_text::Json;
use super::{EncodeOptions, Encoder, Format};
use crate::investigate::Investigation;

/// The format's entry.
pub(super) const FORMAT: Format = Format {
    name: "ndjson",
    summary: "one JSON object for each detection, one a line",
    encoder: |options| {
        Box::new(Ndjson {
            options,
            json: Json::default(),
        })
    },
};

struct Ndjson {
    options: EncodeOptions,
    json: Json,
}

impl Encoder for Ndjson {
    fn detection(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        investigation: &Investigation,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        write_detection(
            &mut self.json,
            (detection, rule),
            investigation,
            self.options,
        );
        let mut line = self.json.take();
        line.push('\n');
        out.write_all(line.as_bytes())
    }
}

/// Writes one detection as an object of the schema `yaral/detection/v1`.
pub(super) fn write_detection(
    json: &mut Json,
    (detection, rule): (&Detection, &Plan),
    investigation: &Investigation,
    options: EncodeOptions,
) {
    json.object(|j| {
        j.key("schema").str("yaral/detection/v1");
        j.key("id").str(&detection.id);
        j.key("rule").str(&rule.name);
        match &detection.status {
            Status::Final => {}
            Status::Provisional => j.key("provisional").plain(true),
            // Nothing else of it stands any more.
            Status::Superseded { by } => return j.key("superseded_by").str(by),
        }
        if let Some(id) = rule.meta("rule_id") {
            j.key("rule_id").str(id);
        }
        j.key("severity").str(&severity_of(detection, rule));
        j.key("risk_score").float(risk_score(detection));
        j.key("detection_time").str(&detection.time.to_string());
        j.key("window").object(|j| {
            j.key("start").str(&detection.window.0.to_string());
            j.key("end").str(&detection.window.1.to_string());
        });
        variables(j.key("match"), &detection.matches);
        variables(j.key("outcomes"), &detection.outcomes);
        match &detection.branch {
            Some(branch) => j.key("branch").str(branch),
            None => j.key("branch").null(),
        }
        if !detection.matches.is_empty() {
            j.key("counts").object(|j| {
                for (variable, count) in &detection.counts {
                    j.key(variable).plain(count);
                }
            });
        }
        j.key("evidence").array(|j| {
            for evidence in &detection.evidence {
                write_evidence(j, evidence, rule, options.events);
            }
        });
        write_investigation(j.key("investigation"), investigation);
        if options.why {
            write_why(j.key("why"), &detection.why);
        }
    });
}

fn write_evidence(json: &mut Json, evidence: &Evidence, rule: &Plan, events: bool) {
    let witness = Witness::of(rule, evidence);
    json.object(|j| {
        j.key("variable").str(&evidence.variable);
        if !matches!(witness, Witness::Event) {
            j.key("kind").str(witness.kind());
        }
        j.key("event_id").str(&evidence.event_id);
        if let Some((word, value)) = log_reference(evidence) {
            j.key(word).str(value);
        }
        if let Some(origin) = &evidence.origin {
            j.key("log_type").str(&origin.log_type);
            j.key("file").str(&origin.file);
            j.key("line").plain(origin.line);
            if origin.item > 0 {
                j.key("item").plain(origin.item);
            }
        }
        if let Witness::Row(table, row) = witness {
            j.key("table").str(&table.name);
            j.key("row").plain(row.wrapping_add(1));
            j.key("cells").object(|j| {
                for (column, cell) in row_cells(table, row) {
                    j.key(column).str(cell);
                }
            });
        }
        let whole = evidence.event.as_ref();
        if let (Witness::Detection, Some(name)) = (&witness, whole.and_then(rule_of)) {
            j.key("rule").str(name);
        }
        if let Some(event) = whole.filter(|_| events) {
            j.key(witness.kind()).event(event);
        }
    });
}

fn write_why(json: &mut Json, why: &Explanation) {
    json.array(|j| {
        for step in &why.steps {
            j.object(|j| {
                j.key("depth").plain(step.depth);
                j.key("predicate").str(&step.text);
                j.key("held").str(match step.held {
                    Held::Yes => "yes",
                    Held::No => "no",
                    Held::Skipped => "skipped",
                });
                j.key("actual").array(|j| {
                    for (path, value) in &step.actual {
                        j.object(|j| {
                            j.key("field").str(path);
                            j.key("value").str(value);
                        });
                    }
                });
            });
        }
    });
}
