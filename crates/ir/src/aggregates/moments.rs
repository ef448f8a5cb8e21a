//! The running mean and spread of numbers, in one pass and constant memory.
//!
//! Welford's method with weights (West 1979): no sum of squares is kept, so
//! large values that lie close together do not cancel out.

use crate::value::Value;

/// Count, mean and squared distance from the mean.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    count: f64,
    mean: f64,
    spread: f64,
}

impl Moments {
    /// Adds a number so many times; what is no finite number is passed over.
    #[allow(clippy::cast_precision_loss, reason = "a weight beyond 2^53 may round")]
    pub(super) fn add(&mut self, value: &Value<'_>, times: u64) {
        let number = value.float();
        if !value.is_number() || !number.is_finite() || times == 0 {
            return;
        }
        let weight = times as f64;
        self.count += weight;
        let distance = number - self.mean;
        self.mean += distance * (weight / self.count);
        self.spread += weight * distance * (number - self.mean);
    }

    /// The mean, 0 of nothing.
    pub(super) fn mean(&self) -> f64 {
        if self.mean.is_finite() {
            self.mean
        } else {
            0.0
        }
    }

    /// The variance of a sample, 0 of fewer than two numbers.
    pub(super) fn variance(&self) -> f64 {
        let variance = if self.count > 1.0 {
            self.spread / (self.count - 1.0)
        } else {
            0.0
        };
        if variance.is_finite() {
            variance.max(0.0)
        } else {
            0.0
        }
    }

    /// The standard deviation of a sample, 0 of fewer than two numbers.
    pub(super) fn deviation(&self) -> f64 {
        self.variance().sqrt()
    }
}
