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
    for plan in plans {
        want.union(&plan.fields);
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

/// Tells which rules ask for entities where there are none to give. What the
/// pack asks for is told with `-v` only: everyone runs it, few have entities.
pub(super) fn tell_missing(entities: &[Input], plans: &[Plan], embedded: bool, term: Term) {
    if !entities.is_empty() || (embedded && term.verbose == 0) {
        return;
    }
    let mut asking = plans.iter().filter(|rule| {
        let mut variables = rule.variables.iter();
        variables.any(|variable| matches!(variable.source, Source::Entity(_)))
    });
    let Some(rule) = asking.next() else { return };
    let who = match asking.count() {
        0 => format!("{} asks", rule.name),
        more => format!("{} and {} ask", rule.name, plural(more as u64, "more rule")),
    };
    term.warn(format_args!(
        "{who} for entities and there are none; give some with --entities"
    ));
}
