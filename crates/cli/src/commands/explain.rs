//! `yaral explain`: one rule and logs in, the reason out.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use yaral_engine::{Engine, Knowledge};
use yaral_ir::plan::Plan;
use yaral_runtime::{Asked, Input, Observer, Progress, Reject, Scan, ScanOptions};
use yaral_runtime::{LoadedEntities, RuleFile, escape_terminal, expand, load_entities};
use yaral_udm::Timestamp;

use super::knowledge;
use super::rejects::Rejects;
use super::scan::scan_options;
use crate::args::{ExplainArgs, ExplainFormat};
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::progress::Bar;
use crate::render::check::human_diagnostic;
use crate::render::layout::plural;
use crate::render::story;
use crate::rules::{self, CheckedFile, Sheet};
use crate::term::Term;

/// Explains a rule on logs.
pub(super) fn run(args: &ExplainArgs, term: Term) -> Result<Exit, Error> {
    let options = ScanOptions {
        evidence: false,
        ..scan_options(&args.read, &args.language.switches())?
    };
    if args.rule == "-" && args.input.iter().any(|word| word == "-") {
        let message = "standard input is the rule or a log, not both";
        return Err(Error::usage(message));
    }
    let plan = load(args, term)?;
    if plan.is_composite() {
        return Err(Error::usage(format!(
            "{} is a rule over detections, which are made by other rules in a scan; explain those one by one",
            plan.name
        )));
    }
    let inputs = expand(&args.input).map_err(|e| Error::failed(e.to_string()))?;
    let mut words = vec![Path::new(&args.rule)];
    words.extend(args.language.lists.as_deref());
    words.extend(args.language.tables.as_deref());
    let entities = expand(&args.entities).map_err(|e| Error::failed(e.to_string()))?;
    output::guard(&inputs, &words, None, args.read.rejects.as_deref())?;
    let known = known(&entities, &plan, options.redact, term);
    let knowledge = Knowledge {
        entities: known.entities,
        ..Knowledge::default()
    };
    let engine = Engine::with(vec![plan.clone()], Arc::new(knowledge));
    let mut scan = Scan::new(engine, options).showing(known.shelf);
    let focus = match &args.at {
        Some(at) => Some(find(&mut scan, &inputs, at)?),
        None => None,
    };
    let mut watch = Watch {
        term,
        rejects: Rejects::open(args.read.rejects.as_deref())?,
        bar: Bar::new(term),
    };
    let told = scan.explain(&inputs, &mut watch, (&plan, focus));
    watch.bar.finish();
    let (counts, story) = told?;
    watch.rejects.close(term)?;
    let mut out = output::stdout();
    let text = match args.format {
        ExplainFormat::Human => story::human(&story, (&plan, &counts), term.paint),
        ExplainFormat::Json => story::json(&story, (&plan, &counts)),
    };
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(if watch.rejects.unread > 0 {
        Exit::CouldNot
    } else if story.events == 0 {
        Exit::Nothing
    } else {
        Exit::Done
    })
}

/// The entities; records that hold none are told.
fn known(inputs: &[Input], plan: &Plan, redact: bool, term: Term) -> LoadedEntities {
    knowledge::tell_missing(inputs, std::slice::from_ref(plan), false, term);
    let loaded = load_entities(inputs, &plan.fields, redact);
    if loaded.rejected > 0 {
        let records = plural(loaded.rejected, "record");
        term.warn(format_args!("{records} of entity files rejected"));
    }
    loaded
}

