//! A bounded list of values in the order they came, shared by the two array
//! aggregates.

use crate::limits::{ARRAY_ELEMENTS_MAX, TEXT_BYTES_MAX};
use crate::semantics::Semantics;
use crate::value::Value;

/// How many values are kept whatever the switches say.
pub(super) const KEPT_MAX: usize = ARRAY_ELEMENTS_MAX as usize;

/// The values kept so far: at most [`KEPT_MAX`] with at most
/// [`TEXT_BYTES_MAX`] bytes of text among them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    values: Vec<Value<'static>>,
    bytes: usize,
    full: bool,
}

impl Kept {
    /// Whether nothing more is taken.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Takes a value if there is room. The first one for which there is none
    /// closes the list, so that what is kept is always the beginning.
    pub(super) fn push(&mut self, value: &Value<'_>) {
        let bytes = text_bytes(value);
        self.full |=
            self.values.len() >= KEPT_MAX || self.bytes.saturating_add(bytes) > TEXT_BYTES_MAX;
        if !self.full {
            self.bytes += bytes;
            self.values.push(value.clone().into_owned());
        }
    }

    /// The list, cut to the number of elements that is in force.
    pub(super) fn finish(mut self, semantics: &Semantics) -> Value<'static> {
        self.values
            .truncate(usize::try_from(semantics.array_elements).unwrap_or(KEPT_MAX));
        Value::List(self.values)
    }
}

/// Bytes of text in a value, those of its elements included.
pub(super) fn text_bytes(value: &Value<'_>) -> usize {
    match value {
        Value::Str(s) => s.len(),
        Value::Bytes(b) => b.len(),
        Value::List(items) => items.iter().map(text_bytes).fold(0, usize::saturating_add),
        _ => 0,
    }
}
