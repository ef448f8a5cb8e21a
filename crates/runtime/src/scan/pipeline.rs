//! The scan itself: inputs to frames to events to detections.
//!
//! One normalizer for each log type lives as long as the run, so that a
//! request whose stages lie in two files of a rotated log is one event. The
//! order of everything that is reported depends on the inputs alone.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use yaral_engine::metrics::{MetricCollector, MetricStore};
use yaral_engine::{Context, Detection, Engine, Evidence, Origin, Status, record};
use yaral_ir::plan::Plan;
use yaral_normalize::{LogType, Mapping, Normalizer, Record, Setup, Sink, UnixConnect};
use yaral_udm::{Event, FieldId, FieldPath, FieldSet, Needs, Root, Timestamp};

use super::clean;
use super::evidence::Kept;
use super::observer::{Observer, Progress, Reject};
use super::populated::{FieldUse, Populated};
use super::sample::Sample;
use super::story::Task;
use super::summary::{Summary, peak_rss_bytes};
use super::unread;
use crate::encode::severity_of;
use crate::entities::Shelf;
use crate::input::{Broken, Frame, Frames, Input, Piece, Source, open};

/// How a scan reads its inputs.
#[derive(Clone, Debug)]
pub struct ScanOptions {
    /// The log type of all inputs; `None` recognises each by its content.
    pub log_type: Option<LogType>,
    /// The shape of the UDM events.
    pub mapping: Mapping,
    /// What a connection to a socket file is.
    pub unix_connect: UnixConnect,
    /// Whether secrets are cut out of evidence and excerpts.
    pub redact: bool,
    /// Whether the full event is attached to the evidence of a detection.
    pub evidence: bool,
    /// How far behind the newest event another may still come, in seconds of
    /// event time; windows are decided, and forgotten, that much later.
    /// `None` decides them at the end of the input, in whatever order it came.
    pub lateness_s: Option<i64>,
    /// Whether detections are handed out by the event that completes them, as
    /// provisional ones, before they are handed out for good.
    pub early: bool,
}

impl Default for ScanOptions {
    /// Recognises log types, default mapping, redaction on, evidence attached,
    /// windows decided at the end of the input.
    fn default() -> Self {
        ScanOptions {
            log_type: None,
            mapping: Mapping::Default,
            unix_connect: UnixConnect::Connection,
            redact: true,
            evidence: true,
            lateness_s: None,
            early: false,
        }
    }
}

/// Rules and options, ready to run over inputs.
#[derive(Debug)]
pub struct Scan {
    engine: Engine,
    options: ScanOptions,
    collector: Option<MetricCollector>,
    /// The rules' fields, if it is asked which of them the events have.
    populated: Option<Populated>,
    /// Whether the observer is shown each event.
    shown: bool,
    /// The whole of the entities that the engine knows.
    shelf: Shelf,
}

impl Scan {
    /// A scan with these rules.
    #[must_use]
    pub fn new(engine: Engine, options: ScanOptions) -> Self {
        Scan {
            engine,
            options,
            collector: None,
            populated: None,
            shown: false,
            shelf: Shelf::default(),
        }
    }

    /// The same scan, which can show the entities that its engine knows.
    #[must_use]
    pub fn showing(self, entities: Shelf) -> Self {
        Scan {
            shelf: entities,
            ..self
        }
    }

    /// The whole of the entities that the engine knows.
    pub(super) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// From now on counts the events that the rules' metrics ask about.
    pub fn count_metrics(&mut self) {
        self.collector = Some(MetricCollector::new(self.engine.rules()));
    }

    /// What was counted since [`Scan::count_metrics`].
    pub fn metrics(&mut self) -> Option<MetricStore> {
        self.collector.take().map(MetricCollector::finish)
    }

    /// From now on looks which of the rules' fields the events have. Events that
    /// can match no rule are then built as well, since they may have a field.
    pub fn look_for_fields(&mut self) {
        self.populated = Some(Populated::new(&self.engine.projection()));
    }

    /// What was seen since [`Scan::look_for_fields`], by the names of the fields.
    pub fn fields(&mut self) -> Option<Vec<FieldUse>> {
        self.populated.take().map(Populated::finish)
    }

    /// From now on shows the observer each event, with all of its fields.
    pub fn show_events(&mut self) {
        self.shown = true;
    }

    /// The engine, for the rules and for explanations.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether secrets are cut out of what is shown.
    pub(super) fn redacts(&self) -> bool {
        self.options.redact
    }

