//! A scan's summary as JSON, schema `yaral/summary/v1`.

use yaral_ir::plan::Plan;

use super::RefusedRule;
use super::json_text::Json;
use super::severity;
use crate::scan::Summary;

/// The summary as one JSON object on one line; `rules` are those that
/// [`Summary::per_rule`] counts. Time and memory are left out: the same input
/// gives the same text.
#[must_use]
pub fn summary_json(summary: &Summary, rules: &[Plan]) -> String {
    let mut json = Json::default();
    write_summary(&mut json, summary, rules, None);
    json.take()
}

/// Writes the summary; `refused` are the rules that did not run, where the
/// caller knows them.
pub(super) fn write_summary(
    json: &mut Json,
    summary: &Summary,
    rules: &[Plan],
    refused: Option<&[RefusedRule]>,
) {
    json.object(|j| {
        j.key("schema").str("yaral/summary/v1");
        write_counts(j, summary);
        j.key("rejected").object(|j| {
            for (reason, count) in &summary.rejected {
                j.key(reason).plain(count);
            }
        });
        j.key("log_types").object(|j| {
            for (name, count) in &summary.log_types {
                j.key(name).plain(count);
            }
        });
        j.key("time").object(|j| {
            if let Some(times) = summary.times {
                j.key("first").str(&times.first.to_string());
                j.key("last").str(&times.last.to_string());
            }
        });
        j.key("rules").array(|j| {
            let counts = rules.iter().zip(&summary.per_rule).enumerate();
            for (at, (rule, count)) in counts.filter(|(_, (_, count))| **count > 0) {
                j.object(|j| {
                    j.key("rule").str(&rule.name);
                    j.key("severity").str(&severity(rule));
                    j.key("detections").plain(count);
                    j.key("severities").object(|j| {
                        let all = summary.severities.iter();
                        for ((_, severity), count) in all.filter(|((of, _), _)| *of == at) {
                            j.key(severity).plain(count);
                        }
                    });
                });
            }
        });
        if let Some(refused) = refused {
            j.key("refused").array(|j| write_refused(j, refused));
        }
    });
}

fn write_refused(json: &mut Json, refused: &[RefusedRule]) {
    for rule in refused {
        json.object(|j| {
            j.key("file").str(&rule.file);
            j.key("rule").str(&rule.rule);
            j.key("codes").array(|j| {
                for code in &rule.codes {
                    j.str(code);
                }
            });
        });
    }
}

/// The counts. Records that no rule can match are normalized events too; only
/// those that reached the engine were built.
fn write_counts(json: &mut Json, summary: &Summary) {
    for (key, count) in [
        ("inputs", summary.inputs),
        ("unrecognised", summary.unrecognised),
        ("left_out", summary.left_out.len() as u64),
        ("bytes_read", summary.bytes_read),
        ("lines", summary.lines),
        ("blank", summary.blank),
        ("read", summary.read),
        ("normalized", summary.normalized + summary.passed_over),
        ("built", summary.normalized),
        ("passed_over", summary.passed_over),
        ("duplicates", summary.duplicates),
        ("ignored", summary.ignored),
        ("evicted_ids", summary.evicted_ids),
        ("reused_ids", summary.reused_ids),
        ("missing_serials", summary.missing_serials),
        ("mismatched", summary.mismatched),
        ("rejected_total", summary.rejected_total()),
        ("evaluations", summary.evaluations),
        ("untimed", summary.untimed),
        ("rows_cut", summary.rows_cut),
        ("joins_cut", summary.joins_cut),
        ("late", summary.late),
        ("refused", summary.refused),
        ("evidence_cut", summary.evidence_cut),
        ("detections", summary.detections()),
    ] {
        json.key(key).plain(count);
    }
}
