//! The entities of a scan: read before the first event, told like its records.

use yaral_ir::plan::Plan;
use yaral_runtime::{Input, LoadedEntities, Observer as _, load_entities};
use yaral_udm::FieldSet;

use super::Watch;
use crate::error::Error;
use crate::render::layout::plural;

/// Reads the entities that the rules ask for.
pub(super) fn load(
    inputs: &[Input],
    rules: &[Plan],
    redact: bool,
    watch: &mut Watch,
) -> Result<LoadedEntities, Error> {
    if inputs.is_empty() {
        return Ok(LoadedEntities::default());
    }
    let mut want = FieldSet::empty();
    for rule in rules {
        want.union(&rule.fields);
    }
    let loaded = load_entities(inputs, &want, redact);
    for (file, reject) in &loaded.rejects {
        watch.reject(file, reject)?;
    }
    watch.entities_rejected = loaded.rejected;
    let more = loaded.rejected - loaded.rejects.len() as u64;
    if more > 0 {
        let more = plural(more, "more record");
        watch
            .term
            .warn(format_args!("{more} of entity files rejected"));
    }
    if let Some(first) = &loaded.first_unknown {
        watch.term.warn(format_args!(
            "{} of entities not understood, the first: {first}",
            plural(loaded.unknown, "field")
        ));
    }
    if watch.term.verbose > 0 {
        watch.term.say(format_args!(
            "{}, {}",
            plural(loaded.entities.len() as u64, "different entity record"),
            plural(loaded.duplicates, "repetition")
        ));
    }
    Ok(loaded)
}
