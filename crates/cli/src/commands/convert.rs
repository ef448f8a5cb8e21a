//! `yaral convert`: rules in, the same in another platform's language out.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use yaral_runtime::RuleFile;
use yaral_translate::{Grade, Options, Outcome, Target, target};

use crate::args::ConvertArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::render::convert::{Converted, write};
use crate::rules::{self, CheckedFile};
use crate::term::Term;
use crate::{named, output};

/// Translates the rules and says what is lost.
pub(super) fn run(args: &ConvertArgs, term: Term) -> Result<Exit, Error> {
    let Some(target) = target(&args.to) else {
        return Err(Error::usage(format!("`{}` is no target", args.to)));
    };
    let files = find(&args.rules)?;
    let language = rules::options(&args.language, &files, term)?;
    let options = Options {
        from: args.from.clone(),
    };
    let mut converted = Vec::new();
    let mut refused_by_compiler = 0_usize;
    for file in files {
        let file = CheckedFile::compile(file, &language);
        for rule in &file.compiled.rules {
            let Some(plan) = &rule.plan else {
                term.warn(format_args!("refused: {}", file.refusal(&rule.name)));
                refused_by_compiler += 1;
                continue;
            };
            converted.push(Converted {
                rule: plan.name.clone(),
                file: file.name.clone(),
                outcome: (target.convert)(plan, &options),
            });
        }
    }
    if converted.is_empty() {
        return Err(Error::failed(
            "no rule compiles, so there is none to convert",
        ));
    }
    if let Some(folder) = &args.out {
        save(folder, target, &converted)?;
    }
    let mut out = output::stdout();
    write(args, target, &converted, term, &mut *out)?;
    out.flush()?;
    let refused = |one: &Converted| one.outcome.grade() == Grade::Impossible;
    Ok(if converted.iter().any(refused) {
        Exit::Findings
    } else if refused_by_compiler > 0 {
        Exit::Partly
    } else {
        Exit::Done
    })
}

/// The files that the words lead to, each once; the embedded ones without words.
fn find(words: &[String]) -> Result<Vec<RuleFile>, Error> {
    if words.is_empty() {
        return Ok(rules::embedded());
    }
    if let [word] = words {
        return named::find(word);
    }
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for word in words {
        if word == "-" {
            return Err(Error::usage(
                "`-` reads rules from standard input and stands alone",
            ));
        }
        let found = named::find(word)?;
        files.extend(
            found
                .into_iter()
                .filter(|file| seen.insert(file.name.clone())),
        );
    }
    Ok(files)
}

/// Writes a file for each rule that was converted.
fn save(folder: &Path, target: &Target, converted: &[Converted]) -> Result<(), Error> {
    fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    let mut names = BTreeSet::new();
    for one in converted {
        let Outcome::Converted { text, .. } = &one.outcome else {
            continue;
        };
        // Names of rules are identifiers, so they are names of files as well; two
        // rules of one name would overwrite each other.
        if !names.insert(one.rule.to_ascii_lowercase()) {
            return Err(Error::failed(format!(
                "two rules are called `{}`, and each would take the other's file",
                one.rule
            )));
        }
        let path = folder.join(format!("{}.{}", one.rule, target.extension));
        let mut file = output::create(&path)?;
        file.write_all(text.as_bytes())?;
        file.flush()?;
    }
    Ok(())
}
