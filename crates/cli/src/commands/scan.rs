//! `yaral scan`: rules and logs in, detections out.

mod entities;
mod export;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use yaral_engine::{Detection, Engine, Knowledge, Status};
use yaral_ir::plan::Plan;
use yaral_ir::tables::Table;
use yaral_normalize::{LogType, UnixConnect};
use yaral_runtime::encode::{EncodeOptions, Encoder, Format};
use yaral_runtime::{
    Exports, Input, Investigation, Investigator, Observer, Progress, Reject, Scan, ScanOptions,
    Summary,
};
use yaral_runtime::{escape_terminal, expand};

use super::knowledge;
use super::rejects::Rejects;
use super::report;
use crate::args::{InputArgs, ScanArgs, ScanFormat};
use crate::error::Error;
use crate::exit::Exit;
use crate::metrics;
use crate::output;
use crate::progress::Bar;
use crate::render::check::human_diagnostic;
use crate::render::layout::plural;
use crate::render::scan::{Blocks, Tallies, summary};
use crate::render::skipped::Skipped;
use crate::report::Report;
use crate::rules::{self, CheckedFile, Sheet};
use crate::term::Term;
use crate::variants;

/// Runs the rules over the logs.
pub(super) fn run(args: &ScanArgs, term: Term) -> Result<Exit, Error> {
    let format = match (args.format, &args.output) {
        (Some(format), _) => format,
        (None, None) if term.stdout_is_terminal => ScanFormat::Human,
        (None, _) => ScanFormat::Ndjson,
    };
    if args.early && format != ScanFormat::Ndjson {
        let message =
            "--early goes with --format ndjson: other formats know no provisional detections";
        return Err(Error::Usage(message.to_owned()));
    }
    let options = ScanOptions {
        lateness_s: args.lateness,
        early: args.early,
        ..scan_options(&args.input, &args.language.switches())?
    };
    let inputs = expand(&args.inputs).map_err(|e| Error::failed(e.to_string()))?;
    let entities = expand(&args.entities).map_err(|e| Error::failed(e.to_string()))?;
    export::guard(args)?;
    let loaded = load(args, term)?;
    let mut words: Vec<&Path> = args.rules.iter().map(Path::new).collect();
    words.extend(args.language.lists.as_deref());
    words.extend(args.language.tables.as_deref());
    words.extend(args.metrics.metrics.as_deref());
    let read: Vec<Input> = inputs.iter().chain(&entities).cloned().collect();
    output::guard(
        &read,
        &words,
        args.output.as_deref(),
        args.input.rejects.as_deref(),
    )?;
    if let Some(page) = args.html.as_deref() {
        guard_page(page, args, &read, &words)?;
    }
    let known = metrics::load(&args.metrics, &loaded.plans, term)?;
    let mut watch = Watch::new(args, format, term)?;
    watch.exports = Exports::new(&loaded.plans, &loaded.tables);
    export::crowded(&watch.exports, term);
    knowledge::tell_missing(&entities, &loaded.plans, args.rules.is_empty(), term);
    let beings = entities::load(&entities, &loaded.plans, options.redact, &mut watch)?;
    let knowledge = Arc::new(Knowledge {
        entities: beings.entities,
        metrics: known.clone().map(|known| known as _),
    });
    let engine = Engine::with(loaded.plans, knowledge);
    let mut scan = Scan::new(engine, options).showing(beings.shelf);
    if args.metrics.metrics_update {
        scan.count_metrics();
    }
    watch.encoder.begin(&mut *watch.out)?;
    let counts = scan.run(&inputs, &mut watch);
    watch.bar.finish();
    let counts = counts?;
    let rules = scan.engine().rules();
    watch.encoder.end(&counts, rules, &mut *watch.out)?;
    watch.close(&counts, rules, format, term)?;
    if let (Some(path), Some(page)) = (&args.html, &watch.page) {
        report::write(&page.report, path, term)?;
    }
    if let (Some(path), Some(known)) = (&args.metrics.metrics, &known) {
        metrics::save(path, known, &mut scan, term)?;
    }
    export::save(&watch.exports, args.export.as_deref(), term)?;
    Ok(watch.exit(args, &counts, loaded.refused))
}