    /// Reads all inputs in their order and tells the observer what happens.
    /// Inputs and records that cannot be used are rejects, not errors.
    ///
    /// # Errors
    /// Only those of the observer; the first one ends the run.
    pub fn run(&mut self, inputs: &[Input], observer: &mut dyn Observer) -> io::Result<Summary> {
        self.run_task(inputs, observer, Task::Detect)
            .map(|(summary, _)| summary)
    }

    /// As [`Scan::run`], with another task for the events; with the events that
    /// were kept for it.
    pub(super) fn run_task(
        &mut self,
        inputs: &[Input],
        observer: &mut dyn Observer,
        task: Task<'_>,
    ) -> io::Result<(Summary, Kept)> {
        let mut setup = Setup {
            mapping: self.options.mapping,
            unix_connect: self.options.unix_connect,
            redact: self.options.redact,
            want: self.engine.projection(),
            needs: match task {
                Task::Detect if self.populated.is_none() && !self.shown => self.engine.needs(),
                // Events that cannot match are what other tasks want to see.
                _ => Needs::default(),
            },
        };
        if self.shown {
            setup.want = FieldSet::all();
        }
        if let Some(collector) = &self.collector {
            setup.want.union(&collector.projection());
            setup.needs.rules.extend(collector.needs());
        }
        let started = Instant::now();
        let end = self.end_of_input(inputs);
        let before = self.engine.stats();
        let rules = self.engine.rules().len();
        let over_detections = OverDetections::of(self.engine.rules());
        let mut run = Run {
            normalizers: BTreeMap::new(),
            setup,
            log_type: self.options.log_type,
            taken: 0,
            bytes_total: inputs.iter().map(Input::size).sum(),
            core: Core {
                engine: &mut self.engine,
                task,
                collector: self.collector.as_mut(),
                populated: self.populated.as_mut(),
                shown: self.shown,
                observer,
                inputs,
                options: &self.options,
                shelf: &self.shelf,
                over_detections,
                kept: Kept::default(),
                watermark: None,
                summary: Summary {
                    per_rule: vec![0; rules],
                    ..Summary::default()
                },
                event: Event::default(),
                found: Vec::new(),
                newest: None,
                second: None,
                end,
                failed: None,
            },
        };
        run.all()?;
        let (mut summary, kept) = run.finish()?;
        let stats = self.engine.stats();
        summary.evaluations = stats.evaluations - before.evaluations;
        summary.rows_cut = stats.rows_cut - before.rows_cut;
        summary.joins_cut = stats.joins_cut - before.joins_cut;
        summary.late = stats.late - before.late;
        summary.refused = stats.refused - before.refused;
        summary.elapsed = started.elapsed();
        summary.peak_rss_bytes = peak_rss_bytes();
        Ok((summary, kept))
    }

    /// The newest event time of all inputs, if a rule reads the run time. They
    /// are read once more for it; standard input and pipes cannot be.
    fn end_of_input(&self, inputs: &[Input]) -> Option<Timestamp> {
        let again = |input: &Input| match &input.source {
            // What is not there is told once, by the reading that counts.
            Source::File(path) => std::fs::metadata(path).map_or(true, |meta| meta.is_file()),
            Source::Bytes(_) | Source::LeftOut => true,
            Source::Stdin => false,
        };
        if !self.engine.reads_run_time() || !inputs.iter().all(again) {
            return None;
        }
        let options = ScanOptions {
            evidence: false,
            ..self.options.clone()
        };
        let summary = Scan::new(Engine::new(Vec::new()), options)
            .run(inputs, &mut ())
            .ok()?;
        summary.times.map(|times| times.last)
    }
}

/// A run in progress.
struct Run<'r> {
    normalizers: BTreeMap<LogType, Box<dyn Normalizer>>,
    setup: Setup,
    log_type: Option<LogType>,
    /// Bytes of the inputs that are done, before decompression.
    taken: u64,
    bytes_total: Option<u64>,
    core: Core<'r>,
}

/// The part of a run behind the normalizers.
struct Core<'r> {
    engine: &'r mut Engine,
    task: Task<'r>,
    collector: Option<&'r mut MetricCollector>,
    populated: Option<&'r mut Populated>,
    shown: bool,
    observer: &'r mut dyn Observer,
    inputs: &'r [Input],
    options: &'r ScanOptions,
    /// The entities that detections may name.
    shelf: &'r Shelf,
    over_detections: OverDetections,
    /// Events and detections that later detections may name.
    kept: Kept,
    /// How far the engine was told that nothing earlier comes.
    watermark: Option<i64>,
    summary: Summary,
    event: Event,
    found: Vec<Detection>,
    newest: Option<Timestamp>,
    /// The newest time but one, for the watermark.
    second: Option<Timestamp>,
    /// The end of the input, where a rule asks for it and it can be known.
    end: Option<Timestamp>,
    /// The observer's first error; from then on nothing is done.
    failed: Option<io::Error>,
}

