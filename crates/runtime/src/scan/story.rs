//! The same line of readers and normalizers with another end: instead of
//! detections the story of one rule, or the event that somebody names.
//!
//! Events are judged on what was logged and told redacted, as in a scan; and
//! no event is passed over, since those that cannot match are what a story of
//! silence is about.

use std::io;
use std::sync::Arc;

use yaral_engine::{Context, Focus, Origin, Story, Teller};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::clean;
use super::evidence::Kept;
use super::observer::Observer;
use super::pipeline::Scan;
use super::summary::Summary;
use crate::entities::Shelf;
use crate::input::Input;

/// What the events of a run are for.
pub(super) enum Task<'t> {
    /// The engine finds detections.
    Detect,
    /// A teller records why.
    Tell(&'t mut Teller),
    /// One event is looked for.
    Find(&'t mut Finder),
}

impl Task<'_> {
    /// Sees an event; true if the place of its record may be wanted later.
    pub(super) fn see(
        &mut self,
        event: &Event,
        context: &Context<'_>,
        origin: impl FnOnce() -> Origin,
    ) -> bool {
        match self {
            Task::Detect => false,
            Task::Tell(teller) => teller.see(event, context),
            Task::Find(finder) => {
                finder.see(event, context.event_id, origin);
                false
            }
        }
    }
}

/// What a user asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A point in time.
    Time(Timestamp),
    /// The event with this id.
    Id(String),
    /// The event whose record stands on this line of this input.
    Line(String, u64),
}

/// Looks for one event.
pub(super) struct Finder {
    asked: Asked,
    found: Option<(String, Timestamp)>,
}

impl Finder {
    fn see(&mut self, event: &Event, id: &str, origin: impl FnOnce() -> Origin) {
        let is = self.found.is_none()
            && match &self.asked {
                Asked::Time(_) => false,
                Asked::Id(asked) => asked == id,
                Asked::Line(file, line) => {
                    let at = origin();
                    at.file == *file && at.line == *line
                }
            };
        if is {
            self.found = Some((id.to_owned(), event.event_time().unwrap_or_default()));
        }
    }
}

impl Scan {
    /// What is asked about, as the teller takes it; `None` if there is no such
    /// event. An event is looked for by reading the inputs once.
    ///
    /// # Errors
    /// Those of the observer, as for [`Scan::run`].
    pub fn find(
        &mut self,
        inputs: &[Input],
        observer: &mut dyn Observer,
        asked: &Asked,
    ) -> io::Result<Option<Focus>> {
        if let Asked::Time(time) = asked {
            return Ok(Some(Focus::Time(*time)));
        }
        let mut finder = Finder {
            asked: asked.clone(),
            found: None,
        };
        self.run_task(inputs, observer, Task::Find(&mut finder))?;
        Ok(finder.found.map(|(id, time)| Focus::Event(id, time)))
    }

    /// Reads all inputs and tells the story of one of the engine's rules.
    ///
    /// # Errors
    /// Those of the observer, as for [`Scan::run`].
    pub fn explain(
        &mut self,
        inputs: &[Input],
        observer: &mut dyn Observer,
        (rule, focus): (&Plan, Option<Focus>),
    ) -> io::Result<(Summary, Story)> {
        let knowledge = Arc::clone(self.engine().knowledge());
        let mut teller = Teller::with(rule.clone(), focus, knowledge);
        let redact = self.redacts();
        let (summary, kept) = self.run_task(inputs, observer, Task::Tell(&mut teller))?;
        let mut story = teller.finish();
        attach(&mut story, &kept, self.shelf());
        if redact {
            redacted(&mut story);
        }
        Ok((summary, story))
    }
}

/// Attaches the places of records.
fn attach(story: &mut Story, kept: &Kept, entities: &Shelf) {
    story.each_event(&mut |event| {
        let known = kept.origin(&event.id);
        let known = known.or_else(|| entities.get(&event.id).map(|(origin, _)| origin));
        event.origin = known.cloned();
    });
    let suppressed = story
        .suppressed_by
        .iter_mut()
        .map(|(detection, _)| detection);
    for detection in story.detections.iter_mut().chain(suppressed) {
        detection
            .evidence
            .iter_mut()
            .for_each(|evidence| kept.attach(evidence, entities, true));
    }
}

/// Cuts secrets out of everything that comes from a log.
fn redacted(story: &mut Story) {
    story.each_text(&mut |name, text| *text = clean::shown(name, text));
    let suppressed = story
        .suppressed_by
        .iter_mut()
        .map(|(detection, _)| detection);
    story
        .detections
        .iter_mut()
        .chain(suppressed)
        .for_each(clean::detection);
}