/// The plan of the rule that was meant.
fn load(args: &ExplainArgs, term: Term) -> Result<Plan, Error> {
    let (files, name) = files(args)?;
    let options = rules::options(&args.language, &files, term)?;
    let mut names = Vec::new();
    let mut found: Option<(CheckedFile, usize)> = None;
    let mut several = false;
    for file in files {
        // Of the embedded rules only the one that is meant is worth compiling.
        if name.is_some_and(|name| !file.text.contains(name)) {
            continue;
        }
        let file = CheckedFile::compile(file, &options);
        let wanted = |rule: &str| name.is_none_or(|name| name == rule);
        let own = file
            .compiled
            .rules
            .iter()
            .position(|rule| wanted(&rule.name));
        let rules = file.compiled.rules.iter();
        names.extend(rules.clone().map(|rule| rule.name.clone()));
        several |= rules.filter(|rule| wanted(&rule.name)).count() > 1;
        match own {
            Some(at) if found.is_none() => found = Some((file, at)),
            Some(_) => several = true,
            // A file without a rule has something to say about why.
            None if file.compiled.rules.is_empty() => return refused(&file, term),
            None => {}
        }
    }
    if several && name.is_none() {
        let list = names.join(", ");
        let sentence = format!("there are several rules; name one with --rule: {list}");
        return Err(Error::usage(sentence));
    }
    let Some((mut file, at)) = found else {
        let list = names.join(", ");
        let name = name.unwrap_or_default();
        let sentence = format!("no rule is named `{name}`; there are: {list}");
        return Err(Error::usage(sentence));
    };
    let plan = (at < file.compiled.rules.len())
        .then(|| file.compiled.rules.swap_remove(at).plan)
        .flatten();
    match plan {
        Some(plan) => Ok(plan),
        None => refused(&file, term),
    }
}

/// The files that hold the rule, and its name where one was given.
fn files(args: &ExplainArgs) -> Result<(Vec<RuleFile>, Option<&str>), Error> {
    let word = &args.rule;
    let is_name = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name && !Path::new(word).exists() {
        let mut files = rules::embedded();
        let head = format!("rule {word} ");
        files.retain(|file| {
            file.text.contains(&head) || file.text.contains(&format!("rule {word}{{"))
        });
        if files.is_empty() {
            let sentence = format!("`{word}` is neither a file nor the name of an embedded rule");
            return Err(Error::failed(sentence));
        }
        return Ok((files, Some(word)));
    }
    Ok((
        rules::load(std::slice::from_ref(word))?,
        args.name.as_deref(),
    ))
}

/// Tells what is wrong with a rule.
fn refused<T>(file: &CheckedFile, term: Term) -> Result<T, Error> {
    let sheet = Sheet::new(file);
    for diagnostic in &file.compiled.diagnostics {
        term.say(human_diagnostic(&sheet, diagnostic, term.paint_talk));
    }
    Err(Error::failed("the rule does not compile"))
}

/// What `--at` names.
fn find(scan: &mut Scan, inputs: &[Input], at: &str) -> Result<yaral_engine::Focus, Error> {
    let asked = asked(inputs, at);
    let twice = !matches!(asked, Asked::Time(_));
    let stream = |input: &Input| matches!(input.source, yaral_runtime::input::Source::Stdin);
    if twice && inputs.iter().any(stream) {
        let sentence = "an event is looked for by reading the logs twice, which standard input \
                        cannot be; give a time";
        return Err(Error::usage(sentence));
    }
    let mut rejects = RejectsAt {
        asked: &asked,
        why: None,
    };
    let found = scan.find(inputs, &mut rejects, &asked)?;
    if let Some(focus) = found {
        return Ok(focus);
    }
    Err(Error::Nothing(match rejects.why {
        Some(why) => format!("the record at {at} is no event: {why}"),
        None => match asked {
            Asked::Line(..) => format!("no event has its record at {at}"),
            _ => format!("`{at}` is no time, no FILE:LINE of an input and no event's id"),
        },
    }))
}

fn asked(inputs: &[Input], at: &str) -> Asked {
    if let Some(time) = Timestamp::parse(at) {
        return Asked::Time(time);
    }
    if let Some((file, line)) = at.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        let names = || inputs.iter().map(|input| input.name.as_str());
        let below = |name: &&str| {
            let rest = name.strip_suffix(file);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let exact = names().find(|name| *name == file);
        if let Some(name) = exact.or_else(|| names().find(below)) {
            return Asked::Line(name.to_owned(), line);
        }
    }
    Asked::Id(at.to_owned())
}

/// Hears why the record that was asked about is no event.
struct RejectsAt<'a> {
    asked: &'a Asked,
    why: Option<String>,
}

impl Observer for RejectsAt<'_> {
    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        if let Asked::Line(name, line) = self.asked
            && name == file
            && *line == reject.line
        {
            self.why = Some(format!("{}: {}", reject.reason, reject.sentence));
        }
        Ok(())
    }
}

/// Hears what cannot be read.
struct Watch {
    term: Term,
    rejects: Rejects,
    bar: Bar,
}

impl Observer for Watch {
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
