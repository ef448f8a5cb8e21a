//! `--metrics`: the file of counts that metrics are answered from.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use yaral_engine::metrics::MetricStore;
use yaral_ir::plan::Plan;
use yaral_runtime::{Scan, escape_terminal, load_metrics, save_metrics};

use crate::args::MetricArgs;
use crate::error::Error;
use crate::render::layout::plural;
use crate::term::Term;

/// Reads the file. Without one, says once which rules get nothing from it.
pub(crate) fn load(
    args: &MetricArgs,
    plans: &[Plan],
    term: Term,
) -> Result<Option<Arc<MetricStore>>, Error> {
    let asking = plans.iter().filter(|plan| plan.reads_metrics()).count() as u64;
    let Some(path) = &args.metrics else {
        tell_absent(asking, term);
        return Ok(None);
    };
    if asking == 0 {
        term.warn(format_args!(
            "no rule asks a metric; `{}` is left as it is",
            escape_terminal(&path.display().to_string())
        ));
        return Ok(None);
    }
    if args.metrics_update && !path.exists() {
        return Ok(Some(Arc::default()));
    }
    let store = load_metrics(path).map_err(|e| Error::failed(e.to_string()))?;
    Ok(Some(Arc::new(store)))
}

/// Says that metrics are 0, if any rule asks one.
pub(crate) fn tell_absent(asking: u64, term: Term) {
    if asking > 0 {
        let head = plural(asking, "rule");
        term.say(format_args!(
            "{head} with metrics, which are 0 without `scan --metrics FILE` (docs/metrics-store.md)"
        ));
    }
}

/// Adds what the run has counted to the file.
pub(crate) fn save(
    path: &Path,
    known: &MetricStore,
    scan: &mut Scan,
    term: Term,
) -> Result<(), Error> {
    let Some(counted) = scan.metrics() else {
        return Ok(());
    };
    let mut store = known.clone();
    store.merge(&counted);
    store.forget_old();
    save_metrics(path, &store)
        .with_context(|| format!("`{}` cannot be written", path.display()))?;
    if store.refused() > 0 {
        let head = plural(store.refused(), "count");
        term.warn(format_args!(
            "{head} not kept for metrics: the store is full, or an event has too long or too many values"
        ));
    }
    Ok(())
}
