//! `yaral normalize`: raw logs in, UDM events out.
//!
//! Reading and recognising are as in a scan, but every record is built in
//! full and no rule takes part.

use std::collections::BTreeMap;
use std::io::{self, Write};

use yaral_normalize::{LogType, Normalizer, Record, Setup, Sink, normalizer, recognise};
use yaral_runtime::input::{Frame, Frames, OpenError, Piece, open};
use yaral_runtime::limits::{SAMPLE_BYTES_MAX, SAMPLE_FRAMES_MAX};
use yaral_runtime::scan::reason;
use yaral_runtime::{Input, Reject, escape_terminal, expand};
use yaral_udm::{Event, write_event};

use super::rejects::Rejects;
use crate::args::{NormalizeArgs, NormalizeFormat};
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::render::event;
use crate::term::Term;

/// Normalizes the logs.
pub(super) fn run(args: &NormalizeArgs, term: Term) -> Result<Exit, Error> {
    if args.list {
        return list();
    }
    let switches = [args.semantics_base.as_slice(), &args.semantics].concat();
    let options = super::scan::scan_options(&args.input, &switches)?;
    let setup = Setup {
        mapping: options.mapping,
        unix_connect: options.unix_connect,
        redact: options.redact,
        ..Setup::default()
    };
    let inputs = expand(&args.inputs).map_err(|e| Error::failed(e.to_string()))?;
    output::guard(&inputs, &[], None, args.input.rejects.as_deref())?;
    let mut pour = Pour::new(args, &inputs)?;
    pour.begin()?;
    let mut reading = Reading {
        log_type: options.log_type,
        setup,
        normalizers: BTreeMap::new(),
    };
    for (index, input) in inputs.iter().enumerate() {
        pour.current = index;
        pour.input(input, &mut reading, term);
        if let Some(error) = pour.failed.take() {
            return Err(error.into());
        }
    }
    for normalizer in reading.normalizers.values_mut() {
        normalizer.finish(&mut pour);
    }
    pour.end(term, args)
}

