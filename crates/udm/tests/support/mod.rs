//! Random events: JSON text grown from the schema by a string of choices.
//!
//! The choices come from proptest, so a failing event shrinks with them.

use std::fmt::Write as _;

use yaral_udm::{FieldId, FieldKind, FieldPath, FieldSet, MessageId, Root};

/// A source of decisions; every decision after the last is zero.
pub(crate) struct Choices<'c> {
    bytes: std::slice::Iter<'c, u8>,
}

impl<'c> Choices<'c> {
    pub(crate) fn new(bytes: &'c [u8]) -> Self {
        Self {
            bytes: bytes.iter(),
        }
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        wide % end
    }

    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    fn left(&self) -> bool {
        self.bytes.len() > 0
    }
}

/// One JSON object for the message, names in one case or the other.
pub(crate) fn object(
    choices: &mut Choices<'_>,
    message: MessageId,
    snake: bool,
    depth: usize,
) -> String {
    let mut out = String::from("{");
    let fields: Vec<FieldId> = message.fields().collect();
    let mut seen = Vec::new();
    for _ in 0..=choices.below(5) {
        let field = fields[choices.below(fields.len())];
        let nested = matches!(field.kind(), FieldKind::Message(_) | FieldKind::Map);
        if !choices.left() || seen.contains(&field) || (nested && depth == 0) {
            continue;
        }
        if !seen.is_empty() {
            out.push(',');
        }
        seen.push(field);
        let _ = write!(
            out,
            "\"{}\":",
            if snake { field.name() } else { field.json() }
        );
        if field.repeated() {
            let elements: Vec<String> = (0..choices.below(4))
                .map(|_| value(choices, field.kind(), snake, depth))
                .collect();
            let _ = write!(out, "[{}]", elements.join(","));
        } else {
            out.push_str(&value(choices, field.kind(), snake, depth));
        }
    }
    out.push('}');
    out
}

fn value(choices: &mut Choices<'_>, kind: FieldKind, snake: bool, depth: usize) -> String {
    let pick = |choices: &mut Choices<'_>, of: &[&str]| of[choices.below(of.len())].to_owned();
    match kind {
        FieldKind::String => pick(
            choices,
            &[
                "\"a\"",
                "\"\"",
                "\"\\u2028\\n\\\"\"",
                "\"b\"",
                "\"10.0.0.1\"",
                "\"é\\ud83d\\ude00\"",
            ],
        ),
        FieldKind::Bytes => pick(
            choices,
            &[
                "\"AAEC_-8=\"",
                "\"ZTE=\"",
                "\"e1\"",
                "\"\"",
                "\"AAAA\"",
                "\"e100\"",
            ],
        ),
        FieldKind::Bool => pick(choices, &["true", "false"]),
        FieldKind::Int32 => pick(choices, &["0", "-1", "2147483647", "\"7\"", "1.0"]),
        FieldKind::Int64 => pick(choices, &["0", "\"-9223372036854775808\"", "5", "1e3"]),
        FieldKind::Uint32 => pick(choices, &["0", "4294967295", "\"7\""]),
        FieldKind::Uint64 => pick(choices, &["\"0\"", "18446744073709551615", "5"]),
        FieldKind::Float | FieldKind::Double => pick(
            choices,
            &[
                "0",
                "-0.0",
                "1.5",
                "\"NaN\"",
                "\"-Infinity\"",
                "1e300",
                "1e-9",
                "123456789012345678",
            ],
        ),
        FieldKind::Timestamp => pick(
            choices,
            &[
                "\"2024-05-01T10:00:00.5+02:00\"",
                "\"1970-01-01T00:00:00Z\"",
                "{\"seconds\":\"5\",\"nanos\":1000}",
            ],
        ),
        FieldKind::Duration => pick(choices, &["\"1.5s\"", "\"-3s\"", "\"0s\""]),
        FieldKind::Struct => free(choices, 3),
        FieldKind::Map => format!(
            "{{\"k\":{}}}",
            object(choices, MessageId::FINDING_VARIABLE, snake, depth - 1)
        ),
        FieldKind::Enum(of) => {
            let values: Vec<_> = of.values().collect();
            let (name, number) = values[choices.below(values.len())];
            if choices.below(2) == 0 {
                format!("\"{name}\"")
            } else {
                number.to_string()
            }
        }
        FieldKind::Message(message) => object(choices, message, snake, depth.saturating_sub(1)),
    }
}

fn free(choices: &mut Choices<'_>, depth: usize) -> String {
    let keys = ["a", "b", "key", ""];
    let entries: Vec<String> = (0..choices.below(5))
        .map(|_| {
            let key = keys[choices.below(keys.len())];
            let value = match choices.below(8) {
                0 => "null".to_owned(),
                1 => "1.0".to_owned(),
                2 => "18446744073709551615".to_owned(),
                3 if depth > 0 => free(choices, depth - 1),
                4 if depth > 0 => format!("[{},[]]", free(choices, depth - 1)),
                5 => "-1".to_owned(),
                6 => "false".to_owned(),
                _ => "\"text\"".to_owned(),
            };
            format!("\"{key}\":{value}")
        })
        .collect();
    format!("{{{}}}", entries.join(","))
}

/// A set of a few random paths, some of them narrowed to a key.
pub(crate) fn field_set(choices: &mut Choices<'_>) -> FieldSet {
    let mut set = FieldSet::empty();
    for _ in 0..choices.below(12) {
        let mut message = Root::Event.message();
        let mut steps = Vec::new();
        loop {
            let fields: Vec<FieldId> = message.fields().collect();
            let field = fields[choices.below(fields.len())];
            steps.push(field);
            match field.kind() {
                FieldKind::Message(next) if choices.below(3) > 0 && steps.len() < 6 => {
                    message = next;
                }
                _ => break,
            }
        }
        let path = FieldPath::from_steps(Root::Event, steps);
        if choices.below(2) == 0 {
            set.insert(&path);
        } else {
            set.insert_key(&path, ["a", "b", "key"][choices.below(3)]);
        }
    }
    set
}