/// Refuses a page that would destroy what is read or written beside it.
fn guard_page(page: &Path, args: &ScanArgs, read: &[Input], words: &[&Path]) -> Result<(), Error> {
    if page == Path::new("-") {
        return Err(Error::usage(
            "the page of --html goes to a file; standard output is for detections",
        ));
    }
    for other in [&args.output, &args.input.rejects].into_iter().flatten() {
        if other == page {
            let text = format!("`{}` cannot take the page as well", page.display());
            return Err(Error::usage(text));
        }
    }
    output::guard(read, words, Some(page), None)
}

/// The log type that `--log-type` names.
pub(super) fn log_type(named: Option<&str>) -> Result<Option<LogType>, Error> {
    named.map(str::parse).transpose().map_err(Error::Usage)
}

/// What the input flags mean.
pub(super) fn scan_options(args: &InputArgs, switches: &[String]) -> Result<ScanOptions, Error> {
    let log_type = log_type(args.log_type.as_deref())?;
    let opens = rules::semantics(switches)?.unix_connect_opens;
    Ok(ScanOptions {
        log_type,
        unix_connect: if opens {
            UnixConnect::FileOpen
        } else {
            UnixConnect::Connection
        },
        mapping: args.mapping.into(),
        redact: !args.no_redact,
        ..ScanOptions::default()
    })
}

/// Rules that are ready to run.
struct Loaded {
    plans: Vec<Plan>,
    /// The data tables that they were compiled with.
    tables: BTreeMap<String, Arc<Table>>,
    refused: u64,
}

/// Loads and compiles the rules, and tells which are refused.
fn load(args: &ScanArgs, term: Term) -> Result<Loaded, Error> {
    let files = variants::of_run(&args.rules, args.input.mapping.into(), term)?;
    if files.is_empty() {
        return Err(Error::Nothing(
            "there are no rules to run; name some with --rules".to_owned(),
        ));
    }
    let options = rules::options(&args.language, &files, term)?;
    let mut plans = Vec::new();
    let mut refused = Skipped::default();
    for file in files {
        let mut file = CheckedFile::compile(file, &options);
        tell(&file, term);
        if file.compiled.rules.is_empty() {
            refused.rule(&file.refusal(""));
        }
        for rule in std::mem::take(&mut file.compiled.rules) {
            match rule.plan {
                Some(plan) => plans.push(plan),
                None => refused.rule(&file.refusal(&rule.name)),
            }
        }
    }
    if refused.total() > 0 {
        let head = plural(refused.total(), "rule");
        term.warn(format_args!(
            "{head} refused\n{}",
            refused.list(", see yaral check")
        ));
    }
    let strict = args.language.strict && refused.total() > 0;
    if plans.is_empty() || strict {
        let why = if strict {
            "--strict refuses to run without them"
        } else {
            "no rule compiles"
        };
        return Err(Error::failed(why));
    }
    if let Some(rule) = plans.first()
        && plans.iter().all(Plan::is_composite)
    {
        term.warn(format_args!(
            "{} asks for detections and no rule here makes any; give those rules with -r too",
            rule.name
        ));
    }
    Ok(Loaded {
        plans,
        tables: options.tables,
        refused: refused.total(),
    })
}

/// With `-v`, everything that was found about a rule file.
fn tell(file: &CheckedFile, term: Term) {
    if term.verbose == 0 || file.compiled.diagnostics.is_empty() {
        return;
    }
    let sheet = Sheet::new(file);
    for diagnostic in &file.compiled.diagnostics {
        term.say(human_diagnostic(&sheet, diagnostic, term.paint_talk));
    }
}

/// Hears the scan and writes what it hears.
struct Watch {
    term: Term,
    encoder: Box<dyn Encoder>,
    out: Box<dyn Write>,
    rejects: Rejects,
    tallies: Tallies,
    bar: Bar,
    /// Records of entity files that could not be used.
    entities_rejected: u64,
    /// The tables that rules write into.
    exports: Exports,
    /// Whether each detection is shown as soon as it is found.
    live: bool,
    /// Says what is known around a detection.
    investigator: Investigator,
    /// What the page for people is made of.
    page: Option<Page>,
}

/// Detections for the page, as lines of ndjson, so that it is the page that
/// `yaral report` makes of them.
struct Page {
    encoder: Box<dyn Encoder>,
    line: Vec<u8>,
    report: Report,
}

