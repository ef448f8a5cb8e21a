//! The section `outcome`: what decides how bad a detection is said to be.

use yaral_syntax::ast::{Call, OutcomeSection};

use super::Kind;
use super::place::{Change, With};

/// The outcome variables whose choices are worth a test of their own. Others
/// describe the detection, and a test names those that it cares for.
const DECIDING: [&str; 2] = ["risk_score", "severity"];

/// Adds the conditions of each `if()` that decides score or severity, flipped.
pub(super) fn walk(outcome: &OutcomeSection, out: &mut Vec<Change>) {
    let deciding = outcome.assignments().filter(|assignment| {
        assignment
            .name()
            .is_some_and(|name| DECIDING.contains(&name.text.as_str()))
    });
    for assignment in deciding {
        let calls = assignment.syntax().descendants().filter_map(Call::cast);
        for call in calls.filter(|call| call.name().is_some_and(|name| name.text == "if")) {
            if let Some(condition) = call.args().next() {
                let with = With::opposite(&condition);
                out.push(Change::instead(condition.syntax(), Kind::Flip, with));
            }
        }
    }
}
