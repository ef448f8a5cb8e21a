//! A call for unit tests, with the inputs that the examples are run with.

use super::{EXAMPLE_NOW, EXAMPLE_SEED};
use crate::function::Call;
use crate::semantics::Semantics;

/// Runs a test with a call that has no patterns.
pub(crate) fn call<T>(run: impl FnOnce(&Call<'_>) -> T) -> T {
    let semantics = Semantics::default();
    run(&Call {
        patterns: &[],
        now: EXAMPLE_NOW,
        seed: EXAMPLE_SEED,
        semantics: &semantics,
    })
}
