//! `yaral diff`: two versions of rules on the same logs, and what it changes.

mod load;
mod watch;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use yaral_engine::Engine;
use yaral_ir::plan::Plan;
use yaral_runtime::{Input, Scan, ScanOptions, Summary, expand};

use load::Versions;
use watch::Watch;

use super::knowledge;
use super::scan::scan_options;
use crate::args::DiffArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::render::diff_detections::{Report, write};
use crate::render::layout::plural;
use crate::term::Term;

/// Runs both versions and prints what differs.
pub(super) fn run(args: &DiffArgs, term: Term) -> Result<Exit, Error> {
    let options = ScanOptions {
        evidence: false,
        ..scan_options(&args.input, &args.language.switches())?
    };
    let words = [args.old.as_str(), args.new.as_str()];
    let streamed = args.inputs.iter().any(|word| word == "-");
    let streams = words.iter().filter(|word| **word == "-").count() + usize::from(streamed);
    if streams > 1 {
        let sentence = "`-` is standard input, which can be read once";
        return Err(Error::usage(sentence));
    }
    let inputs = expand(&args.inputs).map_err(|e| Error::failed(e.to_string()))?;
    let entities = expand(&args.entities).map_err(|e| Error::failed(e.to_string()))?;
    guard(args, &inputs, &entities)?;
    let versions = Versions::load(words, options.mapping, &args.language, term)?;
    if streamed && versions.over_detections() {
        let sentence = "rules over detections are compared by reading the logs twice, which \
                        standard input cannot be";
        return Err(Error::usage(sentence));
    }
    let mut watch = Watch::new(args.input.rejects.as_deref(), term)?;
    let compared = compare(args, versions, (&inputs, &entities), &options, &mut watch)?;
    let (report, counts) = compared;
    let mut out = output::stdout();
    write(&report, args.format, term, &mut *out)?;
    out.flush()?;
    watch.rejects.close(term)?;
    if report.left_out > 0 {
        let detections = plural(report.left_out, "detection");
        term.warn(format_args!("{detections} not compared: too much differs"));
    }
    Ok(exit(args, &report, &counts, &watch))
}

/// Runs both versions.
fn compare(
    args: &DiffArgs,
    versions: Versions,
    (inputs, entities): (&[Input], &[Input]),
    options: &ScanOptions,
    watch: &mut Watch,
) -> Result<(Report, Summary), Error> {
    let twice = versions.over_detections();
    let Versions {
        old,
        new,
        same,
        differing,
        refused,
    } = versions;
    let border = old.plans.len();
    let mut plans = old.plans;
    plans.extend(new.plans);
    let from = (entities, args.metrics.as_deref());
    knowledge::tell_missing(entities, &plans, false, watch.term);
    let (knowledge, rejected) = knowledge::load(from, &plans, options.redact, watch.term)?;
    watch.entities_rejected = rejected;
    let scan = |plans: Vec<Plan>| {
        let engine = Engine::with(plans, Arc::clone(&knowledge));
        Scan::new(engine, options.clone())
    };
    let counts = if plans.is_empty() {
        Summary::default()
    } else if twice {
        let after = plans.split_off(border);
        scan(plans).run(inputs, watch)?;
        watch.turn();
        scan(after).run(inputs, watch)?
    } else {
        watch.border = Some(border);
        scan(plans).run(inputs, watch)?
    };
    watch.bar.finish();
    let compared = std::mem::take(&mut watch.comparison).finish();
    let places = (old.places, new.places);
    let mut report = Report::new(compared, places, (&args.old, &args.new));
    report.same_rules = same;
    report.differing = differing;
    report.refused = refused;
    report.records = counts.read;
    Ok((report, counts))
}

/// Refuses a file for rejects that is read here.
fn guard(args: &DiffArgs, inputs: &[Input], entities: &[Input]) -> Result<(), Error> {
    let mut words: Vec<&Path> = vec![Path::new(&args.old), Path::new(&args.new)];
    words.extend(args.language.lists.as_deref());
    words.extend(args.language.tables.as_deref());
    words.extend(args.metrics.as_deref());
    let read: Vec<Input> = inputs.iter().chain(entities).cloned().collect();
    output::guard(&read, &words, None, args.input.rejects.as_deref())
}

/// How the run ended; see [`Exit`] for the order.
fn exit(args: &DiffArgs, report: &Report, counts: &Summary, watch: &Watch) -> Exit {
    let ran = report.differing > 0 || counts.read > 0;
    let nothing = ran && counts.read == counts.rejected_total();
    let skipped = report.refused > 0 || report.left_out > 0 || watch.entities_rejected > 0;
    let partial = counts.is_partial() || skipped;
    if watch.rejects.unread > 0
        || (nothing && watch.rejects.unusable > 0)
        || (partial && !nothing && args.fail_on_partial)
    {
        Exit::CouldNot
    } else if args.detailed_exitcode && report.totals().any() {
        Exit::Findings
    } else if nothing {
        Exit::Nothing
    } else if partial {
        Exit::Partly
    } else {
        Exit::Done
    }
}
