//! The fast engine as what is tested.

use yaral_engine::{Context, Detection, Engine};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::check::Subject;
use super::known::NOW;

/// The engine with one rule. What it counts is not part of its state, so that
/// is carried over where the state is.
pub struct Fast {
    engine: Engine,
    late: u64,
}

impl Subject for Fast {
    fn new(plan: &Plan) -> Self {
        Fast {
            engine: Engine::new(vec![plan.clone()]),
            late: 0,
        }
    }

    fn event(&mut self, event: &Event, id: &str, out: &mut Vec<Detection>) {
        let context = Context {
            event_id: id,
            now: NOW,
        };
        self.engine.evaluate(event, &context, out);
    }

    fn advance(&mut self, to: Timestamp, out: &mut Vec<Detection>) {
        self.engine.advance(to, out);
    }

    fn finish(&mut self, out: &mut Vec<Detection>) {
        self.engine.finish(out);
    }

    fn resumed(self, plan: &Plan) -> Result<Self, String> {
        let state = self.engine.save();
        let mut engine = Engine::new(vec![plan.clone()]);
        engine
            .restore(&state)
            .map_err(|error| format!("its own state cannot be read: {error}"))?;
        if engine.save() != state {
            return Err("a state that was read is written differently".to_owned());
        }
        Ok(Fast {
            engine,
            late: self.late(),
        })
    }

    fn late(&self) -> u64 {
        self.late + self.engine.stats().late
    }
}
