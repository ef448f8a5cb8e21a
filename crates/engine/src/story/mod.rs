//! The story of one rule over one input: why it fired, or what kept it from it.
//!
//! A [`Teller`] sees the same events as an engine, and an engine of its own
//! gives the verdict, so that a story never contradicts a scan. What stands
//! beside the verdict is recorded by the evaluator while it decides (`watch`:
//! predicates; `single`: the condition of a rule over one event; `meeting`:
//! keys, windows and condition of a rule over several), with the layouts, joins
//! and windows that decide. A [`Story`] is plain data; who shows it attaches the
//! places of events and cuts out secrets.

mod facts;
mod joins;
mod meeting;
mod miss;
mod reason;
mod single;
mod span;
mod teller;
mod tree;
mod visit;
mod watch;

use yaral_udm::Timestamp;

use crate::detection::{Detection, Origin};
use crate::explain::Held;

pub use span::Focus;
pub use teller::Teller;

/// What there is to say about one rule and one input.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Events looked at: all, or those around what was asked about.
    pub events: u64,
    /// Events that were not looked at, because something else was asked about.
    pub outside: u64,
    /// Events looked at that have no time and count as of 1970.
    pub untimed: u64,
    /// Detections that stand and lie where was looked.
    pub fired: u64,
    /// The first of them.
    pub detections: Vec<Detection>,
    /// Detections that the option `suppression_window` dropped.
    pub suppressed: u64,
    /// The first of them that are known, each with the id that suppressed it.
    pub suppressed_by: Vec<(Detection, String)>,
    /// Events that a limit of the engine kept out.
    pub refused: u64,
    /// The first thing that is in the way; what to look at first.
    pub reason: Reason,
    /// What the predicates of each event variable made of the events.
    pub sides: Vec<Side>,
    /// Of a rule over one event, what fell short of its condition.
    pub held_back: Option<HeldBack>,
    /// Of a rule with `match`, how its events meet.
    pub meeting: Option<Meeting>,
    /// The event that was asked about, on each side.
    pub asked: Vec<(String, Candidate)>,
    /// What often explains a silence.
    pub facts: Vec<Fact>,
}

/// Why a rule did not fire, or that it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    /// It fired.
    Fired,
    /// There were no events.
    #[default]
    NoEvents,
    /// No event satisfied the predicates of this side.
    Predicates(usize),
    /// The match variable was empty on all events of this side.
    ZeroMatch(usize),
    /// Events of all sides are there, but this equality holds between none.
    Join(usize),
    /// Events meet, but a predicate between them holds for none.
    Between,
    /// Events that belong together lie in no window together.
    Window,
    /// The condition does not hold.
    Condition,
    /// All detections were suppressed.
    Suppressed,
    /// Events meet near what was asked about, but no window holds that.
    Elsewhere,
    /// Nothing that was recorded tells, which is so where a limit cut.
    Unknown,
}

/// An event by its id, with the place of its record once somebody attached it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRef {
    /// The id.
    pub id: String,
    /// The event's time; `None` if it has none.
    pub time: Option<Timestamp>,
    /// Where the record stands.
    pub origin: Option<Origin>,
}

/// The predicates of one event variable, or of one branch.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// The event variable, without `$`.
    pub variable: String,
    /// What it ranges over, in one word: event, entity, row or detection.
    pub what: &'static str,
    /// Whether the condition cannot hold without it.
    pub required: bool,
    /// What was looked at: events, or the entities or table rows that it ranges
    /// over.
    pub seen: u64,
    /// Events that satisfied all its predicates.
    pub satisfied: u64,
    /// Of these, those whose match variable is empty, which takes them out.
    pub zero_match: u64,
    /// The first event that satisfied them.
    pub first: Option<EventRef>,
    /// Its predicates, in written order.
    pub funnel: Vec<Stage>,
    /// If none satisfied them: the event that came nearest.
    pub nearest: Option<Candidate>,
    /// Fields that its predicates read and that no event has set.
    pub unset: Vec<String>,
}

