//! Names and constants as SQL writes them.
//!
//! Text of a rule is the author's, so nothing of it may end the constant that
//! it stands in: a quote is doubled, a backslash means nothing to `DuckDB`, and
//! NUL, which no query can hold, is put together from its number.

use yaral_ir::types::Type;
use yaral_ir::value::Value;

/// A text constant.
pub(super) fn text(text: &str) -> String {
    let quoted: Vec<_> = text
        .split('\0')
        .map(|part| format!("'{}'", part.replace('\'', "''")))
        .collect();
    if quoted.len() == 1 {
        quoted.concat()
    } else {
        format!("({})", quoted.join(" || chr(0) || "))
    }
}

/// A name of a column, table or struct field.
pub(super) fn name(name: &str) -> String {
    format!(
        "\"{}\"",
        name.replace('"', "\"\"").replace('\0', "\u{2400}")
    )
}

/// Text within a comment: on one line whatever it holds.
pub(super) fn comment(text: &str) -> String {
    text.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A constant; `None` for a value that SQL has no constant of.
pub(super) fn value(value: &Value<'_>) -> Option<String> {
    Some(match value {
        Value::Str(_) | Value::Enum(..) => text(&value.text()),
        Value::Bytes(bytes) => text(std::str::from_utf8(bytes).ok()?),
        Value::Int(i64::MIN) => "(-9223372036854775807 - 1)".to_owned(),
        Value::Int(number) if *number < 0 => format!("({number})"),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        Value::Float(number) if number.is_finite() => format!("CAST({number:?} AS DOUBLE)"),
        Value::Float(_) => return None,
        Value::List(items) => {
            let items: Option<Vec<_>> = items.iter().map(self::value).collect();
            format!("[{}]", items?.join(", "))
        }
    })
}

/// What an unset field of this type reads as.
pub(super) fn zero(ty: Type) -> String {
    match ty {
        Type::Int | Type::Uint => "0".to_owned(),
        Type::Float => "CAST(0 AS DOUBLE)".to_owned(),
        Type::Bool => "FALSE".to_owned(),
        Type::Enum(of) => text(of.value_name(0).unwrap_or("0")),
        Type::List(_) => "[]".to_owned(),
        Type::Str | Type::Any | Type::Bytes => "''".to_owned(),
    }
}

/// The place of a member in an object, as a JSON pointer.
pub(super) fn pointer(key: &str) -> String {
    text(&format!("/{}", key.replace('~', "~0").replace('/', "~1")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_constant_before_its_end() {
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text(r"\'; DROP"), r"'\''; DROP'");
        assert_eq!(text("a\0'b"), "('a' || chr(0) || '''b')");
        assert_eq!(name("a\"b"), "\"a\"\"b\"");
        assert_eq!(comment("a\n; DROP\r\u{2028}b"), "a ; DROP  b");
        assert_eq!(pointer("a/b~'"), "'/a~1b~0'''");
    }

    #[test]
    fn constants_have_one_spelling() {
        assert_eq!(
            value(&Value::Int(i64::MIN)).unwrap(),
            "(-9223372036854775807 - 1)"
        );
        assert_eq!(value(&Value::Float(1.0)).unwrap(), "CAST(1.0 AS DOUBLE)");
        assert_eq!(value(&Value::Float(f64::NAN)), None);
        let list = Value::List(vec![Value::str("a"), Value::str("'")]);
        assert_eq!(value(&list).unwrap(), "['a', '''']");
    }
}
