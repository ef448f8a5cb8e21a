//! `yaral plan`: a rule in, what was understood of it out.

use std::io::Write as _;

use yaral_syntax::diagnostic::Diagnostic;

use crate::args::PlanArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::named;
use crate::output;
use crate::render::check::human_diagnostic;
use crate::render::plan::{PlanOf, report};
use crate::rules::{self, CheckedFile, Sheet};
use crate::term::Term;

/// Compiles the rules and prints their plans.
pub(super) fn run(args: &PlanArgs, term: Term) -> Result<Exit, Error> {
    let files = named::find(&args.rule)?;
    let options = rules::options(&args.language, &files, term)?;
    let files: Vec<_> = files
        .into_iter()
        .map(|file| CheckedFile::compile(file, &options))
        .collect();
    let mut plans = Vec::new();
    let mut refused = 0_u64;
    for file in &files {
        refuse(file, term);
        refused += u64::from(file.compiled.rules.is_empty());
        for rule in &file.compiled.rules {
            match &rule.plan {
                Some(plan) => plans.push(PlanOf {
                    file: &file.name,
                    plan,
                }),
                None => refused += 1,
            }
        }
    }
    if plans.is_empty() {
        return Err(Error::failed("no rule compiles, so there is no plan"));
    }
    let mut out = output::stdout();
    report(args, &plans, &mut *out)?;
    out.flush()?;
    Ok(if refused > 0 {
        Exit::Partly
    } else {
        Exit::Done
    })
}

/// Tells why rules of a file have no plan; `yaral check` tells the rest.
fn refuse(file: &CheckedFile, term: Term) {
    let errors = file.compiled.diagnostics.iter();
    let mut errors = errors
        .filter(|found| Diagnostic::is_error(found))
        .peekable();
    if errors.peek().is_none() {
        return;
    }
    let sheet = Sheet::new(file);
    for error in errors {
        term.say(human_diagnostic(&sheet, error, term.paint_talk).trim_end());
    }
}
