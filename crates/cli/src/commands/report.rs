//! `yaral report`: detections in, one page out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use yaral_runtime::escape_terminal;

use crate::args::ReportArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::render::html;
use crate::render::layout::plural;
use crate::render::skipped::LISTED_MAX;
use crate::replace::replace;
use crate::report::Report;
use crate::term::Term;

/// Bytes of one line of detections.
const DETECTION_LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The line by which the document of `--format json` begins.
const DOCUMENT: &[u8] = b"{\"schema\":\"yaral/detections/v1\",\"detections\":[";

/// Reads the detections and writes the page.
pub(super) fn run(args: &ReportArgs, term: Term) -> Result<Exit, Error> {
    let mut read = Read {
        term,
        report: Report::default(),
        taken: 0,
        refused: 0,
    };
    let words: Vec<&Path> = args.inputs.iter().map(PathBuf::as_path).collect();
    output::guard(&[], &words, Some(&args.html), None)?;
    for path in &args.inputs {
        if path == Path::new("-") {
            read.all("standard input", io::stdin().lock())?;
        } else {
            let file = File::open(path);
            let file = file.with_context(|| format!("`{}` cannot be read", path.display()))?;
            read.all(&path.display().to_string(), BufReader::new(file))?;
        }
    }
    read.finish(&args.html)
}

/// The inputs as they are read.
struct Read {
    term: Term,
    report: Report,
    taken: u64,
    refused: u64,
}

impl Read {
    /// Reads an input line by line.
    fn all(&mut self, name: &str, mut input: impl BufRead) -> Result<(), Error> {
        let mut line = Vec::new();
        let mut number = 0_u64;
        // `--format json` is the same lines between brackets.
        let mut document = false;
        loop {
            line.clear();
            let taken = input.by_ref().take(DETECTION_LINE_BYTES_MAX);
            let size = { taken }.read_until(b'\n', &mut line);
            let size = size.with_context(|| format!("`{name}` cannot be read"))?;
            if size == 0 {
                return Ok(());
            }
            number += 1;
            if line.trim_ascii_end() == DOCUMENT {
                document = true;
            } else if document && line.starts_with(b"]") {
                document = false;
            } else if line.ends_with(b"\n") || line.len() as u64 != DETECTION_LINE_BYTES_MAX {
                let bare = line.trim_ascii_end();
                let bare = bare.strip_suffix(b",").filter(|_| document).unwrap_or(bare);
                self.one(name, number, bare);
            } else {
                self.refuse(name, number, "this line is longer than a detection can be");
                skip_line(&mut input).with_context(|| format!("`{name}` cannot be read"))?;
            }
        }
    }

    fn one(&mut self, name: &str, number: u64, line: &[u8]) {
        let Ok(text) = std::str::from_utf8(line) else {
            return self.refuse(name, number, "this line is not UTF-8");
        };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match self.report.line(text) {
            Ok(()) => self.taken += 1,
            Err(why) => self.refuse(name, number, &why),
        }
    }

    fn refuse(&mut self, name: &str, number: u64, why: &str) {
        self.refused += 1;
        if self.refused <= LISTED_MAX as u64 {
            let (name, why) = (escape_terminal(name), escape_terminal(why));
            self.term.warn(format_args!("{name}:{number}: {why}"));
        }
    }

    /// Writes the page, and says what it was made of.
    fn finish(self, path: &Path) -> Result<Exit, Error> {
        if self.refused > LISTED_MAX as u64 {
            let more = plural(self.refused - LISTED_MAX as u64, "more line");
            self.term
                .warn(format_args!("{more} that are no detections"));
        }
        if self.taken == 0 && self.refused > 0 {
            return Err(Error::failed("no line is a detection, so there is no page"));
        }
        write(&self.report, path, self.term)?;
        Ok(match (self.taken, self.refused) {
            (0, _) => Exit::Nothing,
            (_, 0) => Exit::Done,
            _ => Exit::Partly,
        })
    }
}

/// Writes the page and says so.
pub(super) fn write(report: &Report, path: &Path, term: Term) -> Result<(), Error> {
    let page = html::page(report);
    make(path)?;
    if path.is_file() {
        // Whoever has the old page open, or breaks this off, never sees half of one.
        let replaced = replace(path, &page);
        replaced.with_context(|| format!("`{}` cannot be written", path.display()))?;
        tell(report, path, term);
        return Ok(());
    }
    let mut out = output::open(Some(path))?;
    out.write_all(page.as_bytes())?;
    out.flush()?;
    if path != Path::new("-") {
        tell(report, path, term);
    }
    Ok(())
}

/// Makes the file if there is none, so that a wrong path is told before the work.
pub(super) fn make(path: &Path) -> Result<(), Error> {
    if path != Path::new("-") && !path.exists() {
        output::create(path)?;
    }
    Ok(())
}

fn tell(report: &Report, path: &Path, term: Term) {
    let of = plural(report.total(), "detection");
    let path = path.display().to_string();
    term.say(format_args!("{of} in {}", escape_terminal(&path)));
}

/// Passes over what is left of a line.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(());
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let size = end.map_or(bytes.len(), |end| end + 1);
        input.consume(size);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::Parser as _;

    #[test]
    fn detection_line_bytes_max_passes_over_one_line() {
        let cli = Cli::try_parse_from(["yaral", "--quiet", "version"]).unwrap();
        let mut read = Read {
            term: Term::detect(&cli.talk),
            report: Report::default(),
            taken: 0,
            refused: 0,
        };
        let good = r#"{"schema":"yaral/detection/v1","id":"a","rule":"r","detection_time":"2026-01-01T00:00:00Z"}"#;
        let size = usize::try_from(DETECTION_LINE_BYTES_MAX).unwrap();
        let input = format!("{}\n{good}\n", "x".repeat(size + 9));
        read.all("f", input.as_bytes()).unwrap();
        assert_eq!((read.taken, read.refused), (1, 1));
    }
}
