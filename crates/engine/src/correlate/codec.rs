//! State as bytes, and back.
//!
//! A state names the rules that it belongs to by identity, text and switches,
//! and holds values only: how a rule is laid out is not written down, so the
//! reader checks every count against the rule at hand. Bytes from elsewhere
//! end in an error, never in a panic, and no length is believed before there
//! are bytes for it.

mod read;
mod value;
mod write;

use std::fmt;
use std::sync::Arc;

use yaral_ir::plan::Plan;

use crate::correlate::memory::Memory;
use crate::knowledge::Knowledge;

/// The beginning of every state, with the version of its form.
const MAGIC: &[u8] = b"yaral-state-1\n";

/// Why bytes are no state for these rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateError {
    /// They do not begin as a state of this version does.
    NotAState,
    /// They were saved by an engine with other rules or switches.
    OtherRules,
    /// They end too early, go on too long, or hold what no engine writes.
    Damaged,
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StateError::NotAState => "this is no state that this version has saved",
            StateError::OtherRules => "the state was saved with other rules or other switches",
            StateError::Damaged => "the state is damaged",
        })
    }
}

impl std::error::Error for StateError {}

/// What names a rule in a state.
fn fingerprint(plan: &Plan) -> [u8; 32] {
    *crate::id::rule(plan).finalize().as_bytes()
}

/// Writes the state down.
pub(crate) fn save(plans: &[Plan], memory: &Memory) -> Vec<u8> {
    write::memory(plans, memory)
}

/// Reads a state for these rules.
pub(crate) fn restore(
    plans: &[Plan],
    state: &[u8],
    knowledge: &Arc<Knowledge>,
) -> Result<Memory, StateError> {
    read::memory(plans, state, knowledge)
}
