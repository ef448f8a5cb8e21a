//! `yaral coverage`: what rules cover, how much of it is tested, and with logs
//! which of it is alive.

mod tested;

use std::io::{self, Write};
use std::path::Path;

use yaral_engine::Engine;
use yaral_ir::plan::Plan;
use yaral_runtime::encode::severity;
use yaral_runtime::scan::event_fields;
use yaral_runtime::{Input, Observer, Progress, Reject, Scan, ScanOptions, Summary, expand};

pub(crate) use tested::beside as is_tested_on_disk;

use super::knowledge;
use super::scan::scan_options;
use crate::args::CoverageArgs;
use crate::commands::rejects::Rejects;
use crate::error::Error;
use crate::exit::Exit;
use crate::progress::Bar;
use crate::render::coverage::{Covered, Report, Seen, log_types, techniques, write};
use crate::render::layout::plural;
use crate::render::skipped::Skipped;
use crate::rules::{self, CheckedFile};
use crate::term::Term;
use crate::{output, pack_tested, variants};

/// Looks at the rules, and at the logs if there are any.
pub(super) fn run(args: &CoverageArgs, term: Term) -> Result<Exit, Error> {
    let options = ScanOptions {
        evidence: false,
        ..scan_options(&args.input, &args.language.switches())?
    };
    let inputs = expand(&args.inputs).map_err(|e| Error::failed(e.to_string()))?;
    let entities = expand(&args.entities).map_err(|e| Error::failed(e.to_string()))?;
    let mut words: Vec<&Path> = args.rules.iter().map(Path::new).collect();
    words.extend(args.language.lists.as_deref());
    words.extend(args.language.tables.as_deref());
    words.extend(args.metrics.as_deref());
    let read: Vec<Input> = inputs.iter().chain(&entities).cloned().collect();
    output::guard(&read, &words, None, args.input.rejects.as_deref())?;
    let (mut rules, plans, refused) = load(args, term)?;
    let mut watch = Watch::new(args, term)?;
    let mut rejected = 0;
    let mut counts = Summary::default();
    let mut seen = None;
    if !args.inputs.is_empty() {
        let from = (entities.as_slice(), args.metrics.as_deref());
        knowledge::tell_missing(&entities, &plans, args.rules.is_empty(), term);
        let known = knowledge::load(from, &plans, options.redact, term)?;
        rejected = known.1;
        let mut scan = Scan::new(Engine::with(plans, known.0), options);
        scan.look_for_fields();
        let result = scan.run(&inputs, &mut watch);
        watch.bar.finish();
        counts = result?;
        for (rule, fired) in rules.iter_mut().zip(&counts.per_rule) {
            rule.fired = Some(*fired);
        }
        seen = Some(Seen {
            records: counts.read,
            events: counts.normalized,
            log_types: counts.log_types.clone(),
            fields: scan.fields().unwrap_or_default(),
        });
    }
    let report = Report {
        rules,
        seen,
        refused,
    };
    let mut out = output::stdout();
    write(&report, args.format, term, &mut *out)?;
    out.flush()?;
    watch.rejects.close(term)?;
    let partial = refused > 0 || rejected > 0 || counts.is_partial();
    let nothing = report.seen.is_some() && counts.read == counts.rejected_total();
    Ok(
        if watch.rejects.unread > 0 || (nothing && watch.rejects.unusable > 0) {
            Exit::CouldNot
        } else if nothing {
            Exit::Nothing
        } else if partial {
            Exit::partly(args.fail_on_partial)
        } else {
            Exit::Done
        },
    )
}

/// The rules with what they cover and how they run, and how many are refused.
fn load(args: &CoverageArgs, term: Term) -> Result<(Vec<Covered>, Vec<Plan>, u64), Error> {
    let embedded = args.rules.is_empty();
    let files = variants::of_run(&args.rules, args.input.mapping.into(), term)?;
    let options = rules::options(&args.language, &files, term)?;
    let (mut covered, mut plans, mut refused) = (Vec::new(), Vec::new(), Skipped::default());
    for file in files {
        let mut file = CheckedFile::compile(file, &options);
        let tested = if embedded {
            pack_tested::is_tested(&file.name)
        } else {
            is_tested_on_disk(&file.name)
        };
        if file.compiled.rules.is_empty() {
            refused.rule(&file.refusal(""));
        }
        for rule in std::mem::take(&mut file.compiled.rules) {
            match rule.plan {
                Some(plan) => {
                    covered.push(cover(&file.name, &plan, tested));
                    plans.push(plan);
                }
                None => refused.rule(&file.refusal(&rule.name)),
            }
        }
    }
    if refused.total() > 0 {
        let head = plural(refused.total(), "rule");
        let list = refused.list(", see yaral check");
        term.warn(format_args!("{head} refused\n{list}"));
    }
    if plans.is_empty() {
        return Err(Error::failed("no rule compiles"));
    }
    Ok((covered, plans, refused.total()))
}

/// What a rule says of itself.
fn cover(file: &str, plan: &Plan, tested: bool) -> Covered {
    let meta = |key: &str| plan.meta(key).unwrap_or_default();
    let named = [meta("mitre_attack_technique"), meta("technique")].join(",");
    Covered {
        rule: plan.name.clone(),
        file: file.to_owned(),
        severity: severity(plan),
        techniques: techniques(&named),
        log_types: log_types(meta("data_source")),
        fields: event_fields(&plan.fields),
        tested,
        fired: None,
    }
}

/// Hears what cannot be read.
struct Watch {
    bar: Bar,
    rejects: Rejects,
}

impl Watch {
    fn new(args: &CoverageArgs, term: Term) -> Result<Self, Error> {
        Ok(Watch {
            bar: Bar::new(term),
            rejects: Rejects::open(args.input.rejects.as_deref())?,
        })
    }
}

impl Observer for Watch {
    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        self.rejects.see(file, reject)
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}
