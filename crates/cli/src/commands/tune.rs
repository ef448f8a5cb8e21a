//! `yaral tune`: what each row of a tuning table does to the detections of a log.
//!
//! All variants of a rule (all rows, none, each row taken away) are rules of
//! one engine, so that a log is read once for many of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use yaral_compiler::Options;
use yaral_engine::{Detection, Engine, Status};
use yaral_harness::tune::{Book, Entry, Fact, Variant, tables_of};
use yaral_ir::plan::Plan;
use yaral_runtime::encode::severity_of;
use yaral_runtime::tables::TUNING;
use yaral_runtime::{
    Input, LoadedTables, Observer, Progress, Reject, RuleFile, Scan, ScanOptions, expand,
};

use super::rejects::Rejects;
use super::scan::scan_options;
use crate::args::TuneArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::progress::Bar;
use crate::render::layout::plural;
use crate::render::tune::{Report, write};
use crate::rules;
use crate::term::Term;
use crate::variants;

/// Rules of one engine: what is more is another reading of the logs.
const PLANS_A_READING: usize = 2_048;

/// Runs the variants and tells what the rows do.
pub(super) fn run(args: &TuneArgs, term: Term) -> Result<Exit, Error> {
    if args.inputs.iter().any(|word| word == "-") {
        let message = "tune reads its logs more than once; save them to a file";
        return Err(Error::usage(message));
    }
    let settings = scan_options(&args.input, &args.language.switches())?;
    let inputs = expand(&args.inputs).map_err(|e| Error::failed(e.to_string()))?;
    let mut words: Vec<&Path> = args.rules.iter().map(Path::new).collect();
    words.extend(args.language.lists.as_deref());
    words.extend(args.language.tables.as_deref());
    output::guard(&inputs, &words, None, args.input.rejects.as_deref())?;
    let subject = Subject::load(args, term)?;
    if subject.files.is_empty() {
        return Err(Error::Nothing(
            "none of the rules reads a tuning table (one with the columns owner, reason, expires)"
                .to_owned(),
        ));
    }
    let mut watch = Watch::new(args, term)?;
    let first = subject.variants();
    subject.read(&first, (&inputs, &settings), &mut watch)?;
    let again = watch.book.unexplained(&subject.entries, &subject.reads);
    let again: Vec<_> = again.into_iter().map(Variant::Only).collect();
    subject.read(&again, (&inputs, &settings), &mut watch)?;
    watch.close()?;
    let report = Report {
        tables: &subject.known,
        entries: &subject.entries,
        uses: watch.book.uses(&subject.entries, &subject.reads),
        all: watch.book.all(),
        rules: subject.reads.len(),
    };
    let mut out = output::stdout();
    write(args.format, &report, term, &mut *out)?;
    out.flush()?;
    Ok(if watch.rejects.unread > 0 {
        Exit::CouldNot
    } else if watch.read == 0 {
        Exit::Nothing
    } else if watch.book.cut > 0 {
        Exit::Partly
    } else {
        Exit::Done
    })
}

/// The rules that read tuning tables, and the rows of those.
struct Subject {
    files: Vec<RuleFile>,
    options: Options,
    known: LoadedTables,
    entries: Vec<Entry>,
    /// The tuning tables that each rule reads.
    reads: BTreeMap<String, BTreeSet<String>>,
}

impl Subject {
    fn load(args: &TuneArgs, term: Term) -> Result<Self, Error> {
        let files = variants::of_run(&args.rules, args.input.mapping.into(), term)?;
        let known = rules::tables(&args.language, &files, term)?;
        let options = rules::options_with(&args.language, &files, &known, term)?;
        let tuning: BTreeSet<&str> = known
            .tables
            .values()
            .filter(|table| TUNING.iter().all(|name| table.column(name).is_some()))
            .map(|table| table.name.as_str())
            .collect();
        let mut reads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut composites = 0;
        let mut kept = Vec::new();
        for file in files {
            let mut of_file = false;
            for plan in plans(&file, &options) {
                let mut tables = tables_of(&plan);
                tables.retain(|name| tuning.contains(name.as_str()));
                if tables.is_empty() {
                    continue;
                }
                if plan.is_composite() {
                    composites += 1;
                    continue;
                }
                of_file = true;
                reads.entry(plan.name).or_default().extend(tables);
            }
            if of_file {
                kept.push(file);
            }
        }
        if composites > 0 {
            let rules = plural(composites, "rule");
            term.warn(format_args!("{rules} over detections not looked at"));
        }
        let read: BTreeSet<&String> = reads.values().flatten().collect();
        let entries = known
            .tables
            .values()
            .filter(|table| read.contains(&table.name));
        let entries = entries
            .flat_map(|table| (0..table.rows.len()).map(|row| (table.name.clone(), row)))
            .collect();
        Ok(Subject {
            files: kept,
            options,
            known,
            entries,
            reads,
        })
    }

