//! OpenShift: `oc adm node-logs` writes the node's name before each record.
//!
//! The logs of several masters and of several servers on them (the API server,
//! the aggregated ones, the OAuth server) then stand in one stream.

/// The node's name and the record behind it. A name is what DNS allows, so
/// that no other text in front of a record passes for one.
pub(crate) fn node_prefix(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'))?;
    let (name, rest) = text.split_at(end);
    let record = rest.trim_start_matches([' ', '\t']);
    let separate = record.len() < rest.len() && record.starts_with('{');
    (separate && name.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some((name, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_white_space_stand_before_a_record() {
        for (text, expected) in [
            (
                "master-0.example.com {\"a\":1}",
                Some(("master-0.example.com", "{\"a\":1}")),
            ),
            ("m0\t {}", Some(("m0", "{}"))),
            ("m0{}", None),
            ("{}", None),
            ("", None),
            ("-m {}", None),
            ("m0 [1]", None),
            ("two words {}", None),
            ("2026-11-23T05:18:12Z {}", None),
        ] {
            assert_eq!(node_prefix(text), expected, "{text}");
        }
    }
}
