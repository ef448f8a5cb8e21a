//! Records that cannot be read.

use std::collections::BTreeSet;

use super::{Cause, Finding, Used, percent};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "records_unusable",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let (rejected, all) = facts.rejected;
    if percent(rejected, all) < 5 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{rejected} of {all} records cannot be used"),
        mend: "see why in the file that --rejects writes",
        lines: "yaral scan LOGS --rejects rejects.ndjson",
        file: "",
        hides: BTreeSet::new(),
        weakens: used.iter().map(|kind| (**kind).clone()).collect(),
    }]
}
