//! Stories against the engine: whatever the rule and the events, the verdict
//! that a story tells is the engine's, and its counts fit together.

use std::sync::Arc;

use yaral_engine::story::{Gap, Reason};
use yaral_engine::{Context, Engine, Focus, Knowledge, Status, Story, Teller};
use yaral_ir::plan::Plan;
use yaral_udm::Event;

use super::known::NOW;
use super::standing::{Being, knowledge};
use super::stream::Draft;

/// Tells the story of the events, everywhere and around each of the first few,
/// and compares it with what an engine detects.
///
/// # Errors
/// What does not fit.
pub fn agrees(plan: &Plan, drafts: &[Draft], beings: &[Being]) -> Result<(), String> {
    let knowledge = &knowledge(beings);
    let events: Vec<Event> = drafts
        .iter()
        .map(|draft| draft.event(&plan.fields))
        .collect();
    let mut engine = Engine::with(vec![plan.clone()], Arc::clone(knowledge));
    let mut out = Vec::new();
    for (draft, event) in drafts.iter().zip(&events) {
        engine.evaluate(event, &context(draft), &mut out);
    }
    engine.finish(&mut out);
    out.retain(|detection| detection.status == Status::Final);
    let story = tell((plan, knowledge), drafts, &events, None);
    if story.fired != out.len() as u64 {
        return Err(format!(
            "{} detections, a story of {}",
            out.len(),
            story.fired
        ));
    }
    for (told, found) in story.detections.iter().zip(&out) {
        if told.id != found.id {
            return Err(format!("{} is told, {} was found", told.id, found.id));
        }
    }
    fits(&story)?;
    for draft in drafts.iter().take(2) {
        let named = Focus::Event(draft.id.clone(), draft.at());
        for focus in [Focus::Time(draft.at()), named] {
            let around = tell((plan, knowledge), drafts, &events, Some(focus));
            if around.fired > story.fired {
                return Err(format!("{} detections around one event", around.fired));
            }
            fits(&around)?;
        }
    }
    Ok(())
}

fn context(draft: &Draft) -> Context<'_> {
    Context {
        event_id: &draft.id,
        now: NOW,
    }
}

fn tell(
    (plan, knowledge): (&Plan, &Arc<Knowledge>),
    drafts: &[Draft],
    events: &[Event],
    focus: Option<Focus>,
) -> Story {
    let mut teller = Teller::with(plan.clone(), focus, Arc::clone(knowledge));
    for (draft, event) in drafts.iter().zip(events) {
        teller.see(event, &context(draft));
    }
    teller.finish()
}

/// Whether the parts of a story do not contradict each other.
fn fits(story: &Story) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{what}\n{story:#?}"));
    if (story.reason == Reason::Fired) != (story.fired > 0) {
        return fail("the reason is not the verdict");
    }
    for side in &story.sides {
        let mut left = side.seen;
        for stage in &side.funnel {
            if stage.reached != left || stage.passed > stage.alone {
                return fail("the funnel leaks");
            }
            left = stage.passed;
        }
        if left != side.satisfied {
            return fail("what came through is not what satisfied the predicates");
        }
        if (side.satisfied == 0 && side.seen > 0) != side.nearest.is_some() {
            return fail("the nearest event is told where none is missing, or is missing");
        }
    }
    let Some(meeting) = &story.meeting else {
        return Ok(());
    };
    let best = meeting.best.as_ref().filter(|best| best.window.is_some());
    match story.reason {
        Reason::Condition if best.is_none_or(|best| best.held) => {
            fail("the condition is blamed, and no group fails it")
        }
        Reason::Window
            if meeting
                .miss
                .as_ref()
                .is_none_or(|miss| miss.gap == Gap::Tests) =>
        {
            fail("the window is blamed, and none was missed")
        }
        _ => Ok(()),
    }
}
