//! The teller: an engine with one rule, and what is recorded beside it.

use std::sync::Arc;

use yaral_ir::plan::Plan;
use yaral_udm::Event;

use super::meeting::{self, Ground};
use super::single::Condition;
use super::watch::{Came, Watch};
use super::{EventRef, Fact, Focus, Reason, Story, facts, reason};
use crate::context::Context;
use crate::correlate::rule::Rule;
use crate::detection::{Detection, Status};
use crate::engine::{Engine, scope};
use crate::knowledge::Knowledge;
use crate::limits::STORY_DETECTIONS_MAX;

/// Sees events and tells the story of one rule at the end.
#[derive(Debug)]
pub struct Teller {
    engine: Engine,
    focus: Option<Focus>,
    watches: Vec<Watch>,
    condition: Option<Condition>,
    found: Vec<Detection>,
    story: Story,
}

impl Teller {
    /// A teller for one rule, about everything or what lies around a focus.
    #[must_use]
    pub fn new(plan: Plan, focus: Option<Focus>) -> Self {
        Self::with(plan, focus, Arc::default())
    }

    /// A teller for a rule that knows more than the events.
    #[must_use]
    pub fn with(plan: Plan, focus: Option<Focus>, knowledge: Arc<Knowledge>) -> Self {
        let places = 0..plan.branches.len();
        let watches = places.filter_map(|at| Watch::new(&plan, at));
        let mut watches: Vec<Watch> = watches.collect();
        for watch in &mut watches {
            watch.see_standing(&plan, &knowledge);
        }
        let condition = plan.correlation.is_none().then(|| Condition::new(&plan));
        Teller {
            engine: Engine::telling(plan, knowledge),
            focus,
            watches,
            condition,
            found: Vec::new(),
            story: Story::default(),
        }
    }

    /// Sees an event with the fields of the rule; true if the story may name
    /// it, so that the place of its record is worth keeping.
    pub fn see(&mut self, event: &Event, context: &Context<'_>) -> bool {
        self.found.clear();
        self.engine.evaluate(event, context, &mut self.found);
        let mut named = self.engine.kept_last() || !self.found.is_empty();
        let found = std::mem::take(&mut self.found);
        for detection in found {
            if detection.status == Status::Final {
                self.stands(detection);
            }
        }
        let Some(plan) = self.engine.plans.first() else {
            return named;
        };
        let time = event.event_time();
        if let Some(focus) = &self.focus
            && !focus.takes(plan, context.event_id, time.unwrap_or_default())
        {
            self.story.outside += 1;
            return named;
        }
        self.story.events += 1;
        self.story.untimed += u64::from(time.is_none());
        let asked = self
            .focus
            .as_ref()
            .is_some_and(|focus| focus.is(context.event_id));
        let metrics = self.engine.memory.knowledge.metrics.as_deref();
        let scope = scope(plan, (event, context), self.engine.random, metrics);
        let mut first = true;
        let happens = |watch: &&mut Watch| !watch.stands(plan);
        for watch in self.watches.iter_mut().filter(happens) {
            let came = watch.see(scope, context.event_id, time);
            named |= came != Came::Short || asked;
            if asked {
                let event = EventRef {
                    id: context.event_id.to_owned(),
                    time,
                    origin: None,
                };
                let candidate = watch.last(scope, event);
                let name = watch.variable().to_owned();
                let asked = candidate.map(|candidate| (name, candidate));
                // An id that comes twice is one event.
                if self.story.asked.len() < plan.branches.len() {
                    self.story.asked.extend(asked);
                }
            }
            if came != Came::Through {
                continue;
            }
            // The first branch that matches speaks for the event.
            if let Some(condition) = self.condition.as_mut().filter(|_| first) {
                named |= condition.see(scope, watch.branch(), context.event_id, time);
            }
            first = false;
        }
        named
    }

