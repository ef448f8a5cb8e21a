//! Event time as the records of an input tell it.

use yaral_udm::Timestamp;

use crate::limits::JUMP_SECONDS;

/// How much event time has passed, as the records tell it.
///
/// Inputs start at unrelated times, and a single record may carry any date. So
/// only the steps within one input count, and of those only the believable
/// ones: a step of more than [`JUMP_SECONDS`], forth or back, sets the clock
/// and lets no time pass.
#[derive(Default, Debug)]
pub(crate) struct Clock {
    /// The newest time of the input since the last jump.
    now: Option<i64>,
    /// The seconds that have passed in all inputs together.
    passed: i64,
}

impl Clock {
    /// Notes the time of a record.
    pub(crate) fn advance(&mut self, time: Timestamp) {
        let now = *self.now.get_or_insert(time.seconds);
        let step = time.seconds.saturating_sub(now);
        if step.unsigned_abs() > JUMP_SECONDS.unsigned_abs() {
            self.now = Some(time.seconds);
        } else if step > 0 {
            self.now = Some(time.seconds);
            self.passed = self.passed.saturating_add(step);
        }
    }

    /// Notes that another input begins, whose times may be any.
    pub(crate) fn restart(&mut self) {
        self.now = None;
    }

    /// The seconds that have passed in all inputs together.
    pub(crate) fn passed(&self) -> i64 {
        self.passed
    }
}
