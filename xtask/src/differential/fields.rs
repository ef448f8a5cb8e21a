//! The fields that rules and events are made of, and the values they take.
//!
//! Few fields of every kind and shape, few values, and the same values for
//! all fields of a kind, so that equalities hold often.

use super::dice::Dice;

/// What kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A signed integer.
    Int,
    /// An unsigned integer.
    Uint,
    /// A floating point number.
    Float,
    /// A boolean.
    Bool,
    /// Binary data.
    Bytes,
    /// An enum, and the names of some of its values in order of number.
    Enum(&'static [&'static str]),
}

/// How often a field can stand in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Once.
    Single,
    /// As a list of values.
    Repeated,
    /// Within a list of messages, so that its siblings stay aligned.
    Element,
    /// Behind a map key.
    Key,
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// As rules write it, without the variable.
    pub path: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its shape.
    pub shape: Shape,
    /// The field of the event that it stands in, as JSON has it.
    pub section: &'static str,
    /// How it is written within the section; `@` is the value.
    pub json: &'static str,
}

const EVENT_TYPES: &[&str] = &["PROCESS_LAUNCH", "FILE_OPEN", "USER_LOGIN"];
const DIRECTIONS: &[&str] = &["INBOUND", "OUTBOUND"];
const ACTIONS: &[&str] = &["ALLOW", "BLOCK"];

const fn field(
    path: &'static str,
    kind: Kind,
    shape: Shape,
    section: &'static str,
    json: &'static str,
) -> Field {
    Field {
        path,
        kind,
        shape,
        section,
        json,
    }
}

/// All fields.
#[rustfmt::skip] // One line each.
pub const FIELDS: &[Field] = &[
    field("principal.hostname", Kind::Text, Shape::Single, "principal", "\"hostname\":@"),
    field("target.hostname", Kind::Text, Shape::Single, "target", "\"hostname\":@"),
    field("principal.user.userid", Kind::Text, Shape::Single, "principal", "\"user\":{\"userid\":@}"),
    field("network.session_id", Kind::Text, Shape::Single, "network", "\"sessionId\":@"),
    field("principal.ip", Kind::Text, Shape::Repeated, "principal", "\"ip\":@"),
    field("target.ip", Kind::Text, Shape::Repeated, "target", "\"ip\":@"),
    field("about.hostname", Kind::Text, Shape::Element, "about", "\"hostname\":@"),
    field("about.ip", Kind::Text, Shape::Element, "about", "\"ip\":@"),
    field("about.port", Kind::Int, Shape::Element, "about", "\"port\":@"),
    field("security_result.summary", Kind::Text, Shape::Element, "securityResult", "\"summary\":@"),
    field("security_result.action", Kind::Enum(ACTIONS), Shape::Element, "securityResult", "\"action\":@"),
    field("security_result.risk_score", Kind::Float, Shape::Element, "securityResult", "\"riskScore\":@"),
    field("additional.fields[\"k\"]", Kind::Text, Shape::Key, "additional", "\"k\":@"),
    field("metadata.ingestion_labels[\"k\"]", Kind::Text, Shape::Key, "metadata", "\"ingestionLabels\":[{\"key\":\"k\",\"value\":@}]"),
    field("target.port", Kind::Int, Shape::Single, "target", "\"port\":@"),
    field("principal.port", Kind::Int, Shape::Single, "principal", "\"port\":@"),
    field("network.sent_packets", Kind::Int, Shape::Single, "network", "\"sentPackets\":@"),
    field("network.sent_bytes", Kind::Uint, Shape::Single, "network", "\"sentBytes\":@"),
    field("network.received_bytes", Kind::Uint, Shape::Single, "network", "\"receivedBytes\":@"),
    field("principal.location.region_coordinates.latitude", Kind::Float, Shape::Single, "principal", "\"location\":{\"regionCoordinates\":{\"latitude\":@}}"),
    field("target.location.region_coordinates.latitude", Kind::Float, Shape::Single, "target", "\"location\":{\"regionCoordinates\":{\"latitude\":@}}"),
    field("network.ipv6", Kind::Bool, Shape::Single, "network", "\"ipv6\":@"),
    field("metadata.event_type", Kind::Enum(EVENT_TYPES), Shape::Single, "metadata", "\"eventType\":@"),
    field("network.direction", Kind::Enum(DIRECTIONS), Shape::Single, "network", "\"direction\":@"),
    field("network.dhcp.client_identifier", Kind::Bytes, Shape::Single, "network", "\"dhcp\":{\"clientIdentifier\":@}"),
];

