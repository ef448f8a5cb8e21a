//! Event time as the records of an input tell it.

use yaral_udm::Timestamp;

use crate::limits::JUMP_SECONDS;

/// How much event time has passed, as the records tell it.
///
/// Inputs start at unrelated times, and a single record may carry any date. So
/// only the steps within one input count, and of those only the believable
/// ones: a step of more than [`JUMP_SECONDS`], forth or back, sets the clock
/// and lets no time pass. All in milliseconds.
#[derive(Clone, Default, Debug)]
pub(crate) struct Clock {
    /// The newest time of the input since the last jump.
    now: Option<i64>,
    /// What has passed in all inputs together.
    passed: i64,
}

impl Clock {
    /// Notes the time of a record.
    pub(crate) fn advance(&mut self, time: Timestamp) {
        let millis = i64::from(time.nanos / 1_000_000);
        self.advance_to(time.seconds.saturating_mul(1000).saturating_add(millis));
    }

    /// Notes the time of a record, in milliseconds since 1970.
    pub(crate) fn advance_to(&mut self, time: i64) {
        let now = *self.now.get_or_insert(time);
        let step = time.saturating_sub(now);
        if step.unsigned_abs() > JUMP_SECONDS.unsigned_abs() * 1000 {
            self.now = Some(time);
        } else if step > 0 {
            self.now = Some(time);
            self.passed = self.passed.saturating_add(step);
        }
    }

    /// Notes that another input begins, whose times may be any.
    pub(crate) fn restart(&mut self) {
        self.now = None;
    }

    /// What has passed in all inputs together.
    pub(crate) fn passed(&self) -> i64 {
        self.passed
    }

    /// What will have passed in some seconds from now.
    pub(crate) fn passed_in(&self, seconds: i64) -> i64 {
        self.passed.saturating_add(seconds.saturating_mul(1000))
    }
}
