//! SQL for `DuckDB`.

use yaral_ir::plan::Plan;

use crate::{Options, Outcome, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "sql",
    summary: "SQL for DuckDB over events that `yaral normalize` wrote",
    extension: "sql",
    separator: "\n",
    convert,
};

fn convert(_: &Plan, _: &Options) -> Outcome {
    Outcome::refused("SQL is not written yet")
}
