//! `yaral doctor`: logs in, which rules can fire on them out.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use yaral_compiler::Options;
use yaral_engine::Engine;
use yaral_harness::doctor::{Facts, Verdict, Ways, judge};
use yaral_runtime::{Input, Observer, Progress, Reject, RuleFile, Scan, ScanOptions, expand};
use yaral_udm::Event;

use super::rejects::Rejects;
use super::scan::log_type;
use crate::args::DoctorArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::pack_ways;
use crate::progress::Bar;
use crate::render::doctor::{Report, write};
use crate::rules::{self, CheckedFile};
use crate::term::Term;
use crate::variants;

/// Reads the logs and judges the rules.
pub(super) fn run(args: &DoctorArgs, term: Term) -> Result<Exit, Error> {
    // Only the default mapping has all that is looked at.
    let options = ScanOptions {
        log_type: log_type(args.log_type.as_deref())?,
        evidence: false,
        ..ScanOptions::default()
    };
    let inputs = expand(&args.inputs).map_err(|e| Error::failed(e.to_string()))?;
    let words: Vec<&Path> = args.rules.iter().map(Path::new).collect();
    output::guard(&inputs, &words, None, args.rejects.as_deref())?;
    let Loaded { rules, untested } = load(args, term)?;
    let mut watch = Watch {
        facts: Facts::new(&rules),
        bar: Bar::new(term),
        rejects: Rejects::open(args.rejects.as_deref())?,
    };
    let events = watch.read(&inputs, options)?;
    // What could not be read is no log that is missing, so it is told first.
    watch.rejects.close(term)?;
    let (judged, findings) = judge(&rules, &watch.facts);
    let report = Report {
        facts: &watch.facts,
        judged: &judged,
        findings: &findings,
        untested: &untested,
    };
    let mut out = output::stdout();
    write(args.format, &report, term, &mut *out)?;
    out.flush()?;
    let silent = judged.iter().any(|one| one.verdict == Verdict::Silent);
    Ok(if watch.rejects.unread > 0 {
        Exit::CouldNot
    } else if events == 0 {
        Exit::Nothing
    } else if silent {
        Exit::Findings
    } else {
        Exit::Done
    })
}

/// Rules by name.
#[derive(Default)]
struct Loaded {
    /// Those with what feeds them.
    rules: Vec<(String, Ways)>,
    /// Those of which no test says it.
    untested: Vec<String>,
}

/// The rules over events.
fn load(args: &DoctorArgs, term: Term) -> Result<Loaded, Error> {
    let embedded = args.rules.is_empty();
    let files = variants::of_run(&args.rules, yaral_normalize::Mapping::Default, term)?;
    let options = rules::options(&args.language, &files, term)?;
    let pack = if embedded {
        pack_ways::all()
    } else {
        BTreeMap::new()
    };
    let mut loaded = Loaded::default();
    for file in files {
        let mut ways = if embedded {
            BTreeMap::new()
        } else {
            super::feeds_of(&file.name, &options)
        };
        for rule in names(file, &options, term) {
            match ways.remove(&rule).or_else(|| pack.get(&rule).cloned()) {
                Some(ways) if !ways.ways.is_empty() => loaded.rules.push((rule, ways)),
                _ => loaded.untested.push(rule),
            }
        }
    }
    if loaded.rules.is_empty() {
        return Err(Error::failed(
            "no rule has a test that expects a detection, and so none says what it needs",
        ));
    }
    Ok(loaded)
}

/// The names of a file's rules over events; those over detections need no log.
fn names(file: RuleFile, options: &Options, term: Term) -> Vec<String> {
    let mut file = CheckedFile::compile(file, options);
    let mut names = Vec::new();
    for rule in std::mem::take(&mut file.compiled.rules) {
        match rule.plan {
            Some(plan) if plan.is_composite() => {}
            Some(plan) => names.push(plan.name),
            None => term.warn(format_args!("refused: {}", file.refusal(&rule.name))),
        }
    }
    names
}

/// Looks at each event.
struct Watch {
    facts: Facts,
    bar: Bar,
    rejects: Rejects,
}

impl Watch {
    /// Reads the logs; how many events there were.
    fn read(&mut self, inputs: &[Input], options: ScanOptions) -> Result<u64, Error> {
        let mut scan = Scan::new(Engine::new(Vec::new()), options);
        scan.show_events();
        let counts = scan.run(inputs, self);
        self.bar.finish();
        let counts = counts?;
        self.facts
            .read(counts.rejected_total(), counts.read, counts.missing_serials);
        Ok(counts.normalized)
    }
}

impl Observer for Watch {
    fn event(&mut self, event: &Event) {
        self.facts.see(event);
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        self.rejects.see(file, reject)
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}