    /// The variants of the first reading.
    fn variants(&self) -> Vec<Variant> {
        let each = (0..self.entries.len()).map(Variant::Without);
        [Variant::All, Variant::None]
            .into_iter()
            .chain(each)
            .collect()
    }

    /// The rules as a variant has them; of a variant of one row those that
    /// read its table.
    fn plans(&self, variant: Variant) -> Vec<Plan> {
        let options = Options {
            tables: variant.tables(&self.options.tables, &self.entries),
            ..self.options.clone()
        };
        let table = match variant {
            Variant::All | Variant::None => None,
            Variant::Without(at) | Variant::Only(at) => self.entries.get(at).map(|entry| &entry.0),
        };
        let concerns = |name: &str| {
            let read = self.reads.get(name);
            read.is_some_and(|read| table.is_none_or(|table| read.contains(table)))
        };
        let named =
            |file: &&RuleFile| table.is_none_or(|table| file.text.contains(&format!("%{table}")));
        let files = self.files.iter().filter(named);
        files
            .flat_map(|file| plans(file, &options))
            .filter(|plan| !plan.is_composite() && concerns(&plan.name))
            .collect()
    }

    /// Runs variants, as many in one reading as fit.
    fn read(
        &self,
        variants: &[Variant],
        (inputs, settings): (&[Input], &ScanOptions),
        watch: &mut Watch,
    ) -> Result<(), Error> {
        let mut ready: Vec<Plan> = Vec::new();
        for (at, variant) in variants.iter().enumerate() {
            let plans = self.plans(*variant);
            watch.variants.extend(plans.iter().map(|_| *variant));
            ready.extend(plans);
            let last = at + 1 == variants.len();
            if !ready.is_empty() && (last || ready.len() >= PLANS_A_READING) {
                let engine = Engine::new(std::mem::take(&mut ready));
                let counts = Scan::new(engine, settings.clone()).run(inputs, watch);
                watch.bar.finish();
                watch.read = counts?.read;
                watch.variants.clear();
                watch.readings += 1;
            }
        }
        Ok(())
    }
}

/// The rules of a file that compile.
fn plans(file: &RuleFile, options: &Options) -> Vec<Plan> {
    let compiled = yaral_compiler::compile(&file.text, options);
    let rules = compiled.rules.into_iter();
    rules.filter_map(|rule| rule.plan).collect()
}

/// Hears the readings and writes down what each variant detects.
struct Watch {
    term: Term,
    book: Book,
    /// The variant of each rule of the engine that runs.
    variants: Vec<Variant>,
    rejects: Rejects,
    bar: Bar,
    read: u64,
    readings: u64,
}

impl Watch {
    fn new(args: &TuneArgs, term: Term) -> Result<Self, Error> {
        Ok(Watch {
            term,
            book: Book::default(),
            variants: Vec::new(),
            rejects: Rejects::open(args.input.rejects.as_deref())?,
            bar: Bar::new(term),
            read: 0,
            readings: 0,
        })
    }

    /// Tells what was not taken in.
    fn close(&mut self) -> Result<(), Error> {
        self.rejects.close(self.term)?;
        if self.book.cut > 0 {
            let cut = plural(self.book.cut, "detection");
            self.term.warn(format_args!(
                "{cut} beyond the room for them; what follows is not exact"
            ));
        }
        Ok(())
    }
}

impl Observer for Watch {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let rule = engine.rules().get(detection.rule);
        let variant = self.variants.get(detection.rule);
        if let (Some(rule), Some(variant), Status::Final) = (rule, variant, &detection.status) {
            let mut origins = detection
                .evidence
                .iter()
                .filter_map(|one| one.origin.as_ref());
            let place = origins.next();
            let place = place.map(|origin| format!("{}:{}", origin.file, origin.line));
            let fact = Fact {
                id: detection.id.clone(),
                rule: rule.name.clone(),
                place: place.unwrap_or_default(),
            };
            self.book.see(*variant, fact, &severity_of(detection, rule));
        }
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        // Every reading rejects the same.
        if self.readings > 0 {
            return Ok(());
        }
        self.rejects.see(file, reject)
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}
