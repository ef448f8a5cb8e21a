//! `yaral check --fix`: files after mending, written or shown.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use yaral_compiler::Options;
use yaral_compiler::mend::mend;
use yaral_runtime::{RuleFile, escape_terminal};
use yaral_syntax::diagnostic::{Applicability, Code};

use crate::args::CheckArgs;
use crate::error::Error;
use crate::render::diff;
use crate::render::layout::plural;
use crate::replace::{original, replace};
use crate::rules::CheckedFile;
use crate::term::Term;

/// Mends files and counts what it mended.
pub(super) struct Mender {
    upto: Applicability,
    /// Shows the difference instead of writing.
    show: bool,
    mended: BTreeMap<Code, u64>,
    files: u64,
    /// A file could not be written.
    pub(super) failed: bool,
}

impl Mender {
    /// A mender, if one was asked for.
    pub(super) fn new(args: &CheckArgs) -> Result<Option<Self>, Error> {
        if !args.fix && !args.diff {
            return if args.unsafe_fixes {
                Err(Error::usage(
                    "`--unsafe-fixes` goes with `--fix` or `--diff`",
                ))
            } else {
                Ok(None)
            };
        }
        if !args.diff && args.paths.iter().any(|path| path == "-") {
            let text = "`--fix` writes files; with `-` use `--diff`";
            return Err(Error::usage(text));
        }
        Ok(Some(Mender {
            upto: if args.unsafe_fixes {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            },
            show: args.diff,
            mended: BTreeMap::new(),
            files: 0,
            failed: false,
        }))
    }

    /// Mends a file and answers it as it is afterwards.
    pub(super) fn file(
        &mut self,
        file: RuleFile,
        options: &Options,
        out: &mut dyn Write,
        term: Term,
    ) -> Result<CheckedFile, Error> {
        let mended = mend(&file.text, options, self.upto);
        if mended.fixes.is_empty() {
            return Ok(CheckedFile {
                name: file.name,
                text: file.text,
                compiled: mended.compiled,
            });
        }
        if self.show {
            diff::write(out, &file.name, &file.text, &mended.text, term)?;
        } else if let Err(error) = write(&file, &mended.text) {
            self.failed = true;
            let name = escape_terminal(&file.name);
            term.fault(format_args!("{name}: cannot be written: {error}"));
            return Ok(CheckedFile::compile(file, options));
        }
        self.files += 1;
        for (code, title) in &mended.fixes {
            *self.mended.entry(*code).or_default() += 1;
            if term.verbose > 0 {
                let name = escape_terminal(&file.name);
                term.say(format_args!("{name}: {code}: {}", escape_terminal(title)));
            }
        }
        Ok(CheckedFile {
            name: file.name,
            text: mended.text,
            compiled: mended.compiled,
        })
    }

    /// `mended 3 findings in 2 files: 2 E0201, 1 E0205`.
    pub(super) fn sentence(&self) -> String {
        let word = if self.show { "would mend" } else { "mended" };
        let count = self.mended.values().sum();
        if count == 0 {
            return format!("{word} nothing");
        }
        let codes: Vec<_> = self
            .mended
            .iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        let (findings, files) = (plural(count, "finding"), plural(self.files, "file"));
        format!("{word} {findings} in {files}: {}", codes.join(", "))
    }
}

/// Writes the text, behind a byte order mark if there was one.
fn write(file: &RuleFile, text: &str) -> std::io::Result<()> {
    let mark = if original(file).starts_with('\u{feff}') {
        "\u{feff}"
    } else {
        ""
    };
    replace(Path::new(&file.name), &format!("{mark}{text}"))
}
