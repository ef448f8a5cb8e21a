//! Rules with `match`.

use yaral_ir::correlation::Correlation;

use super::scope::Writer;
use crate::{Effect, Grade, Loss};

pub(super) fn query(_: &mut Writer<'_>, _: &Correlation) -> Result<String, Loss> {
    Err(Loss::whole(Grade::Impossible, Effect::Differs, "soon"))
}