/// One predicate and how many events got through it.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The predicate as it was written, on one line.
    pub text: String,
    /// Events that satisfied all predicates before it.
    pub reached: u64,
    /// Of these, those that satisfied it too.
    pub passed: u64,
    /// Events that satisfy it, whatever the others say.
    pub alone: u64,
    /// What it compares, where it compares one thing.
    pub subject: Option<String>,
    /// The subject's values on events that reached it and failed, the most
    /// frequent first, each with how many events had it.
    pub values: Vec<(String, u64)>,
    /// Events with values beyond these.
    pub others: u64,
}

/// An event and what the predicates made of it.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// The event.
    pub event: EventRef,
    /// How many of the rule's predicates hold on it.
    pub held: usize,
    /// How many there are.
    pub of: usize,
    /// The predicates, outermost first.
    pub tree: Vec<Predicate>,
}

/// A predicate with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    /// How deep it is nested; 0 for the outermost.
    pub depth: u16,
    /// As it was written, on one line; `all of`, `any of`, `not` for groups.
    pub text: String,
    /// Its verdict.
    pub held: Held,
    /// What it read.
    pub seen: Vec<Seen>,
    /// What may help where it failed.
    pub hint: Option<Hint>,
}

/// A value that a predicate read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The field, placeholder, outcome or count.
    pub name: String,
    /// The value, cut to [`crate::limits::VALUE_BYTES_MAX`].
    pub value: String,
    /// Whether the event has it; what it has not reads as zero.
    pub set: bool,
}

/// Why a predicate failed by little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The two differ in letter case only.
    Case,
    /// They differ in white space at their ends only.
    Space,
    /// The value contains what it was compared with.
    Contains,
    /// The pattern matches if letter case is ignored.
    PatternCase,
    /// The list does not hold it.
    NotInList {
        /// The list, without `%`.
        list: String,
        /// How many entries it has.
        entries: usize,
        /// Whether it would hold it without regard to letter case.
        case: bool,
    },
}

/// Something that often explains a silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// No event of the input has this value, which a predicate asks for.
    NoSuchValue {
        /// The event variable.
        variable: String,
        /// The predicate.
        predicate: String,
        /// The subject's name.
        subject: String,
        /// The values that are there, most frequent first, with their events.
        instead: Vec<(String, u64)>,
    },
    /// No event of the input has this field.
    NeverSet {
        /// The event variable.
        variable: String,
        /// The field.
        field: String,
    },
    /// Events whose match variable is empty are taken out.
    ZeroMatch {
        /// The event variable.
        variable: String,
        /// The match variables, without `$`.
        keys: Vec<String>,
        /// How many events.
        events: u64,
    },
    /// Events without a time, which no window holds together with others.
    Untimed {
        /// How many.
        events: u64,
    },
}

/// What satisfied all predicates of a rule over one event and not its condition.
#[derive(Clone, Debug, Default)]
pub struct HeldBack {
    /// How many events.
    pub events: u64,
    /// The one that came nearest.
    pub event: EventRef,
    /// Its outcome variables, in written order.
    pub outcomes: Vec<(String, String)>,
    /// The condition.
    pub condition: Vec<Predicate>,
}

/// How the events of a rule with `match` meet.
#[derive(Clone, Debug, Default)]
pub struct Meeting {
    /// The kind of window: `over`, `by`, `before`, `after`.
    pub kind: &'static str,
    /// Its length in seconds.
    pub length_s: i64,
    /// The event variable that it lies before or after.
    pub pivot: Option<String>,
    /// From one start to the next in seconds, where windows begin at fixed times.
    pub step_s: Option<i64>,
    /// The match variables, without `$`.
    pub keys: Vec<String>,
    /// Different match values on which something was kept.
    pub groups: u64,
    /// The equalities between event variables.
    pub joins: Vec<Join>,
    /// The group, in its best window, that came nearest to the condition; where
    /// no window holds one, the match value with most event variables.
    pub best: Option<Group>,
    /// Where no window holds a group: what came nearest to one.
    pub miss: Option<Miss>,
    /// Whether not everything was compared, for want of time.
    pub cut: bool,
}

