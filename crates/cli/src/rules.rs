//! Rules for a run: found, read, compiled.
//!
//! What is wrong with the way to the rules (a path, a list, a switch) is an
//! error; what is wrong with a rule is a diagnostic.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use yaral_compiler::{Compiled, Options};
use yaral_ir::lists::List;
use yaral_ir::semantics::Semantics;
use yaral_runtime::limits::RULE_BYTES_MAX;
use yaral_runtime::rules::RULE_ENDINGS;
use yaral_runtime::tables::{Dead, DeadRow, now};
use yaral_runtime::{
    LoadedRules, LoadedTables, RuleFile, RulesError, embedded_rules, escape_terminal, expand,
    load_lists, load_readable_rules, load_rules, load_tables,
};
use yaral_syntax::diagnostic::LineIndex;

use crate::args::LanguageArgs;
use crate::error::Error;
use crate::misnamed;
use crate::pack::PACK;
use crate::pack_tables;
use crate::render::layout::plural;
use crate::term::Term;

/// A rule file with what the compiler made of it.
#[derive(Debug)]
pub(crate) struct CheckedFile {
    /// The file's name, as the user's words lead to it.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
    /// Its rules and diagnostics.
    pub(crate) compiled: Compiled,
}

impl CheckedFile {
    /// Compiles a file.
    pub(crate) fn compile(file: RuleFile, options: &Options) -> Self {
        let compiled = yaral_compiler::compile(&file.text, options);
        CheckedFile {
            name: file.name,
            text: file.text,
            compiled,
        }
    }

    /// One line about a rule that was refused: its name and the first error.
    pub(crate) fn refusal(&self, rule: &str) -> String {
        let error = self.compiled.diagnostics.iter().find(|d| d.is_error());
        let why = error.map_or_else(String::new, |d| format!("  {}: {}", d.code, d.message));
        let rule = if rule.is_empty() {
            String::new()
        } else {
            format!("  {rule}")
        };
        format!("{}{rule}{why}", self.name)
    }
}

/// A file with its lines counted once for all its diagnostics.
#[derive(Debug)]
pub(crate) struct Sheet<'f> {
    /// The file.
    pub(crate) file: &'f CheckedFile,
    /// Its lines.
    pub(crate) lines: LineIndex<'f>,
}

impl<'f> Sheet<'f> {
    /// Counts the lines of a file.
    pub(crate) fn new(file: &'f CheckedFile) -> Self {
        Sheet {
            file,
            lines: LineIndex::new(&file.text),
        }
    }
}

/// The switches that `--semantics KEY=VALUE` sets.
pub(crate) fn semantics(pairs: &[String]) -> Result<Semantics, Error> {
    let mut semantics = Semantics::default();
    for pair in pairs {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| Error::usage(format!("`--semantics {pair}` is not KEY=VALUE")))?;
        semantics.set(key.trim(), value).map_err(Error::Usage)?;
    }
    Ok(semantics)
}

/// What the language flags mean: switches are set, lists and tables are read.
/// Those of the pack are there without being asked for; one of the same name
/// in the user's folder takes their place.
pub(crate) fn options(
    args: &LanguageArgs,
    files: &[RuleFile],
    term: Term,
) -> Result<Options, Error> {
    wanting(args, Some(files), term)
}

/// As [`options`], with all lists and tables of the pack: which rules there
/// will be is not known yet.
pub(crate) fn all_options(args: &LanguageArgs, term: Term) -> Result<Options, Error> {
    wanting(args, None, term)
}

/// What the rules of these files need; without files, what any might.
fn wanting(args: &LanguageArgs, files: Option<&[RuleFile]>, term: Term) -> Result<Options, Error> {
    let known = tables_wanted(args, files, term)?;
    options_of(args, files, &known, term)
}

/// As [`options`], with tables that are loaded.
pub(crate) fn options_with(
    args: &LanguageArgs,
    files: &[RuleFile],
    known: &LoadedTables,
    term: Term,
) -> Result<Options, Error> {
    options_of(args, Some(files), known, term)
}

fn options_of(
    args: &LanguageArgs,
    files: Option<&[RuleFile]>,
    known: &LoadedTables,
    term: Term,
) -> Result<Options, Error> {
    let mut lists = pack_tables::lists(|name| may_read(files, name));
    if let Some(folder) = &args.lists {
        lists.extend(lists_of(folder, files, term)?);
    }
    Ok(Options {
        strict: args.strict,
        semantics: semantics(&args.switches())?,
        lists,
        tables: known.tables.clone(),
        ..Options::default()
    })
}

/// Whether a text of these says `%name`; it may be that of a longer name.
fn may_read(files: Option<&[RuleFile]>, name: &str) -> bool {
    let name = format!("%{name}");
    files.is_none_or(|files| files.iter().any(|file| file.text.contains(&name)))
}

/// The reference lists of a folder.
fn lists_of(
    folder: &Path,
    files: Option<&[RuleFile]>,
    term: Term,
) -> Result<BTreeMap<String, Arc<List>>, Error> {
    let loaded = load_lists(folder).map_err(|e| Error::failed(e.to_string()))?;
    for problem in &loaded.problems {
        let (file, message) = (
            escape_terminal(&problem.file),
            escape_terminal(&problem.message),
        );
        term.warn(format_args!(
            "{file}:{}: {message}; the line is not used",
            problem.line
        ));
    }
    if term.verbose > 0 {
        for file in &loaded.ignored {
            term.say(format_args!("{}: not a list", escape_terminal(file)));
        }
    }
    if let Some(files) = files {
        let paths = loaded.files.iter().map(PathBuf::as_path);
        let named = paths.filter_map(|path| Some((path.file_stem()?.to_str()?, path)));
        let named = named.filter(|(name, _)| loaded.lists.contains_key(*name));
        misnamed::tell("list", named, files, term);
    }
    Ok(loaded.lists)
}

