//! The values of literals: escapes, numbers, durations.
//!
//! The escape set of `"…"` strings is not published in full; this follows the
//! set that Go and protocol buffer text share. `\xHH` and octal escapes name
//! bytes, and the whole must be UTF-8. An unknown escape keeps its backslash.

/// What is wrong with an escape sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EscapeFault {
    /// Not in the set; kept as it is written.
    Unknown,
    /// Too few digits.
    Short,
    /// The number names no character, or a byte above 255.
    NoCharacter,
    /// The bytes of the string are not UTF-8.
    NotUtf8,
}

/// A fault at a byte range relative to the start of the decoded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EscapeError {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) fault: EscapeFault,
}

/// Decodes the inside of a `"…"` string (without its quotes).
pub(crate) fn unescape(inner: &str) -> (String, Vec<EscapeError>) {
    if !inner.contains('\\') {
        return (inner.to_owned(), Vec::new());
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut errors = Vec::new();
    let mut at = 0;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        bytes.extend(rest.bytes().take(plain));
        at += plain;
        if let Some(escape) = rest.get(plain..).filter(|escape| !escape.is_empty()) {
            let length = match decode_escape(escape, &mut bytes) {
                Ok(length) => length,
                Err((length, fault)) => {
                    bytes.extend(escape.bytes().take(length));
                    errors.push(EscapeError {
                        start: at,
                        end: at + length,
                        fault,
                    });
                    length
                }
            };
            at += length.max(1);
        }
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|broken| {
        errors.push(EscapeError {
            start: 0,
            end: inner.len(),
            fault: EscapeFault::NotUtf8,
        });
        String::from_utf8_lossy(broken.as_bytes()).into_owned()
    });
    (text, errors)
}

/// Decodes one escape at the start of `escape`, which begins with `\`.
/// Answers the length of the escape in bytes, also with a fault.
fn decode_escape(escape: &str, bytes: &mut Vec<u8>) -> Result<usize, (usize, EscapeFault)> {
    let Some(letter) = escape.chars().nth(1) else {
        return Err((1, EscapeFault::Short));
    };
    let simple = match letter {
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0C,
        'v' => 0x0B,
        '\\' => b'\\',
        '"' => b'"',
        '\'' => b'\'',
        'x' => {
            return numeric(
                escape,
                Digits {
                    skip: 2,
                    count: 2,
                    radix: 16,
                },
                bytes,
                true,
            );
        }
        'u' => {
            return numeric(
                escape,
                Digits {
                    skip: 2,
                    count: 4,
                    radix: 16,
                },
                bytes,
                false,
            );
        }
        'U' => {
            return numeric(
                escape,
                Digits {
                    skip: 2,
                    count: 8,
                    radix: 16,
                },
                bytes,
                false,
            );
        }
        '0'..='7' => {
            return numeric(
                escape,
                Digits {
                    skip: 1,
                    count: 3,
                    radix: 8,
                },
                bytes,
                true,
            );
        }
        other => return Err((1 + other.len_utf8(), EscapeFault::Unknown)),
    };
    bytes.push(simple);
    Ok(2)
}

/// Where the digits of a numeric escape stand.
#[derive(Clone, Copy)]
struct Digits {
    skip: usize,
    count: usize,
    radix: u32,
}

/// Decodes a numeric escape as a byte or as a character.
fn numeric(
    escape: &str,
    digits: Digits,
    bytes: &mut Vec<u8>,
    is_byte: bool,
) -> Result<usize, (usize, EscapeFault)> {
    let rest = escape.get(digits.skip..).unwrap_or_default();
    let found = rest
        .chars()
        .take(digits.count)
        .take_while(|c| c.is_digit(digits.radix))
        .count();
    let length = digits.skip + found;
    if found < digits.count {
        return Err((length, EscapeFault::Short));
    }
    let fault = (length, EscapeFault::NoCharacter);
    let value = rest
        .get(..found)
        .and_then(|text| u32::from_str_radix(text, digits.radix).ok());
    let value = value.ok_or(fault)?;
    if is_byte {
        bytes.push(u8::try_from(value).map_err(|_| fault)?);
    } else {
        let character = char::from_u32(value).ok_or(fault)?;
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(length)
}

/// The value of a regex literal: `\/` loses its backslash, the rest is kept.
pub(crate) fn regex_value(inner: &str) -> String {
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        match characters.next() {
            Some('/') => value.push('/'),
            Some(other) => value.extend(['\\', other]),
            None => value.push('\\'),
        }
    }
    value
}

