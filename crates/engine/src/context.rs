//! What comes with an event from outside.

/// What the engine knows of an event besides its fields.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The event's id (decision 7); part of the detection's id.
    pub event_id: &'c str,
    /// Run time in Unix seconds, unless the `now` switch names another.
    pub now: i64,
}