    /// Learns that no event will come any more, and tells the story.
    #[must_use]
    pub fn finish(mut self) -> Story {
        let found = self.meet();
        let mut suppressor = if self.condition.is_none() {
            self.engine
                .memory
                .suppressors
                .first_mut()
                .and_then(Option::take)
        } else {
            None
        };
        let mut last = Vec::new();
        self.engine.finish(&mut last);
        for detection in last {
            let Some(suppressor) = suppressor.as_mut() else {
                self.stands(detection);
                continue;
            };
            let mut kept = Vec::new();
            let copy = detection.clone();
            suppressor.pass(detection, &mut kept);
            if kept.is_empty() && self.is_asked(&copy) {
                self.story.suppressed += 1;
                if self.story.suppressed_by.len() < STORY_DETECTIONS_MAX {
                    let by = suppressor.keeps(&copy).unwrap_or_default();
                    self.story.suppressed_by.push((copy, by));
                }
            }
            for detection in kept {
                self.stands(detection);
            }
        }
        let stats = self.engine.stats();
        let mut story = self.story;
        story.refused = stats.refused;
        if let Some(condition) = self.condition {
            if self.focus.is_none() || story.fired == 0 {
                story.suppressed = condition.held.saturating_sub(story.fired);
            }
            story.held_back = condition.finish();
        }
        if let Some(plan) = self.engine.plans.first() {
            let events = story.events;
            let watches = self.watches.into_iter();
            story.sides = watches.map(|watch| watch.finish(plan)).collect();
            story.reason = match reason::of(&story, found.as_ref()) {
                Reason::Unknown if self.focus.is_some() => Reason::Elsewhere,
                reason => reason,
            };
            story.facts = facts::of_sides(&story.sides, events);
            more_facts(plan, &mut story);
        }
        story
    }

    /// How the events of a correlated rule meet, from the engine's own state.
    fn meet(&mut self) -> Option<meeting::Found> {
        let plan = self.engine.plans.first()?;
        let memory = &self.engine.memory;
        let machine = memory.machines.first()?.as_ref()?;
        let rule = Rule {
            plan,
            correlation: plan.correlation.as_ref()?,
            shape: &machine.shape,
            standing: &machine.standing,
            form: &[],
            metrics: memory.knowledge.metrics.as_deref(),
            start: 0,
            windows: machine.windows,
            empty: &memory.empty,
            now: memory.now,
        };
        let focus = self.focus.as_ref();
        let focus = focus.map(|focus| (focus.span(plan), focus.time()));
        let ground = Ground::new(rule, &machine.partitions, focus);
        let (meeting, found) = meeting::tell(&ground);
        self.story.meeting = Some(meeting);
        Some(found)
    }

    /// Counts a detection that stands, if it was asked about.
    fn stands(&mut self, detection: Detection) {
        if detection.status != Status::Final || !self.is_asked(&detection) {
            return;
        }
        self.story.fired += 1;
        if self.story.detections.len() < STORY_DETECTIONS_MAX {
            self.story.detections.push(detection);
        }
    }

    fn is_asked(&self, detection: &Detection) -> bool {
        let Some(focus) = &self.focus else {
            return true;
        };
        let correlated = self.condition.is_none();
        match focus {
            Focus::Event(id, _) if !correlated => detection
                .evidence
                .iter()
                .any(|evidence| evidence.event_id == *id),
            _ if correlated => {
                let (start, end) = detection.window;
                (start..=end).contains(&focus.time())
            }
            _ => {
                let plan = self.engine.plans.first();
                plan.is_some_and(|plan| focus.span(plan).contains(detection.time))
            }
        }
    }
}

/// What stands out on the whole.
fn more_facts(plan: &Plan, story: &mut Story) {
    let Some(correlation) = &plan.correlation else {
        return;
    };
    for (at, side) in story.sides.iter().enumerate() {
        if side.zero_match == 0 {
            continue;
        }
        let keys = correlation.keys.iter();
        let own = keys.filter(|key| key.filtered && key.by.get(at).is_some_and(Option::is_some));
        let name = |key: &yaral_ir::correlation::MatchKey| {
            let placeholder = plan.placeholders.get(usize::from(key.placeholder.0));
            placeholder.map(|of| of.name.clone())
        };
        story.facts.push(Fact::ZeroMatch {
            variable: side.variable.clone(),
            keys: own.filter_map(name).collect(),
            events: side.zero_match,
        });
    }
    if story.untimed > 0 {
        story.facts.push(Fact::Untimed {
            events: story.untimed,
        });
    }
}
