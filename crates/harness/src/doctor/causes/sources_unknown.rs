//! Requests without the address of the client.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, Used, of, percent};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "sources_unknown",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    if requests.all == 0 || requests.unaddressed * 2 < requests.all {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{} % of the requests have no source address",
            percent(requests.unaddressed, requests.all)
        ),
        mend: "keep sourceIPs in what the log is shipped by, and let load balancers pass the client on",
        lines: "",
        file: "",
        hides: BTreeSet::new(),
        weakens: of(used, KUBERNETES, |_| true),
    }]
}