/// Problems of tables that are told one by one; a table of another kind than
/// its description says has one in each row.
const TABLE_PROBLEMS_MAX: usize = 20;

/// The data tables of which these rules speak, with all that is known of them.
pub(crate) fn tables(
    args: &LanguageArgs,
    files: &[RuleFile],
    term: Term,
) -> Result<LoadedTables, Error> {
    tables_wanted(args, Some(files), term)
}

/// The data tables: those of the pack, and in their place those of the folder.
/// What is wrong with them is told.
fn tables_wanted(
    args: &LanguageArgs,
    files: Option<&[RuleFile]>,
    term: Term,
) -> Result<LoadedTables, Error> {
    let at = args.as_of.unwrap_or_else(now);
    let mut known = pack_tables::tables(|name| may_read(files, name), at)?;
    if let Some(folder) = &args.tables {
        let loaded = load_tables(folder, at).map_err(|e| Error::failed(e.to_string()))?;
        for problem in loaded.problems.iter().take(TABLE_PROBLEMS_MAX) {
            let (file, message) = (
                escape_terminal(&problem.file),
                escape_terminal(&problem.message),
            );
            match problem.line {
                0 => term.warn(format_args!("{file}: {message}")),
                line => term.warn(format_args!("{file}:{line}: {message}; it is not used")),
            }
        }
        let more = loaded.problems.len().saturating_sub(TABLE_PROBLEMS_MAX);
        if more > 0 {
            term.warn(format_args!("and {more} more in the tables of this folder"));
        }
        if term.verbose > 0 {
            for file in &loaded.ignored {
                term.say(format_args!("{}: not a table", escape_terminal(file)));
            }
        }
        if let Some(files) = files {
            let places = loaded.places.iter();
            let named = places.map(|(name, places)| (name.as_str(), Path::new(&places.file)));
            misnamed::tell("table", named, files, term);
        }
        known.replace(loaded);
    }
    tell_dead(&known.dead, term);
    Ok(known)
}

/// Tells how many rows are not used since they are for another time, and with
/// `-v` which.
fn tell_dead(dead: &[DeadRow], term: Term) {
    let Some(first) = dead.first() else { return };
    let expired = dead.iter().filter(|row| row.why == Dead::Expired).count();
    let counts = [
        (Dead::Expired, expired),
        (Dead::NotYet, dead.len() - expired),
    ];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(why, count)| format!("{count} {}", why.words()))
        .collect();
    let rows = plural(dead.len() as u64, "row");
    let rows = format!("{rows} of tuning tables not used: {}", counts.join(", "));
    if term.verbose == 0 {
        let place = format!("{}:{}", escape_terminal(&first.file), first.line);
        term.warn(format_args!(
            "{rows}; first {place}; -v tells all, --as-of sets the day"
        ));
        return;
    }
    term.warn(rows);
    for row in dead {
        let file = escape_terminal(&row.file);
        term.say(format_args!("{file}:{}: {}", row.line, row.why.words()));
    }
}

/// The rule files that the words lead to; `-` is standard input.
pub(crate) fn load(words: &[String]) -> Result<Vec<RuleFile>, Error> {
    if words.iter().any(|word| word == "-") {
        if words.len() > 1 {
            return Err(Error::usage(
                "`-` reads rules from standard input and stands alone",
            ));
        }
        return Ok(vec![standard_input()?]);
    }
    load_rules(words).map_err(|error| unfound(words, &error))
}

/// As [`load`], but files that cannot be read do not keep the others away.
pub(crate) fn load_readable(words: &[String]) -> Result<LoadedRules, Error> {
    if words.iter().any(|word| word == "-") {
        return load(words).map(|files| LoadedRules {
            files,
            ..LoadedRules::default()
        });
    }
    load_readable_rules(words).map_err(|error| unfound(words, &error))
}

/// Nothing to work on, or a word that leads nowhere.
fn unfound(words: &[String], error: &RulesError) -> Error {
    if words.iter().any(|word| is_folder_without_rules(word)) {
        Error::Nothing(error.to_string())
    } else {
        Error::failed(error.to_string())
    }
}

/// Whether a word names a folder that can be read and holds no rule file.
pub(crate) fn is_folder_without_rules(word: &str) -> bool {
    if !Path::new(word).is_dir() {
        return false;
    }
    let is_rule = |name: &str| {
        let ending = Path::new(name)
            .extension()
            .and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| RULE_ENDINGS.contains(&ending))
    };
    match expand(&[word.to_owned()]) {
        Ok(files) => !files.iter().any(|file| is_rule(&file.name)),
        Err(_) => std::fs::read_dir(word).is_ok(),
    }
}

/// The rules that ship in the binary.
pub(crate) fn embedded() -> Vec<RuleFile> {
    embedded_rules(PACK)
}

fn standard_input() -> Result<RuleFile, Error> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(RULE_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .context("standard input cannot be read as text")?;
    if text.len() as u64 > RULE_BYTES_MAX {
        return Err(Error::failed(format!(
            "standard input holds more than {RULE_BYTES_MAX} bytes"
        )));
    }
    Ok(RuleFile {
        name: "-".to_owned(),
        text,
    })
}
