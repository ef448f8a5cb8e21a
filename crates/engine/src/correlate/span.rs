//! Windows as spans of event time.

use yaral_ir::correlation::{Window, WindowKind};
use yaral_ir::semantics::Semantics;
use yaral_udm::Timestamp;

/// A span of event time with its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) takes_start: bool,
    pub(crate) takes_end: bool,
}

impl Span {
    /// Whether a time lies before the span.
    pub(crate) fn is_before(&self, time: Timestamp) -> bool {
        time < self.start || (time == self.start && !self.takes_start)
    }

    /// Whether a time lies behind the span.
    pub(crate) fn is_behind(&self, time: Timestamp) -> bool {
        time > self.end || (time == self.end && !self.takes_end)
    }

    /// Whether a time lies in the span.
    pub(crate) fn contains(&self, time: Timestamp) -> bool {
        !self.is_before(time) && !self.is_behind(time)
    }

    /// Whether no event of the span can come any more. A watermark promises
    /// that no event before it will come.
    pub(crate) fn is_complete(&self, watermark: Timestamp) -> bool {
        self.is_behind(watermark)
    }
}

/// A time some seconds later, or earlier.
pub(crate) fn shifted(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp {
        seconds: time.seconds.saturating_add(seconds),
        nanos: time.nanos,
    }
}

/// Where the windows of a rule lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Windows {
    /// One opens at an event; the first that satisfies the rule closes the
    /// way for those that would begin within it.
    Chain {
        /// Length in seconds.
        length: i64,
        /// Whether the end belongs to it.
        takes_end: bool,
    },
    /// They begin at multiples of the step and are half-open.
    Grid {
        /// Length in seconds.
        length: i64,
        /// From one start to the next, in seconds.
        step: i64,
    },
    /// They begin or end at an event of one variable.
    Pivot {
        /// Length in seconds.
        length: i64,
        /// The variable.
        variable: usize,
        /// Whether the window lies before the event rather than after it.
        before: bool,
        /// Whether the far end belongs to it.
        takes_end: bool,
    },
}

impl Windows {
    /// The windows of a rule under its switches.
    pub(crate) fn new(window: Window, semantics: &Semantics) -> Self {
        let length = window.length_s.max(1);
        let takes_end = semantics.window_end_inclusive;
        match window.kind {
            WindowKind::Hop if semantics.windows_secops => Windows::Grid {
                length,
                step: (length / 10).max(1),
            },
            WindowKind::Hop => Windows::Chain { length, takes_end },
            WindowKind::Tumbling => Windows::Grid {
                length,
                step: length,
            },
            WindowKind::Before(pivot) | WindowKind::After(pivot) => Windows::Pivot {
                length,
                variable: usize::from(pivot.0),
                before: matches!(window.kind, WindowKind::Before(_)),
                takes_end,
            },
        }
    }

    /// The window that opens at, or belongs to, an event at this time. In a
    /// grid it is the first of those that contain the time.
    pub(crate) fn at(&self, time: Timestamp) -> Span {
        match *self {
            Windows::Grid { length, step } => {
                let last = time.seconds.div_euclid(step);
                // The first start behind `time - length`.
                let first = time.seconds.saturating_sub(length).div_euclid(step) + 1;
                grid(first.min(last), length, step)
            }
            Windows::Pivot {
                length,
                before: true,
                takes_end,
                ..
            } => Span {
                start: shifted(time, -length),
                end: time,
                takes_start: takes_end,
                takes_end: true,
            },
            Windows::Chain { length, takes_end }
            | Windows::Pivot {
                length, takes_end, ..
            } => Span {
                start: time,
                end: shifted(time, length),
                takes_start: true,
                takes_end,
            },
        }
    }

    /// The span that holds every window which contains a time.
    pub(crate) fn near(&self, time: Timestamp) -> Span {
        Span {
            start: shifted(time, -self.length()),
            end: shifted(time, self.length()),
            takes_start: true,
            takes_end: true,
        }
    }

    /// The length in seconds.
    pub(crate) fn length(&self) -> i64 {
        match *self {
            Windows::Chain { length, .. }
            | Windows::Grid { length, .. }
            | Windows::Pivot { length, .. } => length,
        }
    }

    /// All windows of a grid that contain a time, in order.
    pub(crate) fn covering(&self, time: Timestamp) -> Vec<Span> {
        let Windows::Grid { length, step } = *self else {
            return vec![self.at(time)];
        };
        let first = time.seconds.saturating_sub(length).div_euclid(step) + 1;
        let last = time.seconds.div_euclid(step);
        (first..=last).map(|at| grid(at, length, step)).collect()
    }
}

fn grid(number: i64, length: i64, step: i64) -> Span {
    let start = Timestamp {
        seconds: number.saturating_mul(step),
        nanos: 0,
    };
    Span {
        start,
        end: shifted(start, length),
        takes_start: true,
        takes_end: false,
    }
}
