//! The fast engine as what is tested.

use std::sync::Arc;

use yaral_engine::{Context, Detection, Engine, Knowledge};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::check::Subject;
use super::known::NOW;

/// The engine with one rule, or with that rule twice: then both must tell the
/// same. What it counts is not part of its state, so that is carried over
/// where the state is.
pub struct Fast {
    engine: Engine,
    knowledge: Arc<Knowledge>,
    twice: bool,
    late: u64,
}

impl Fast {
    /// Leaves of what was told since then the part of one rule. If the two
    /// tell different things all of it is left, and found to be too much.
    fn once(&self, out: &mut Vec<Detection>, since: usize) {
        if !self.twice {
            return;
        }
        let told = |rule| {
            let own = out[since..].iter().filter(move |one| one.rule == rule);
            own.map(|one| format!("{:?}", (&one.id, &one.status, &one.outcomes)))
        };
        if told(0).eq(told(1)) {
            let mut at = 0;
            out.retain(|one| {
                at += 1;
                at <= since || one.rule == 0
            });
        }
    }

    fn rules(&self) -> u64 {
        1 + u64::from(self.twice)
    }
}

impl Subject for Fast {
    fn new(plan: &Plan, twice: bool, knowledge: &Arc<Knowledge>) -> Self {
        let count = 1 + usize::from(twice);
        Fast {
            engine: Engine::with(vec![plan.clone(); count], Arc::clone(knowledge)),
            knowledge: Arc::clone(knowledge),
            twice,
            late: 0,
        }
    }

    fn event(&mut self, event: &Event, id: &str, out: &mut Vec<Detection>) {
        let context = Context {
            event_id: id,
            now: NOW,
        };
        let since = out.len();
        self.engine.evaluate(event, &context, out);
        self.once(out, since);
    }

    fn advance(&mut self, to: Timestamp, out: &mut Vec<Detection>) {
        let since = out.len();
        self.engine.advance(to, out);
        self.once(out, since);
    }

    fn finish(&mut self, out: &mut Vec<Detection>) {
        let since = out.len();
        self.engine.finish(out);
        self.once(out, since);
    }

    fn resumed(self, plan: &Plan) -> Result<Self, String> {
        let state = self.engine.save();
        let mut fresh = Fast::new(plan, self.twice, &self.knowledge);
        fresh
            .engine
            .restore(&state)
            .map_err(|error| format!("its own state cannot be read: {error}"))?;
        if fresh.engine.save() != state {
            return Err("a state that was read is written differently".to_owned());
        }
        if fresh.held() != self.held() {
            return Err("a state that was read is counted differently".to_owned());
        }
        fresh.late = self.late + self.engine.stats().late;
        Ok(fresh)
    }

    fn held(&self) -> u64 {
        self.engine.stats().state_bytes
    }

    fn late(&self) -> u64 {
        (self.late + self.engine.stats().late) / self.rules()
    }
}
