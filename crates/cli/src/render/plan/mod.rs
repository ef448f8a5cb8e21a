//! Plans of rules, in three formats.

mod cost;
mod dot;
mod human;
mod json;

use std::io::{self, Write};

use yaral_ir::plan::Plan;

use crate::args::{PlanArgs, PlanFormat};

/// A plan and where its rule stands.
#[derive(Debug)]
pub(crate) struct PlanOf<'p> {
    /// The file's name, as the user's words lead to it.
    pub(crate) file: &'p str,
    /// The plan.
    pub(crate) plan: &'p Plan,
}

/// Writes plans in the format that the arguments ask for.
pub(crate) fn report(args: &PlanArgs, plans: &[PlanOf<'_>], out: &mut dyn Write) -> io::Result<()> {
    match args.format {
        PlanFormat::Dot => dot::write(plans, args.types, out),
        PlanFormat::Human => human::write(plans, args.types, out),
        PlanFormat::Json => json::write(plans, args.types, out),
    }
}