/// Prints the log types.
fn list() -> Result<Exit, Error> {
    let mut out = output::stdout();
    for log_type in LogType::all() {
        writeln!(out, "{:<18} {}", log_type.name(), log_type.doc())?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// How inputs are read. A normalizer lives as long as the run, so that a
/// request whose stages lie in two files is one event.
struct Reading {
    log_type: Option<LogType>,
    setup: Setup,
    normalizers: BTreeMap<LogType, Box<dyn Normalizer>>,
}

/// Frames at the start of an input, held until its log type is known.
#[derive(Default)]
struct Sample {
    frames: Vec<(u64, Vec<u8>)>,
    bytes: usize,
}

impl Sample {
    fn is_full(&self) -> bool {
        self.frames.len() >= SAMPLE_FRAMES_MAX || self.bytes >= SAMPLE_BYTES_MAX
    }

    fn log_type(&self) -> Option<LogType> {
        let frames: Vec<&[u8]> = self
            .frames
            .iter()
            .map(|(_, bytes)| bytes.as_slice())
            .collect();
        recognise(&frames)
    }
}

/// Writes events and rejects as they come.
struct Pour<'i> {
    inputs: &'i [Input],
    current: usize,
    format: NormalizeFormat,
    redact: bool,
    out: Box<dyn Write>,
    rejects: Rejects,
    event: Event,
    line: String,
    events: u64,
    unread: u64,
    /// The first error of an output; from then on nothing is done.
    failed: Option<io::Error>,
}

impl<'i> Pour<'i> {
    fn new(args: &NormalizeArgs, inputs: &'i [Input]) -> Result<Self, Error> {
        Ok(Pour {
            inputs,
            current: 0,
            format: args.format,
            redact: !args.input.no_redact,
            out: output::stdout(),
            rejects: Rejects::open(args.input.rejects.as_deref())?,
            event: Event::default(),
            line: String::new(),
            events: 0,
            unread: 0,
            failed: None,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.format == NormalizeFormat::Json {
            self.out.write_all(b"[")
        } else {
            Ok(())
        }
    }

    fn end(mut self, term: Term, args: &NormalizeArgs) -> Result<Exit, Error> {
        if let Some(error) = self.failed.take() {
            return Err(error.into());
        }
        if self.format == NormalizeFormat::Json {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.flush()?;
        self.rejects.close(term)?;
        let rejected = self.rejects.total();
        Ok(match (self.events, rejected) {
            _ if self.unread > 0 => Exit::CouldNot,
            (0, _) => Exit::Nothing,
            (_, 0) => Exit::Done,
            _ => Exit::partly(args.fail_on_partial),
        })
    }

    /// Reads one input; what cannot be used is rejected.
    fn input(&mut self, input: &Input, reading: &mut Reading, term: Term) {
        let opened = match open(input) {
            Ok(opened) => opened,
            // A link to what has ended keeps nothing else from being read.
            Err(error @ OpenError::LinkToNowhere) => {
                return self.unusable(reason::LINK_TO_NOWHERE, 0, &error.to_string());
            }
            Err(error) => return self.unreadable(reason::NOT_OPENED, 0, &error.to_string()),
        };
        let mut frames = Frames::new(opened.reader);
        let mut sample = Sample::default();
        let mut end = None;
        while end.is_none() && reading.log_type.is_none() && !sample.is_full() {
            match frames.next_piece() {
                Ok(Some(Piece::Frame(frame))) => {
                    sample.bytes += frame.bytes.len();
                    sample.frames.push((frame.line, frame.bytes.to_vec()));
                }
                Ok(Some(piece)) => self.piece(piece, None),
                Ok(None) => end = Some(Ok(())),
                Err(error) => end = Some(Err(error)),
            }
        }
        let log_type = reading.log_type.or_else(|| sample.log_type());
        if term.verbose > 0 {
            let read = log_type.map_or("no log type that is known", LogType::name);
            term.say(format_args!("{}: {read}", escape_terminal(&input.name)));
        }
        let Reading {
            setup, normalizers, ..
        } = reading;
        let mut normalizer = log_type.map(|of| {
            normalizers
                .entry(of)
                .or_insert_with(|| normalizer(of, setup))
                .as_mut()
        });
        if let Some(normalizer) = &mut normalizer {
            normalizer.begin(u32::try_from(self.current + 1).unwrap_or(0));
        }
        for (line, bytes) in &sample.frames {
            let frame = Frame { bytes, line: *line };
            self.piece(Piece::Frame(frame), normalizer.as_deref_mut());
        }
        while end.is_none() && self.failed.is_none() {
            match frames.next_piece() {
                Ok(Some(piece)) => self.piece(piece, normalizer.as_deref_mut()),
                Ok(None) => end = Some(Ok(())),
                Err(error) => end = Some(Err(error)),
            }
        }
        if let Some(Err(error)) = end {
            self.unreadable(reason::READ_FAILED, frames.lines() + 1, &error.to_string());
        }
    }

    fn piece(&mut self, piece: Piece<'_>, normalizer: Option<&mut (dyn Normalizer + 'static)>) {
        let (line, reason, sentence, bytes) = match (piece, normalizer) {
            (Piece::Frame(frame), Some(normalizer)) => {
                return normalizer.feed(frame.bytes, frame.line, self);
            }
            (Piece::Frame(frame), None) => {
                let sentence =
                    "the log type of the input was not recognised; name it with --log-type";
                (
                    frame.line,
                    reason::NOT_RECOGNISED,
                    sentence.to_owned(),
                    frame.bytes.to_vec(),
                )
            }
            (Piece::Broken(broken), _) => (
                broken.line,
                broken.reason,
                broken.sentence(),
                broken.excerpt,
            ),
        };
        // Without a log type nobody knows where secrets stand, so nothing is shown.
        let shown = if self.redact {
            &[][..]
        } else {
            &bytes[..bytes.len().min(160)]
        };
        let excerpt = String::from_utf8_lossy(shown).into_owned();
        self.reject_at(
            self.current,
            &Reject {
                line,
                item: 0,
                reason,
                sentence,
                excerpt,
            },
        );
    }

    fn unreadable(&mut self, reason: &'static str, line: u64, sentence: &str) {
        self.unread += 1;
        self.unusable(reason, line, sentence);
    }

    fn unusable(&mut self, reason: &'static str, line: u64, sentence: &str) {
        let sentence = sentence.to_owned();
        self.reject_at(
            self.current,
            &Reject {
                line,
                item: 0,
                reason,
                sentence,
                excerpt: String::new(),
            },
        );
    }

    fn reject_at(&mut self, index: usize, reject: &Reject) {
        let file = self
            .inputs
            .get(index)
            .map_or("", |input| input.name.as_str());
        if let Err(error) = self.rejects.see(file, reject) {
            self.failed.get_or_insert(error);
        }
    }

    fn write(&mut self) -> io::Result<()> {
        self.line.clear();
        write_event(&self.event, &mut self.line);
        self.events += 1;
        match self.format {
            NormalizeFormat::Ndjson => writeln!(self.out, "{}", self.line),
            NormalizeFormat::Json => {
                let comma = if self.events > 1 { "," } else { "" };
                write!(self.out, "{comma}\n{}", self.line)
            }
            NormalizeFormat::Human => Ok(()),
        }
    }
}

impl Sink for Pour<'_> {
    fn event(&mut self, record: &dyn Record) {
        if self.failed.is_some() {
            return;
        }
        record.build_full(&mut self.event);
        let mut written = self.write();
        if written.is_ok() && self.format == NormalizeFormat::Human {
            let at = record.position();
            let index = (at.source as usize).saturating_sub(1);
            let file = self
                .inputs
                .get(index)
                .map_or("", |input| input.name.as_str());
            let item = if at.item > 0 {
                format!(" item {}", at.item)
            } else {
                String::new()
            };
            written = writeln!(self.out, "{}:{}{item}", escape_terminal(file), at.line)
                .and_then(|()| event::fields(&self.event, &mut *self.out))
                .and_then(|()| writeln!(self.out));
        }
        self.failed = written.err();
    }

    fn reject(&mut self, reject: yaral_normalize::Reject) {
        let mut sentence = reject.reason.sentence().trim_end_matches('.').to_owned();
        if !reject.detail.is_empty() {
            sentence = format!("{sentence}: {}", reject.detail);
        }
        let index = (reject.position.source as usize).saturating_sub(1);
        self.reject_at(
            index,
            &Reject {
                line: reject.position.line,
                item: reject.position.item,
                reason: reject.reason.code(),
                sentence,
                excerpt: reject.excerpt,
            },
        );
    }
}
