//! `yaral check`: rules in, diagnostics out.

use std::io::Write as _;
use std::time::Instant;

use crate::args::CheckArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::metrics;
use crate::output;
use crate::render::check::{CheckSummary, report};
use crate::rules::{self, CheckedFile, Sheet};
use crate::term::Term;

/// Checks the rules and prints what was found.
pub(super) fn run(args: &CheckArgs, term: Term) -> Result<Exit, Error> {
    let start = Instant::now();
    let options = rules::options(&args.language, term)?;
    let files = rules::load(&args.paths)?;
    let mut report = report(args.format, term);
    let mut summary = CheckSummary::default();
    let mut out = output::stdout();
    let mut asking = 0;
    for file in files {
        let file = CheckedFile::compile(file, &options);
        summary.add(&file);
        let plans = file
            .compiled
            .rules
            .iter()
            .filter_map(|rule| rule.plan.as_ref());
        asking += plans.filter(|plan| plan.reads_metrics()).count() as u64;
        let sheet = Sheet::new(&file);
        for diagnostic in &file.compiled.diagnostics {
            report.diagnostic(&sheet, diagnostic, &mut out)?;
        }
    }
    summary.elapsed = start.elapsed();
    report.end(&summary, &mut out)?;
    out.flush()?;
    metrics::tell_absent(asking, term);
    let failed = summary
        .worst
        .is_some_and(|worst| worst >= args.fail_level.severity());
    Ok(if failed { Exit::Findings } else { Exit::Done })
}