/// Whether `text` is the unit of a duration.
pub(crate) fn is_unit(text: &str) -> bool {
    matches!(text, "s" | "m" | "h" | "d" | "S" | "M" | "H" | "D")
}

/// What to write for a duration whose unit the language does not have.
pub(crate) fn other_unit(text: &str, unit: &str) -> String {
    const DAYS_OF_WEEK: u64 = 7;
    const UNITS: &str = "the units are `m`, `h` and `d`";
    let number = text.strip_suffix(unit).unwrap_or_default();
    let letter = match unit.to_ascii_lowercase().as_str() {
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        "w" | "wk" | "week" | "weeks" => {
            let days = number.parse::<u64>().ok();
            return match days.and_then(|weeks| weeks.checked_mul(DAYS_OF_WEEK)) {
                Some(days) => format!("{UNITS}; write `{days}d`"),
                None => UNITS.to_owned(),
            };
        }
        _ => return format!("{UNITS}, as in `90m`, `12h` or `2d`"),
    };
    if number.len() > 20 {
        return UNITS.to_owned();
    }
    format!("{UNITS}; write `{number}{letter}`")
}

/// The seconds of a duration such as `5m`; `None` if it is not one or is
/// larger than 64 bits can hold.
pub(crate) fn duration_seconds(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit.to_ascii_lowercase() {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<EscapeFault> {
        unescape(text)
            .1
            .into_iter()
            .map(|error| error.fault)
            .collect()
    }

    #[test]
    fn every_known_escape_is_decoded() {
        let (text, errors) = unescape(r#"\n\r\t\\\"\'\a\b\f\v\x41\102\u00e9\U0001F600"#);
        assert_eq!(text, "\n\r\t\\\"'\u{7}\u{8}\u{c}\u{b}ABé😀");
        assert!(errors.is_empty());
    }

    #[test]
    fn bytes_join_to_characters() {
        assert_eq!(unescape(r"\xc3\xa9"), ("é".to_owned(), Vec::new()));
        assert_eq!(faults(r"\xff"), [EscapeFault::NotUtf8]);
    }

    #[test]
    fn faults_are_named_and_text_is_kept() {
        assert_eq!(unescape(r"a\.b").0, r"a\.b");
        assert_eq!(faults(r"a\.b"), [EscapeFault::Unknown]);
        assert_eq!(faults(r"\x4"), [EscapeFault::Short]);
        assert_eq!(faults(r"\ud800"), [EscapeFault::NoCharacter]);
        assert_eq!(faults(r"\777"), [EscapeFault::NoCharacter]);
        assert_eq!(faults("\\"), [EscapeFault::Short]);
        let error = unescape(r"ab\é!").1;
        assert_eq!(
            error,
            [EscapeError {
                start: 2,
                end: 5,
                fault: EscapeFault::Unknown
            }]
        );
    }

    #[test]
    fn a_regex_loses_only_the_escape_of_its_slash() {
        assert_eq!(regex_value(r"a\/b\\\/\d"), r"a/b\\/\d");
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration_seconds("5m"), Some(300));
        assert_eq!(duration_seconds("2D"), Some(172_800));
        assert_eq!(duration_seconds("5"), None);
        assert_eq!(duration_seconds("18446744073709551615d"), None);
    }
}
