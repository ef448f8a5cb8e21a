//! The content manager's `reference_list_config.yaml`, as far as it is needed.
//!
//! The file is machine-written YAML of one shape: a list's name at the margin,
//! its properties indented below. Only `syntax_type` is read, line by line;
//! whatever else stands there is passed over.

use std::collections::BTreeMap;

use yaral_ir::lists::ListKind;

/// The kind of each list, or the line and what is wrong with it.
pub(super) fn kinds(text: &str) -> Result<BTreeMap<String, ListKind>, (usize, String)> {
    let mut kinds = BTreeMap::new();
    let mut name: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') || content == "---" {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            name = content.split_once(':').map(|(key, _)| unquote(key));
            continue;
        }
        let Some(("syntax_type", value)) = content.split_once(':') else {
            continue;
        };
        let Some(name) = name else {
            return Err((index + 1, "`syntax_type` stands outside a list".to_owned()));
        };
        let kind = match unquote(value.split(" #").next().unwrap_or(value)) {
            "REFERENCE_LIST_SYNTAX_TYPE_PLAIN_TEXT_STRING" => ListKind::String,
            "REFERENCE_LIST_SYNTAX_TYPE_REGEX" => ListKind::Regex,
            "REFERENCE_LIST_SYNTAX_TYPE_CIDR" => ListKind::Cidr,
            other => {
                return Err((
                    index + 1,
                    format!("`{other}` is no syntax type of a reference list"),
                ));
            }
        };
        kinds.insert(name.to_owned(), kind);
    }
    Ok(kinds)
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_types_quotes_and_comments() {
        let text = "# machine-written\n---\n'a b':\n  syntax_type: \"REFERENCE_LIST_SYNTAX_TYPE_REGEX\" # why\n\
                    c:\n  rules:\n  - syntax\n  syntax_type: REFERENCE_LIST_SYNTAX_TYPE_CIDR\n";
        let kinds = kinds(text).unwrap();
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            [
                ("a b".to_owned(), ListKind::Regex),
                ("c".to_owned(), ListKind::Cidr)
            ]
        );
        assert!(super::kinds("  syntax_type: x\n").is_err());
    }
}
