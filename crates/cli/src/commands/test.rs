//! `yaral test`: the tests beside rules, in; verdicts, out.

mod corpus;
mod files;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use yaral_compiler::Options;
use yaral_harness::doctor::Ways;
use yaral_harness::suite::{self, Fault, How, Report, World};
use yaral_ir::regex::Pattern;
use yaral_ir::tables::Table;
use yaral_runtime::expand;
use yaral_udm::Timestamp;

use crate::args::TestArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::render::test::{self as render, TestFile, Totals};
use crate::rules;
use crate::term::Term;

/// The ending of files with tests.
const TEST_ENDING: &str = ".test.yaml";

/// The ending of files that name large inputs.
const CORPUS_ENDING: &str = ".corpus.yaml";

/// Runs the tests.
pub(super) fn run(args: &TestArgs, term: Term) -> Result<Exit, Error> {
    let mut out = output::stdout();
    if args.schema {
        writeln!(out, "{:#}", suite::schema())?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    fit(args)?;
    let only = match &args.run {
        Some(text) => Some(pattern(text)?),
        None => None,
    };
    // Tables are those of the day that tests begin on: their rows die, and a
    // test must not come to fail by that.
    let mut language = args.language.clone();
    let as_of = *language.as_of.get_or_insert(suite::START);
    let options = rules::all_options(&language, term)?;
    let paths = expand(&args.paths).map_err(|e| Error::failed(e.to_string()))?;
    let names = paths.iter().map(|input| input.name.clone());
    let names: Vec<String> = names
        .filter(|name| name.ends_with(TEST_ENDING) || name.ends_with(CORPUS_ENDING))
        .collect();
    if names.is_empty() {
        let places = args.paths.join(", ");
        return Err(Error::Nothing(format!(
            "there are no tests below {places}; they are called NAME{TEST_ENDING}"
        )));
    }
    let setup = Setup {
        args,
        only,
        options,
        as_of,
        term,
    };
    if args.update {
        return setup.update(&names);
    }
    setup.report(&names, &mut *out)
}

/// Refuses switches that would say nothing, or something false.
fn fit(args: &TestArgs) -> Result<(), Error> {
    if args.mutate && args.run.is_some() {
        return Err(Error::usage(
            "`--run` does not go with `--mutate`: a mutant that a test left out would notice \
             is no survivor",
        ));
    }
    if args.junit.as_deref() == Some(Path::new("-")) {
        return Err(Error::usage(
            "`--junit` writes a file beside the report; for standard output take `--format junit`",
        ));
    }
    Ok(())
}

fn pattern(text: &str) -> Result<Pattern, Error> {
    Pattern::new(text, false).map_err(|error| Error::usage(format!("--run: {error}")))
}

struct Setup<'s> {
    args: &'s TestArgs,
    only: Option<Pattern>,
    options: Options,
    as_of: Timestamp,
    term: Term,
}

impl Setup<'_> {
    fn report(&self, names: &[String], out: &mut dyn std::io::Write) -> Result<Exit, Error> {
        let start = Instant::now();
        let mut format = render::report(self.args.format, self.term);
        let mut junit = match &self.args.junit {
            Some(path) => Some((render::junit(), output::create(path)?)),
            None => None,
        };
        let mut totals = Totals {
            threshold: self.args.threshold,
            ..Totals::default()
        };
        for name in names {
            let file = self.file(name);
            totals.add(&file);
            format.file(&file, out)?;
            if let Some((junit, out)) = &mut junit {
                junit.file(&file, out)?;
            }
            if self.args.fail_fast && file.fails() {
                break;
            }
        }
        totals.elapsed = start.elapsed();
        format.end(&totals, out)?;
        out.flush()?;
        if let Some((junit, out)) = &mut junit {
            junit.end(&totals, out)?;
            out.flush()?;
        }
        Ok(totals.exit())
    }

    /// Runs one file.
    fn file(&self, name: &str) -> TestFile {
        let start = Instant::now();
        let text = match fs::read_to_string(name) {
            Ok(text) => text,
            Err(error) => {
                let fault = Fault::Rule(format!("it cannot be read: {error}"));
                return TestFile::faulty(name, String::new(), fault);
            }
        };
        let all = |test: &str| self.chosen(test);
        let how = How {
            only: &all,
            orders: Some(self.args.shuffle),
            coverage: self.args.coverage,
            mutate: self.args.mutate,
            lowered: self.args.lowered,
        };
        let done: Result<Report, Fault> = if name.ends_with(CORPUS_ENDING) {
            corpus::run(&text, Path::new(name), &self.options, &all)
        } else {
            let here = self.world(name);
            suite::run(&text, &sibling(name), &here, how)
        };
        match done {
            Ok(report) => TestFile::done(name, text, report, start.elapsed()),
            Err(fault) => TestFile::faulty(name, text, fault),
        }
    }

    fn update(&self, names: &[String]) -> Result<Exit, Error> {
        let mut exit = Exit::Done;
        let mut written = 0_u64;
        let all = |test: &str| self.chosen(test);
        for name in names.iter().filter(|name| name.ends_with(TEST_ENDING)) {
            let text = fs::read_to_string(name)
                .map_err(|error| Error::failed(format!("`{name}` cannot be read: {error}")))?;
            match suite::update(&text, &sibling(name), &self.world(name), &all) {
                Ok(Some(text)) => {
                    crate::replace::replace(Path::new(name), &text).map_err(|error| {
                        Error::failed(format!("`{name}` cannot be written: {error}"))
                    })?;
                    written += 1;
                }
                Ok(None) => {}
                Err(fault) => {
                    let file = TestFile::faulty(name, text, fault);
                    self.term.fault(render::fault(&file, self.term.paint_talk));
                    exit = Exit::CouldNot;
                }
            }
        }
        self.term.say(format_args!(
            "{} written to",
            crate::render::layout::plural(written, "file")
        ));
        Ok(exit)
    }

    /// Whether a test is one of those that were asked for.
    fn chosen(&self, test: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.is_match(test))
    }

    fn world(&self, name: &str) -> files::Files<'_> {
        files::Files::beside(name, &self.options, self.as_of)
    }
}

/// The ways in which the tests beside a rule file feed its rules; nothing where
/// there are no tests, or none that can be run.
pub(crate) fn feeds_of(rule: &str, options: &Options) -> BTreeMap<String, Ways> {
    let path = Path::new(rule).with_extension(&TEST_ENDING[1..]);
    let name = path.to_string_lossy();
    let Ok(text) = fs::read_to_string(&path) else {
        return BTreeMap::new();
    };
    let here = files::Files::beside(&name, options, suite::START);
    suite::feeds(&text, &sibling(&name), &here).unwrap_or_default()
}

/// The rule file beside a test file, by the name of the latter.
fn sibling(name: &str) -> String {
    let own = Path::new(name).file_name().and_then(|name| name.to_str());
    let stem = own.unwrap_or_default().strip_suffix(TEST_ENDING);
    format!("{}.yaral", stem.unwrap_or_default())
}

impl World for files::Files<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        files::Files::read(self, path)
    }

    fn table(&self, name: &str, path: &str) -> Result<Table, String> {
        files::Files::table(self, name, path)
    }

    fn options(&self) -> &Options {
        self.options
    }
}
