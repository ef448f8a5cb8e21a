//! A story, told to people or to machines.
//!
//! For people the reason comes first, in one sentence; what backs it follows:
//! detections, predicates, keys, windows, the condition. No line is wider than
//! the terminal, whatever the log holds, and colour is for verdicts only.

mod because;
mod json;
mod meeting;
mod side;
mod words;

use std::fmt::Write as _;

use yaral_engine::Story;
use yaral_engine::story::Reason;
use yaral_ir::plan::Plan;
use yaral_runtime::{Summary, escape_terminal};

use crate::render::layout::{count, cut, plural, width};
use crate::render::style::Paint;
use crate::term::WIDTH;

pub(crate) use json::document as json;
use words::{Page, at_event, detection_places};

/// The story for people.
pub(crate) fn human(story: &Story, (plan, counts): (&Plan, &Summary), paint: Paint) -> String {
    let mut page = Page::new(paint);
    head(&mut page, story, plan);
    page.told("because", &because::sentence(story));
    page.told("looked at", &looked(story, counts));
    if let Some(times) = counts.times {
        page.told("", &format!("{} … {}", times.first, times.last));
    }
    detections(&mut page, story);
    asked(&mut page, story);
    side::tell(&mut page, story);
    if let Some(back) = &story.held_back
        && story.fired == 0
    {
        page.gap();
        let many = if back.events > 1 {
            format!("the nearest of {}: ", count(back.events))
        } else {
            String::new()
        };
        page.told("held back", &format!("{many}{}", at_event(&back.event)));
        page.tree(&back.condition);
        page.pairs("outcome", &back.outcomes);
    }
    if let Some(met) = &story.meeting {
        meeting::tell(&mut page, story, met);
    }
    facts(&mut page, story);
    page.text
}

/// `NOT FIRED  rule_name`
fn head(page: &mut Page, story: &Story, plan: &Plan) {
    let (word, painted) = if story.fired > 0 {
        ("FIRED", page.paint.note("FIRED").to_string())
    } else {
        ("NOT FIRED", page.paint.warning("NOT FIRED").to_string())
    };
    let times = if story.fired > 1 {
        format!(" ×{}", count(story.fired))
    } else {
        String::new()
    };
    let room = WIDTH.saturating_sub(width(word) + 2 + width(&times));
    let name = cut(&escape_terminal(&plan.name), room);
    page.line(&format!("{painted}  {name}{times}"));
}

fn looked(story: &Story, counts: &Summary) -> String {
    let mut text = format!(
        "{} of {}",
        plural(story.events, "event"),
        plural(counts.read, "record")
    );
    if story.outside > 0 {
        let _ = write!(text, ", {} elsewhere", count(story.outside));
    }
    for (n, word) in [
        (counts.duplicates, "repeated"),
        (counts.ignored, "without an event"),
        (counts.rejected_total(), "rejected"),
    ] {
        if n > 0 {
            let _ = write!(text, ", {} {word}", count(n));
        }
    }
    let types: Vec<&str> = counts.log_types.keys().map(String::as_str).collect();
    if !types.is_empty() {
        let _ = write!(text, "; {}", types.join(", "));
    }
    text
}

fn detections(page: &mut Page, story: &Story) {
    const SHOWN: usize = 3;
    for detection in story.detections.iter().take(SHOWN) {
        page.gap();
        page.told(
            "detection",
            &format!("{}  {}", detection.time, detection.id),
        );
        if !detection.matches.is_empty() {
            let (start, end) = detection.window;
            page.told("window", &format!("{start} … {end}"));
        }
        let matches = detection.matches.iter();
        let pairs: Vec<_> = matches.map(|(n, v)| (n.clone(), v.to_string())).collect();
        page.pairs("match", &pairs);
        detection_places(page, detection);
        let outcomes = detection.outcomes.iter();
        let pairs: Vec<_> = outcomes.map(|(n, v)| (n.clone(), v.to_string())).collect();
        page.pairs("outcome", &pairs);
        page.why(&detection.why);
    }
    let more = story
        .fired
        .saturating_sub(SHOWN.min(story.detections.len()) as u64);
    if more > 0 {
        page.gap();
        page.told(
            "",
            &format!("… and {}, see yaral scan", plural(more, "more detection")),
        );
    }
    for (detection, by) in story.suppressed_by.iter().take(SHOWN) {
        page.gap();
        page.told(
            "suppressed",
            &format!("{}  {}", detection.time, detection.id),
        );
        page.told("", &format!("by {by}"));
    }
    if story.suppressed > 0 && story.fired > 0 {
        page.gap();
        let text = format!(
            "suppression_window dropped {}",
            plural(story.suppressed, "more detection")
        );
        page.told("", &text);
    }
}

/// The event that was asked about.
fn asked(page: &mut Page, story: &Story) {
    for (variable, candidate) in &story.asked {
        page.gap();
        let verdict = if candidate.held == candidate.of {
            "satisfies all predicates".to_owned()
        } else {
            format!("{} of {} predicates hold", candidate.held, candidate.of)
        };
        page.told("asked", &at_event(&candidate.event));
        page.told("", &format!("as ${variable}: {verdict}"));
        page.tree(&candidate.tree);
    }
}

fn facts(page: &mut Page, story: &Story) {
    if story.fired > 0 {
        return;
    }
    let mut word = "note";
    let suffices = matches!(story.reason, Reason::NoEvents);
    for fact in story.facts.iter().filter(|_| !suffices) {
        if word == "note" {
            page.gap();
        }
        page.told(word, &because::fact(fact));
        word = "";
    }
    if story.refused > 0 {
        let events = plural(story.refused, "event");
        page.told(word, &format!("a limit of the engine kept out {events}"));
    }
    if story.meeting.as_ref().is_some_and(|met| met.cut) {
        page.told(
            word,
            "not everything was compared: there is too much; try --at",
        );
    }
}
