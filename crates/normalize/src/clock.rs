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

    /// What will have passed some seconds after a time that may be ahead.
    pub(crate) fn passed_after(&self, time: i64, seconds: i64) -> i64 {
        let step = self.now.map_or(0, |now| time.saturating_sub(now));
        let believed = (0..=JUMP_SECONDS * 1000).contains(&step);
        self.passed_in(seconds)
            .saturating_add(if believed { step } else { 0 })
    }

    /// Whether a time is ahead of the newest by more than some milliseconds, and
    /// near enough to be believed.
    pub(crate) fn is_ahead(&self, time: i64, by: i64) -> bool {
        let step = self.now.map_or(0, |now| time.saturating_sub(now));
        step > by && step <= JUMP_SECONDS * 1000
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