/// What rules over detections ask for.
#[derive(Clone, Copy)]
struct OverDetections {
    /// Whether there are such rules, so that detections are kept.
    any: bool,
    /// Whether they read the events that a detection refers to, so that these
    /// are kept whole even if evidence is not asked for.
    recall: bool,
}

impl OverDetections {
    fn of(rules: &[Plan]) -> Self {
        let elements = FieldId::COLLECTION_COLLECTION_ELEMENTS;
        let elements = FieldPath::from_steps(Root::Detection, [elements]);
        OverDetections {
            any: rules.iter().any(Plan::is_composite),
            recall: rules.iter().any(|rule| rule.fields.contains(&elements)),
        }
    }
}

type Reader = Box<dyn io::Read + Send>;

impl Run<'_> {
    fn all(&mut self) -> io::Result<()> {
        for (index, input) in self.core.inputs.iter().enumerate() {
            if matches!(input.source, Source::LeftOut) {
                self.core.summary.left_out.push(input.name.clone());
                continue;
            }
            self.core.summary.inputs += 1;
            match open(input) {
                Ok(opened) => {
                    let mut frames = Frames::new(opened.reader);
                    if let Err(error) = self.input(index, &mut frames, &opened.taken) {
                        let reject = unread::damaged(&error, &frames, opened.compression);
                        self.core.reject(index, &reject);
                    }
                    self.core.summary.lines += frames.lines();
                    self.core.summary.blank += frames.blank();
                    self.taken += opened.taken.load(Ordering::Relaxed);
                }
                Err(error) => self.core.reject(index, &unread::unopened(&error)),
            }
            self.progress(0);
            if let Some(error) = self.core.failed.take() {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Reads one input. An error is the reader's.
    fn input(
        &mut self,
        index: usize,
        frames: &mut Frames<Reader>,
        taken: &Arc<AtomicU64>,
    ) -> io::Result<()> {
        let (log_type, sample, end) = if let Some(log_type) = self.log_type {
            (Some(log_type), Sample::default(), Ok(()))
        } else {
            let mut sample = Sample::default();
            let end = sample.take(frames, |broken| self.core.broken(index, &broken));
            (sample.log_type(), sample, end)
        };
        let nothing = log_type.is_none() && sample.is_empty();
        if !nothing {
            let input = &self.core.inputs[index];
            self.core
                .observer
                .input(&input.name, log_type.map(LogType::name));
        }
        let Some(log_type) = log_type else {
            self.core.summary.unrecognised += u64::from(!nothing);
            sample
                .frames()
                .for_each(|frame| self.core.not_recognised(index, frame));
            end?;
            return self.stream(frames, taken, |core, piece| match piece {
                Piece::Frame(frame) => core.not_recognised(index, frame),
                Piece::Broken(broken) => core.broken(index, &broken),
            });
        };
        *self
            .core
            .summary
            .log_types
            .entry(log_type.name().to_owned())
            .or_default() += 1;
        let mut normalizer = match self.normalizers.remove(&log_type) {
            Some(normalizer) => normalizer,
            None => yaral_normalize::normalizer(log_type, &self.setup),
        };
        normalizer.begin(source_number(index));
        for frame in sample.frames() {
            normalizer.feed(
                frame.bytes,
                frame.line,
                &mut Typed {
                    core: &mut self.core,
                    log_type,
                },
            );
        }
        let end = end.and_then(|()| {
            self.stream(frames, taken, |core, piece| match piece {
                Piece::Frame(frame) => {
                    normalizer.feed(frame.bytes, frame.line, &mut Typed { core, log_type });
                }
                Piece::Broken(broken) => core.broken(index, &broken),
            })
        });
        self.normalizers.insert(log_type, normalizer);
        end
    }

    /// Hands out what remains of an input, with progress at each new block.
    fn stream(
        &mut self,
        frames: &mut Frames<Reader>,
        taken: &Arc<AtomicU64>,
        mut each: impl FnMut(&mut Core<'_>, Piece<'_>),
    ) -> io::Result<()> {
        let mut blocks = 0;
        loop {
            if frames.blocks() != blocks {
                blocks = frames.blocks();
                self.progress(taken.load(Ordering::Relaxed));
            }
            let Some(piece) = frames.next_piece()? else {
                return Ok(());
            };
            each(&mut self.core, piece);
            if self.core.failed.is_some() {
                return Ok(());
            }
        }
    }

    fn progress(&mut self, taken: u64) {
        let core = &mut self.core;
        core.summary.bytes_read = self.taken + taken;
        core.observer.progress(&Progress {
            bytes_read: core.summary.bytes_read,
            bytes_total: self.bytes_total,
            events: core.summary.normalized,
            detections: core.summary.detections(),
        });
    }

    /// Lets the normalizers hand out what they hold, and adds up their counts.
    fn finish(mut self) -> io::Result<(Summary, Kept)> {
        for (&log_type, normalizer) in &mut self.normalizers {
            normalizer.finish(&mut Typed {
                core: &mut self.core,
                log_type,
            });
            let counts = normalizer.counts();
            let summary = &mut self.core.summary;
            summary.read += counts.records;
            summary.passed_over += counts.passed_over;
            summary.duplicates += counts.duplicates;
            summary.ignored += counts.ignored;
            summary.evicted_ids += counts.evicted_ids;
            summary.reused_ids += counts.reused_ids;
            summary.mismatched += counts.mismatched;
            summary.missing_serials += counts.missing_serials;
        }
        let core = &mut self.core;
        if core.failed.is_none() {
            core.engine.finish_with(&core.kept, &mut core.found);
            core.report(&|_| {});
        } else {
            core.engine.forget();
        }
        let mut summary = self.core.summary;
        summary.evidence_cut = self.core.kept.cut;
        summary.read += summary.rejected_total();
        let kept = self.core.kept;
        self.core.failed.map_or(Ok((summary, kept)), Err)
    }
}

impl Core<'_> {
    fn reject(&mut self, index: usize, reject: &Reject) {
        if self.failed.is_some() {
            return;
        }
        self.summary.reject(reject.reason);
        let name = self
            .inputs
            .get(index)
            .map_or("", |input| input.name.as_str());
        if let Err(error) = self.observer.reject(name, reject) {
            self.failed = Some(error);
        }
    }

    fn broken(&mut self, index: usize, broken: &Broken) {
        self.reject(index, &unread::broken(broken, self.options.redact));
    }

    fn not_recognised(&mut self, index: usize, frame: Frame<'_>) {
        self.reject(index, &unread::not_recognised(frame, self.options.redact));
    }

    fn see_time(&mut self, time: Option<Timestamp>) {
        if let Some(time) = time {
            self.summary.see_time(time);
            self.second = self.second.max(self.newest.min(Some(time)));
            self.newest = self.newest.max(Some(time));
        }
    }

    fn event(&mut self, record: &dyn Record, log_type: LogType) {
        if self.failed.is_some() {
            return;
        }
        record.build(&mut self.event);
        self.summary.normalized += 1;
        self.see_time(self.event.event_time());
        self.summary.untimed += u64::from(self.event.event_time().is_none());
        // Where the end of the input cannot be known, the newest event time
        // stands in for it, as the `now` switch documents.
        let now = self.end.or(self.newest).map_or(0, |t| t.seconds);
        let context = Context {
            event_id: record.event_id(),
            now,
        };
        if let Some(collector) = &mut self.collector {
            collector.see(&self.event);
        }
        if let Some(populated) = &mut self.populated {
            populated.see(&self.event);
        }
        if self.shown {
            self.observer.event(&self.event);
        }
        if !matches!(self.task, Task::Detect) {
            let inputs = self.inputs;
            let place = || origin(inputs, record, log_type);
            if self.task.see(&self.event, &context, place) {
                let time = self.event.event_time().unwrap_or_default();
                let origin = place();
                self.kept.keep(record.event_id(), time, Some(origin), None);
            }
            return;
        }
        self.found.clear();
        self.engine.evaluate(&self.event, &context, &mut self.found);
        let kept = self.engine.kept_last();
        if kept || !self.found.is_empty() {
            let (origin, event) = self.evidence(record, log_type);
            if kept {
                let time = self.event.event_time().unwrap_or_default();
                let id = record.event_id();
                let (origin, event) = (Some(origin.clone()), event.clone());
                self.kept.keep(id, time, origin, event);
                self.summary.state_bytes_peak = self
                    .summary
                    .state_bytes_peak
                    .max(self.engine.stats().state_bytes);
            }
            let whole = self.options.evidence;
            self.report(&|evidence: &mut Evidence| {
                if evidence.event_id == record.event_id() {
                    evidence.event = event.clone().filter(|_| whole);
                    evidence.origin = Some(origin.clone());
                }
            });
        }
        self.advance();
    }

    /// Tells the engine how far time has come, where the options say how late
    /// an event may be. The newest event alone does not say: one with a time
    /// far ahead would make all others late.
    fn advance(&mut self) {
        let (Some(lateness), Some(newest)) = (self.options.lateness_s, self.second) else {
            return;
        };
        let watermark = newest.seconds.saturating_sub(lateness);
        if self.watermark.is_some_and(|known| known >= watermark) {
            return;
        }
        self.watermark = Some(watermark);
        let time = |seconds| Timestamp { seconds, nanos: 0 };
        self.engine
            .advance_with(time(watermark), &self.kept, &mut self.found);
        self.report(&|_| {});
        let reach = self.engine.reach();
        self.kept.forget(time(watermark.saturating_sub(reach)));
    }

    /// The place of a record, and its whole event where evidence has one.
    fn evidence(&self, record: &dyn Record, log_type: LogType) -> (Origin, Option<Event>) {
        let wanted = self.options.evidence || self.over_detections.recall;
        let full = wanted.then(|| {
            let mut full = Event::default();
            record.build_full(&mut full);
            full
        });
        (origin(self.inputs, record, log_type), full)
    }

    /// Hands out the detections found, with what is kept of their events and
    /// what the caller knows of the present one.
    fn report(&mut self, present: &dyn Fn(&mut Evidence)) {
        let mut found = std::mem::take(&mut self.found);
        found.retain(|made| made.status == Status::Final || self.options.early);
        if self.options.redact {
            found.iter_mut().for_each(clean::detection);
        }
        self.keep_detections(&found);
        for mut detection in found.drain(..) {
            let stands = detection.status == Status::Final;
            for evidence in &mut detection.evidence {
                self.kept
                    .attach(evidence, self.shelf, self.options.evidence);
                present(evidence);
            }
            if let Some(count) = self.summary.per_rule.get_mut(detection.rule)
                && stands
            {
                *count += 1;
                if let Some(rule) = self.engine.rules().get(detection.rule) {
                    let key = (detection.rule, severity_of(&detection, rule));
                    *self.summary.severities.entry(key).or_default() += 1;
                }
            }
            if let Err(error) = self.observer.detection(&detection, self.engine) {
                self.failed = Some(error);
                return;
            }
        }
        self.found = found;
    }
}

/// The place of a record.
fn origin(inputs: &[Input], record: &dyn Record, log_type: LogType) -> Origin {
    let at = record.position();
    let input = source_index(at.source).and_then(|i| inputs.get(i));
    Origin {
        file: input.map_or_else(String::new, |input| input.name.clone()),
        line: at.line,
        item: at.item,
        log_type: log_type.name().to_owned(),
    }
}

impl Core<'_> {
    /// Keeps the detections that rules over detections have just seen, before
    /// one of theirs that names them is handed out.
    fn keep_detections(&mut self, found: &[Detection]) {
        if !self.over_detections.any {
            return;
        }
        for made in found.iter().filter(|made| made.status == Status::Final) {
            let rule = self.engine.rules().get(made.rule);
            if let Some(rule) = rule.filter(|rule| !rule.is_composite()) {
                let whole = record(rule, made, &self.kept);
                self.kept.keep(&made.id, made.time, None, Some(whole));
            }
        }
    }
}

/// The core as the sink of one log type's normalizer.
struct Typed<'c, 'r> {
    core: &'c mut Core<'r>,
    log_type: LogType,
}

impl Sink for Typed<'_, '_> {
    fn passed_over(&mut self, time: Option<Timestamp>) {
        self.core.see_time(time);
    }

    fn event(&mut self, record: &dyn Record) {
        self.core.event(record, self.log_type);
    }

    fn reject(&mut self, reject: yaral_normalize::Reject) {
        let index = source_index(reject.position.source).unwrap_or(usize::MAX);
        self.core.reject(index, &unread::record(reject));
    }
}

/// Sources are counted from 1; 0 stands for none.
fn source_number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(0)
}

fn source_index(number: u32) -> Option<usize> {
    number.checked_sub(1).map(|n| n as usize)
}