impl Page {
    /// The page for this file, which is made before the work is done.
    fn open(path: Option<&Path>) -> Result<Option<Self>, Error> {
        let format = Format::find(ScanFormat::Ndjson.name());
        let (Some(path), Some(format)) = (path, format) else {
            return Ok(None);
        };
        report::make(path)?;
        Ok(Some(Page {
            encoder: (format.encoder)(EncodeOptions {
                why: true,
                ..EncodeOptions::default()
            }),
            line: Vec::new(),
            report: Report::default(),
        }))
    }

    fn see(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        around: &Investigation,
    ) -> io::Result<()> {
        self.line.clear();
        self.encoder
            .detection(detection, rule, around, &mut self.line)?;
        let line = String::from_utf8_lossy(&self.line);
        self.report.line(&line).map_err(io::Error::other)
    }
}

impl Watch {
    fn new(args: &ScanArgs, format: ScanFormat, term: Term) -> Result<Self, Error> {
        let paint = if args.output.is_some() {
            term.paint_file
        } else {
            term.paint
        };
        let encoder: Box<dyn Encoder> = match Format::find(format.name()) {
            Some(machine) => (machine.encoder)(EncodeOptions {
                why: args.explain,
                ..EncodeOptions::default()
            }),
            None => Box::new(Blocks::new(paint, args.explain, term.verbose > 0)),
        };
        Ok(Watch {
            term,
            encoder,
            out: output::open(args.output.as_deref())?,
            rejects: Rejects::open(args.input.rejects.as_deref())?,
            tallies: Tallies::default(),
            bar: Bar::new(term),
            entities_rejected: 0,
            exports: Exports::default(),
            live: args.output.is_none() && term.stdout_is_terminal,
            investigator: Investigator::default(),
            page: Page::open(args.html.as_deref())?,
        })
    }

    /// Writes what stands at the end, and empties every buffer.
    fn close(
        &mut self,
        counts: &Summary,
        rules: &[Plan],
        format: ScanFormat,
        term: Term,
    ) -> Result<(), Error> {
        let human = format == ScanFormat::Human;
        let paint = if human { term.paint } else { term.paint_talk };
        let text = summary(counts, rules, &self.tallies, paint);
        if human {
            self.out.write_all(text.as_bytes())?;
        }
        self.out.flush()?;
        self.rejects.close(term)?;
        if !human {
            term.say(text.trim_end());
        }
        Ok(())
    }
}

impl Watch {
    /// How the run ended; see [`Exit`] for the order.
    fn exit(&self, args: &ScanArgs, counts: &Summary, refused: u64) -> Exit {
        let nothing = counts.read == counts.rejected_total();
        let partial = counts.is_partial() || refused > 0 || self.entities_rejected > 0;
        if self.rejects.unread > 0
            || (nothing && self.rejects.unusable > 0)
            || (partial && !nothing && args.fail_on_partial)
        {
            Exit::CouldNot
        } else if args.fail_on_detection && counts.detections() > 0 {
            Exit::Findings
        } else if nothing {
            Exit::Nothing
        } else if partial {
            Exit::Partly
        } else {
            Exit::Done
        }
    }
}

impl Observer for Watch {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let Some(rule) = engine.rules().get(detection.rule) else {
            return Ok(());
        };
        if detection.status == Status::Final {
            self.tallies.see(detection, rule);
            self.exports.see(detection, rule);
        }
        let around = self.investigator.see(detection, rule);
        if let Some(page) = &mut self.page {
            page.see(detection, rule, &around)?;
        }
        let Watch {
            encoder,
            out,
            bar,
            live,
            ..
        } = self;
        if !*live {
            return encoder.detection(detection, rule, &around, &mut **out);
        }
        bar.aside(|| {
            encoder.detection(detection, rule, &around, &mut **out)?;
            out.flush()
        })
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        self.rejects.see(file, reject)
    }

    fn input(&mut self, file: &str, log_type: Option<&str>) {
        if self.term.verbose > 0 {
            let read = log_type.unwrap_or("no log type that is known");
            let (term, file) = (self.term, escape_terminal(file));
            self.bar.aside(|| term.say(format_args!("{file}: {read}")));
        }
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}