/// An equality between event variables.
#[derive(Clone, Debug, Default)]
pub struct Join {
    /// Its sides, in the variables' order.
    pub members: Vec<JoinMember>,
    /// Values that all required variables have.
    pub shared: u64,
    /// The most frequent values that some required variable lacks.
    pub lonely: Vec<Lonely>,
    /// Whether there were more values than are compared.
    pub cut: bool,
}

/// One side of an equality.
#[derive(Clone, Debug, Default)]
pub struct JoinMember {
    /// The event variable.
    pub variable: String,
    /// The expression.
    pub text: String,
    /// Events that were kept.
    pub events: u64,
    /// Different values.
    pub values: u64,
}

/// A value that some side of an equality lacks.
#[derive(Clone, Debug, Default)]
pub struct Lonely {
    /// The value.
    pub value: String,
    /// The variables that have it, each with how many events.
    pub on: Vec<(String, u64)>,
    /// The required variables that lack it.
    pub lacking: Vec<String>,
    /// The value of a lacking variable that resembles it most.
    pub near: Option<Near>,
}

/// A value that resembles another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The event variable that has it.
    pub variable: String,
    /// The value.
    pub value: String,
    /// In what the two differ.
    pub how: Resemblance,
}

/// In what two values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resemblance {
    /// In letter case only.
    Case,
    /// In white space at their ends only.
    Space,
    /// One has a domain that the other lacks.
    Domain,
    /// In one or two letters.
    Letters,
}

/// One group of events.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The match variables and their values.
    pub matches: Vec<(String, String)>,
    /// Start and end of the window; `None` where no window holds the events.
    pub window: Option<(Timestamp, Timestamp)>,
    /// For each event variable the events that take part.
    pub members: Vec<Member>,
    /// The outcome variables; empty without a window.
    pub outcomes: Vec<(String, String)>,
    /// The condition; empty without a window.
    pub condition: Vec<Predicate>,
    /// Whether it holds.
    pub held: bool,
    /// The variables whose events undo the condition, which asks for none or
    /// for fewer.
    pub undone_by: Vec<String>,
}

/// One event variable of a group.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The event variable.
    pub variable: String,
    /// Whether the condition cannot hold without it.
    pub required: bool,
    /// How many events.
    pub events: u64,
    /// The first of them.
    pub first: Vec<EventRef>,
}

/// Events that belong together and are in no window together.
#[derive(Clone, Debug, Default)]
pub struct Miss {
    /// The match variables and their values.
    pub matches: Vec<(String, String)>,
    /// The events, by time.
    pub events: Vec<(String, EventRef)>,
    /// What keeps them apart.
    pub gap: Gap,
    /// The predicates between event variables on these events.
    pub tests: Vec<Predicate>,
}

/// What keeps events from being in one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gap {
    /// Nothing in time: a predicate between the events does not hold.
    #[default]
    Tests,
    /// They lie further apart than the window is long. Nanoseconds.
    Apart {
        /// From the first to the last, or from the pivot to the furthest.
        distance: i128,
        /// By how much that is too much.
        over: i128,
    },
    /// An event lies on the wrong side of the pivot. Nanoseconds.
    Side {
        /// The event variable, as a position among the rule's.
        variable: usize,
        /// How far it lies from the pivot.
        distance: i128,
    },
    /// They are near enough, but a window ends between them.
    Boundary {
        /// Where it ends.
        at: Timestamp,
        /// How far they lie apart, in nanoseconds.
        distance: i128,
    },
}
