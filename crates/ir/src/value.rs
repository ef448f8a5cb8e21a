//! The values that expressions take while an event is evaluated.
//!
//! Text borrows from the event where it can, so that reading a field copies
//! nothing. Two values of different numeric types compare by magnitude.
//! Nothing here fails: where an operation makes no sense the result is the
//! zero value, as the reference has it for all functions (yara-l §8).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use yaral_udm::EnumId;

/// The value of an expression for one row of one event.
#[derive(Clone, Debug)]
pub enum Value<'e> {
    /// Text.
    Str(Cow<'e, str>),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A floating point number.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// Raw bytes.
    Bytes(Cow<'e, [u8]>),
    /// An enum value by number.
    Enum(EnumId, i32),
    /// A list.
    List(Vec<Value<'e>>),
}

impl<'e> Value<'e> {
    /// The empty string.
    pub const EMPTY: Value<'static> = Value::Str(Cow::Borrowed(""));

    /// Borrowed text.
    #[must_use]
    pub fn str(text: &'e str) -> Self {
        Value::Str(Cow::Borrowed(text))
    }

    /// Owned text.
    #[must_use]
    pub fn string(text: String) -> Self {
        Value::Str(Cow::Owned(text))
    }

    /// The text of a string, enum (its name) or UTF-8 bytes; other values
    /// have the spelling that [`fmt::Display`] gives them.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Value::Str(s) => Cow::Borrowed(s),
            Value::Bytes(b) => String::from_utf8_lossy(b),
            Value::Enum(e, n) => match e.value_name(*n) {
                Some(name) => Cow::Borrowed(name),
                None => Cow::Owned(n.to_string()),
            },
            other => Cow::Owned(other.to_string()),
        }
    }

    /// The value as an integer: booleans are 0 or 1, floats lose their
    /// fraction, text and lists are 0.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is what is wanted"
    )]
    pub fn int(&self) -> i64 {
        match self {
            Value::Int(i) => *i,
            Value::Uint(u) => i64::try_from(*u).unwrap_or(i64::MAX),
            Value::Float(f) => *f as i64,
            Value::Bool(b) => i64::from(*b),
            Value::Enum(_, n) => i64::from(*n),
            Value::Str(_) | Value::Bytes(_) | Value::List(_) => 0,
        }
    }

    /// The value as a float; text and lists are 0.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        reason = "YARA-L floats are 64-bit; large integers round"
    )]
    pub fn float(&self) -> f64 {
        match self {
            Value::Float(f) => *f,
            Value::Uint(u) => *u as f64,
            other => other.int() as f64,
        }
    }

    /// Whether the value counts as true where a boolean is wanted.
    #[must_use]
    pub fn truth(&self) -> bool {
        match self {
            Value::Bool(b) => *b,
            other => !other.is_zero(),
        }
    }

    /// Whether this is the zero value of its type, that is what an unset
    /// field reads as.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        match self {
            Value::Str(s) => s.is_empty(),
            Value::Bytes(b) => b.is_empty(),
            Value::List(l) => l.is_empty(),
            Value::Int(i) => *i == 0,
            Value::Uint(u) => *u == 0,
            Value::Float(f) => *f == 0.0,
            Value::Bool(b) => !*b,
            Value::Enum(_, n) => *n == 0,
        }
    }

    /// Whether the value is a number of any kind.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Uint(_) | Value::Float(_))
    }

    /// Detaches the value from the event it was read from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Str(s) => Value::Str(Cow::Owned(s.into_owned())),
            Value::Bytes(b) => Value::Bytes(Cow::Owned(b.into_owned())),
            Value::List(l) => Value::List(l.into_iter().map(Value::into_owned).collect()),
            Value::Int(i) => Value::Int(i),
            Value::Uint(u) => Value::Uint(u),
            Value::Float(f) => Value::Float(f),
            Value::Bool(b) => Value::Bool(b),
            Value::Enum(e, n) => Value::Enum(e, n),
        }
    }

    /// Equality as `=` has it: numbers by magnitude, enums by name against
    /// text, everything else within its kind.
    #[must_use]
    pub fn equals(&self, other: &Value<'_>, nocase: bool) -> bool {
        match (self, other) {
            (Value::Str(a), Value::Str(b)) => text_equals(a, b, nocase),
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Enum(ea, a), Value::Enum(eb, b)) if ea == eb => a == b,
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.equals(y, nocase))
            }
            (
                Value::Enum(..) | Value::Bytes(_) | Value::Str(_),
                Value::Str(_) | Value::Bytes(_),
            )
            | (Value::Str(_) | Value::Bytes(_), Value::Enum(..)) => {
                text_equals(&self.text(), &other.text(), nocase)
            }
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }

    /// Order as `<` has it; `None` where the two cannot be ordered (text
    /// against a number, or a NaN), in which case every comparison is false.
    #[must_use]
    pub fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Uint(a), Value::Uint(b)) => Some(a.cmp(b)),
            (Value::Int(a), Value::Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Value::Uint(a), Value::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Value::Str(a), Value::Str(b)) => Some(a.as_ref().cmp(b.as_ref())),
            (Value::Bytes(a), Value::Bytes(b)) => Some(a.as_ref().cmp(b.as_ref())),
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::Enum(_, a), Value::Enum(_, b)) => Some(a.cmp(b)),
            (Value::Enum(e, a), Value::Str(name)) => e.number(name).map(|b| a.cmp(&b)),
            (Value::Str(name), Value::Enum(e, b)) => e.number(name).map(|a| a.cmp(b)),
            (a, b) if a.numeric() && b.numeric() => a.float().partial_cmp(&b.float()),
            _ => None,
        }
    }

    /// A total order for deterministic output and for distinct counts; kinds
    /// are ordered among each other in the order of their declaration.
    #[must_use]
    pub fn total_cmp(&self, other: &Value<'_>) -> Ordering {
        match (self, other) {
            (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
            (Value::List(a), Value::List(b)) => {
                let by_item = a
                    .iter()
                    .zip(b)
                    .map(|(x, y)| x.total_cmp(y))
                    .find(|o| o.is_ne());
                by_item.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => match self.rank().cmp(&other.rank()) {
                Ordering::Equal => self.compare(other).unwrap_or(Ordering::Equal),
                unequal => unequal,
            },
        }
    }

    fn numeric(&self) -> bool {
        self.is_number() || matches!(self, Value::Bool(_) | Value::Enum(..))
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Str(_) => 0,
            Value::Int(_) | Value::Uint(_) => 1,
            Value::Float(_) => 2,
            Value::Bool(_) => 3,
            Value::Bytes(_) => 4,
            Value::Enum(..) => 5,
            Value::List(_) => 6,
        }
    }
}

/// Text equality; without case both sides are folded by Unicode lower case.
fn text_equals(a: &str, b: &str, nocase: bool) -> bool {
    if !nocase {
        return a == b;
    }
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

/// The spelling used in outcomes: integers plain, floats shortest, booleans
/// `true`/`false`, enums by name, lists comma-joined.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Str(s) => f.write_str(s),
            Value::Int(i) => write!(f, "{i}"),
            Value::Uint(u) => write!(f, "{u}"),
            Value::Float(x) => write!(f, "{x}"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Bytes(_) | Value::Enum(..) => f.write_str(&self.text()),
            Value::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(",")?;
                    }
                    item.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank() && self.total_cmp(other).is_eq()
    }
}

impl From<bool> for Value<'_> {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

impl From<i64> for Value<'_> {
    fn from(i: i64) -> Self {
        Value::Int(i)
    }
}

impl From<f64> for Value<'_> {
    fn from(f: f64) -> Self {
        Value::Float(f)
    }
}

impl From<String> for Value<'_> {
    fn from(s: String) -> Self {
        Value::string(s)
    }
}

impl<'e> From<&'e str> for Value<'e> {
    fn from(s: &'e str) -> Self {
        Value::str(s)
    }
}
