//! A policy that leaves out the stages with an answer.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, POLICY, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "received_only",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    if requests.all == 0 || requests.received_only * 2 < requests.all {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{} of {} requests were logged when they came in, and not when they were answered",
            requests.received_only, requests.all
        ),
        mend: "leave out the stage RequestReceived and no other",
        lines: "omitStages: [RequestReceived]",
        file: POLICY,
        hides: if requests.received_only == requests.all {
            of(used, KUBERNETES, |_| true)
        } else {
            BTreeSet::new()
        },
        weakens: of(used, KUBERNETES, |_| true),
    }]
}
