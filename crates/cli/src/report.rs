//! Detections gathered for one page, within bounds.
//!
//! Both ways to a page end here: `scan --html` hands over each detection as the
//! line of `--format ndjson` that it would have been, and `report` reads such
//! lines. A line that comes later under the same id takes the place of the
//! earlier one, as sinks do it; one that says `superseded_by` takes it away.
//!
//! What is shown depends on the set of lines, not on their order: of too many, the
//! lowest severities and among them the latest go first, and are counted. Beyond
//! [`REPORT_COUNTED_MAX`] only the total goes on, of lines instead of ids.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yaral_engine::detection::SEVERITIES;
use yaral_udm::Timestamp;

/// Detections that a page shows in full.
const REPORT_DETECTIONS_MAX: usize = 1_000;
/// Bytes of detections that are held for a page.
const REPORT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Detections whose rule, time and severity are counted.
const REPORT_COUNTED_MAX: usize = 100_000;

/// One detection as all of them are held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Head {
    /// The place of its severity among [`SEVERITIES`].
    pub(crate) rank: usize,
    /// When it was.
    pub(crate) time: Timestamp,
    /// Its id.
    pub(crate) id: String,
    /// The rule's name.
    pub(crate) rule: String,
}

/// What a page is made of.
#[derive(Debug, Default)]
pub(crate) struct Report {
    heads: BTreeMap<String, Head>,
    /// Those that are held in full, best first.
    order: BTreeSet<Head>,
    texts: BTreeMap<String, (Head, String)>,
    bytes: usize,
    /// Ids of which a later detection took the place; they stay away.
    gone: BTreeSet<String>,
    /// Detections that are not even counted by severity.
    uncounted: u64,
}

impl Report {
    /// Takes in one line of `--format ndjson`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the line.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), String> {
        let value: Value =
            serde_json::from_str(line).map_err(|error| format!("this is no JSON: {error}"))?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        if text("schema") != Some("yaral/detection/v1") {
            let what = if value.get("detections").is_some() {
                "this is the document of --format json, laid out anew; a report reads it as `yaral scan` writes it, or --format ndjson"
            } else {
                "this is no detection of the schema yaral/detection/v1"
            };
            return Err(what.to_owned());
        }
        let (Some(id), Some(rule)) = (text("id"), text("rule")) else {
            return Err("this detection has no id or no rule".to_owned());
        };
        if text("superseded_by").is_some() {
            self.forget(id);
            if self.gone.len() < REPORT_COUNTED_MAX {
                self.gone.insert(id.to_owned());
            }
            return Ok(());
        }
        let time = text("detection_time").and_then(Timestamp::parse);
        let head = Head {
            rank: rank(text("severity").unwrap_or_default()),
            time: time.ok_or("this detection has no detection_time")?,
            id: id.to_owned(),
            rule: rule.to_owned(),
        };
        if !self.gone.contains(id) {
            self.keep(head, line.to_owned());
        }
        Ok(())
    }

    fn keep(&mut self, head: Head, text: String) {
        self.forget(&head.id);
        if self.heads.len() >= REPORT_COUNTED_MAX {
            self.uncounted += 1;
        } else {
            self.heads.insert(head.id.clone(), head.clone());
        }
        self.bytes += text.len();
        self.texts.insert(head.id.clone(), (head.clone(), text));
        self.order.insert(head);
        while self.order.len() > REPORT_DETECTIONS_MAX || self.bytes > REPORT_BYTES_MAX {
            let Some(last) = self.order.pop_last() else {
                return;
            };
            let kept = self.texts.remove(&last.id);
            self.bytes -= kept.map_or(0, |(_, text)| text.len());
        }
    }

    fn forget(&mut self, id: &str) {
        self.heads.remove(id);
        if let Some((head, text)) = self.texts.remove(id) {
            self.order.remove(&head);
            self.bytes -= text.len();
        }
    }

    /// Every detection, by time.
    pub(crate) fn heads(&self) -> Vec<&Head> {
        let mut heads: Vec<&Head> = self.heads.values().collect();
        heads.sort_by_key(|head| (head.time, head.rank, &head.id));
        heads
    }

    /// How many detections there are, shown or not.
    pub(crate) fn total(&self) -> u64 {
        self.heads.len() as u64 + self.uncounted
    }

    /// Those that are shown in full, the highest severity first.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&Head, Value)> {
        self.order.iter().filter_map(|head| {
            let (_, text) = self.texts.get(&head.id)?;
            let value = serde_json::from_str(text).ok()?;
            Some((head, value))
        })
    }
}

/// The place of a severity among [`SEVERITIES`]; what is none of them is the last.
fn rank(severity: &str) -> usize {
    let named = SEVERITIES.iter().position(|known| *known == severity);
    named.unwrap_or(SEVERITIES.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: usize, severity: &str) -> String {
        format!(
            r#"{{"schema":"yaral/detection/v1","id":"de_{id}","rule":"r","severity":"{severity}","detection_time":"2026-01-01T00:00:00Z"}}"#
        )
    }

    #[test]
    fn report_detections_max_keeps_the_gravest_and_counts_all() {
        let mut report = Report::default();
        for id in 0..REPORT_DETECTIONS_MAX {
            report.line(&line(id, "LOW")).unwrap();
        }
        report.line(&line(9_999_999, "HIGH")).unwrap();
        assert_eq!(report.total(), REPORT_DETECTIONS_MAX as u64 + 1);
        let shown: Vec<_> = report.shown().collect();
        assert_eq!(shown.len(), REPORT_DETECTIONS_MAX);
        assert_eq!(shown.first().unwrap().0.id, "de_9999999");
    }

    #[test]
    fn report_bytes_max_lets_the_lowest_go() {
        let mut report = Report {
            bytes: REPORT_BYTES_MAX,
            ..Report::default()
        };
        report.line(&line(1, "HIGH")).unwrap();
        assert_eq!((report.total(), report.shown().count()), (1, 0));
    }

    #[test]
    fn report_counted_max_is_told_apart() {
        let mut report = Report::default();
        for id in 0..REPORT_COUNTED_MAX + 2 {
            let head = Head {
                rank: 3,
                time: Timestamp::default(),
                id: id.to_string(),
                rule: String::new(),
            };
            report.keep(head, String::new());
        }
        assert_eq!(report.total(), REPORT_COUNTED_MAX as u64 + 2);
        assert_eq!(report.heads().len(), REPORT_COUNTED_MAX);
    }

    #[test]
    fn a_later_line_takes_the_place_of_an_earlier_one() {
        let mut report = Report::default();
        report.line(&line(1, "LOW")).unwrap();
        report.line(&line(1, "HIGH")).unwrap();
        assert_eq!((report.total(), report.shown().count()), (1, 1));
        let gone =
            r#"{"schema":"yaral/detection/v1","id":"de_1","rule":"r","superseded_by":"de_2"}"#;
        report.line(gone).unwrap();
        report.line(&line(1, "HIGH")).unwrap();
        assert_eq!((report.total(), report.bytes), (0, 0));
    }

    #[test]
    fn what_is_no_detection_is_told() {
        let mut report = Report::default();
        for (line, said) in [
            ("{", "no JSON"),
            ("{}", "no detection of the schema"),
            (r#"{"detections":[]}"#, "--format json"),
            (r#"{"schema":"yaral/detection/v1"}"#, "no id"),
            (
                r#"{"schema":"yaral/detection/v1","id":"a","rule":"r"}"#,
                "no detection_time",
            ),
        ] {
            let error = report.line(line).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
