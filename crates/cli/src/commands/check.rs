//! `yaral check`: rules in, diagnostics out.

use std::io::Write as _;
use std::time::Instant;

use super::mend::Mender;
use crate::args::CheckArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::metrics;
use crate::output;
use crate::render::check::{CheckSummary, report};
use crate::rules::{self, CheckedFile, Sheet};
use crate::selection::Selection;
use crate::term::Term;

/// Checks the rules and prints what was found.
pub(super) fn run(args: &CheckArgs, term: Term) -> Result<Exit, Error> {
    let start = Instant::now();
    let files = rules::load(&args.paths)?;
    let mut options = rules::options(&args.language, &files, term)?;
    // Who names codes may name those of lints that are not run otherwise.
    options.optional_lints = !args.select.is_empty();
    let selection = Selection::new(&args.select, &args.ignore)?;
    let mut report = report(args.format, term);
    let mut summary = CheckSummary::default();
    let mut out = output::stdout();
    let mut mender = Mender::new(args)?;
    let mut asking = 0;
    for file in files {
        let mut file = match &mut mender {
            Some(mender) => mender.file(file, &options, &mut out, term)?,
            None => CheckedFile::compile(file, &options),
        };
        summary.hide(selection.hide(&mut file.compiled.diagnostics));
        summary.add(&file);
        let plans = file
            .compiled
            .rules
            .iter()
            .filter_map(|rule| rule.plan.as_ref());
        asking += plans.filter(|plan| plan.reads_metrics()).count() as u64;
        if args.diff {
            continue;
        }
        let sheet = Sheet::new(&file);
        report.file(&sheet, &mut out)?;
        for diagnostic in &file.compiled.diagnostics {
            report.diagnostic(&sheet, diagnostic, &mut out)?;
        }
    }
    summary.elapsed = start.elapsed();
    if !args.diff {
        report.end(&summary, &mut out)?;
    }
    out.flush()?;
    metrics::tell_absent(asking, term);
    if let Some(mender) = mender {
        term.say(mender.sentence());
        if mender.failed {
            return Ok(Exit::CouldNot);
        }
    }
    let failed = summary
        .worst
        .is_some_and(|worst| worst >= args.fail_level.severity());
    Ok(if failed { Exit::Findings } else { Exit::Done })
}
