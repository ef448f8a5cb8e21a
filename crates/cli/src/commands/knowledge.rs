//! What rules know beside the events, for commands that run rules on logs.

use std::path::Path;
use std::sync::Arc;

use yaral_engine::Knowledge;
use yaral_ir::plan::Plan;
use yaral_ir::source::Source;
use yaral_runtime::{Input, load_entities};
use yaral_udm::FieldSet;

use crate::args::MetricArgs;
use crate::error::Error;
use crate::metrics;
use crate::render::layout::plural;
use crate::term::Term;

/// The knowledge, and how many records of entity files could not be used.
/// What is missing or wrong is told.
pub(super) fn load(
    (entities, counts): (&[Input], Option<&Path>),
    plans: &[Plan],
    redact: bool,
    term: Term,
) -> Result<(Arc<Knowledge>, u64), Error> {
    let mut want = FieldSet::empty();
    let mut asks = false;
    for plan in plans {
        want.union(&plan.fields);
        let mut variables = plan.variables.iter();
        asks |= variables.any(|variable| matches!(variable.source, Source::Entity(_)));
    }
    if asks && entities.is_empty() {
        term.warn("rules ask for entities and there are none; give some with --entities");
    }
    let loaded = load_entities(entities, &want, redact);
    if loaded.rejected > 0 {
        let records = plural(loaded.rejected, "record");
        term.warn(format_args!("{records} of entity files rejected"));
    }
    let from = MetricArgs {
        metrics: counts.map(Path::to_path_buf),
        metrics_update: false,
    };
    let counted = metrics::load(&from, plans, term)?;
    let knowledge = Knowledge {
        entities: loaded.entities,
        metrics: counted.map(|counted| counted as _),
    };
    Ok((Arc::new(knowledge), loaded.rejected))
}