/// The event's time, which every event has unless it is left out on purpose.
pub const TIME: &str = "metadata.event_timestamp.seconds";

/// The values that one rule and its events share.
#[derive(Clone, Copy, Debug)]
pub struct World {
    texts: &'static [&'static str],
    ints: &'static [i64],
}

const PLAIN: &[&str] = &["a", "a", "a", "b", ""];
const WIDE: &[&str] = &["a", "a", "b", "c", "A", "ab", ""];
/// K, k and the Kelvin sign; i and I with and without their dots; two kinds
/// of long s; enum names, to meet enums; the spelling of a number.
const CASED: &[&str] = &[
    "k", "K", "\u{212a}", "i", "I", "\u{130}", "\u{131}", "s", "\u{17f}", "",
];
const NAMES: &[&str] = &["ALLOW", "USER_LOGIN", "INBOUND", "1", "a", ""];

impl World {
    /// Some world, mostly a small one.
    pub fn draw(dice: &mut Dice) -> Self {
        let texts = [PLAIN, WIDE, CASED, NAMES][dice.weighted(&[6, 2, 2, 1])];
        let ints: [&[i64]; 3] = [&[1, 2, 0, 3], &[22, 80, 0], &[i64::MAX, 1, 0, -1]];
        let ints = ints[dice.weighted(&[6, 2, 1])];
        World { texts, ints }
    }

    /// A text.
    pub fn text(self, dice: &mut Dice) -> &'static str {
        self.texts[dice.index(self.texts.len())]
    }

    /// An integer that fits in the kind; never negative in a rule, which has no such literals.
    pub fn int(self, dice: &mut Dice, kind: Kind) -> i64 {
        let value = *dice.one(self.ints);
        if kind == Kind::Uint {
            value.max(0)
        } else {
            value.clamp(-1, i64::from(i32::MAX))
        }
    }

    /// A value of the kind as a rule writes it.
    pub fn literal(self, dice: &mut Dice, kind: Kind) -> String {
        match kind {
            Kind::Text | Kind::Bytes => format!("\"{}\"", self.text(dice)),
            Kind::Int => self.int(dice, kind).max(0).to_string(),
            Kind::Uint => self.int(dice, kind).to_string(),
            Kind::Float => (*dice.one(&["1.5", "0.0", "2.0", "1", "0"])).to_owned(),
            Kind::Bool => (*dice.one(&["true", "false"])).to_owned(),
            Kind::Enum(names) => format!("\"{}\"", dice.one(names)),
        }
    }

    /// A value of the kind as an event's JSON writes it; sometimes the zero value.
    pub fn json(self, dice: &mut Dice, kind: Kind) -> String {
        match kind {
            Kind::Text => format!("\"{}\"", self.text(dice)),
            Kind::Int => self.int(dice, kind).to_string(),
            Kind::Uint if dice.chance(8) => "\"18446744073709551615\"".to_owned(),
            Kind::Uint => format!("\"{}\"", self.int(dice, kind)),
            Kind::Float => (*dice.one(&["1.5", "0.0", "2.0", "-0.0", "0.1"])).to_owned(),
            Kind::Bool => (*dice.one(&["true", "false"])).to_owned(),
            // "a", "ab" and bytes that are no text.
            Kind::Bytes => (*dice.one(&["\"YQ==\"", "\"YWI=\"", "\"\"", "\"/w==\""])).to_owned(),
            Kind::Enum(names) => format!("\"{}\"", dice.one(names)),
        }
    }
}
