//! What is wrong with text that is no YAML, in the words of this tool.

use serde_saphyr::{Error, budget::BudgetBreach};

/// What the reader's mistake means, and how many characters it is about.
pub(super) fn told(error: &Error) -> (String, usize) {
    let what = match error.without_snippet() {
        Error::AliasError { error, .. } => return told(error),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            return (format!("there are two keys `{key}`"), key.chars().count());
        }
        Error::DuplicateMappingKey { .. } => "a key is there twice",
        Error::MultipleDocuments { .. } => "a file is one YAML document, and here begins another",
        Error::UnknownAnchor { .. } => "this alias names no anchor (`&name`) before it",
        Error::RecursiveReferencesRequireWeakTypes { .. } => "an anchor holds its own alias",
        Error::Budget { breach, .. } => too_much(breach),
        Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => "its aliases come to more than is read",
        Error::Unexpected { .. } | Error::NullIntoString { .. } => "a key is text",
        Error::MergeValueNotMapOrSeqOfMaps { .. } => "`<<` takes a mapping, or a list of some",
        Error::InvalidBinaryBase64 { .. } | Error::BinaryNotUtf8 { .. } => {
            "this is not the base64 of text"
        }
        Error::UnsupportedTag { .. } | Error::TaggedScalarCannotDeserializeIntoString { .. } => {
            "tags (`!name`) mean nothing here"
        }
        Error::Eof { .. } => "the text ends too early",
        Error::ExternalMessage { msg, .. } if msg.contains("recursion limit") => DEEP,
        // What the scanner of YAML says is about YAML.
        Error::ExternalMessage { msg, .. } => return (format!("this is not YAML: {msg}"), 1),
        _ => "this is not YAML that a test file can hold",
    };
    (what.to_owned(), 1)
}

const DEEP: &str = "it is nested too deeply";

fn too_much(breach: &BudgetBreach) -> &'static str {
    match breach {
        BudgetBreach::Events { .. } | BudgetBreach::Nodes { .. } => {
            "there are more values than are read; large inputs belong into files of their own"
        }
        BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. } => {
            "there are more anchors and aliases than are read"
        }
        BudgetBreach::Depth { .. } => DEEP,
        BudgetBreach::Documents { .. } => "a file is one YAML document",
        _ => "there is more text than is read; large inputs belong into files of their own",
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml::parse;

    #[test]
    fn mistakes_are_told_in_our_words() {
        let deep = format!("a: {}{}", "[".repeat(3_000), "]".repeat(3_000));
        let many = format!("a:\n{}", "  - [1,2,3,4,5,6,7,8,9]\n".repeat(30_000));
        for (text, line, what) in [
            ("a: 1\na: 2\n", 2, "there are two keys `a`"),
            ("a: [1\nb: 2\n", 2, "this is not YAML: illegal placement"),
            ("a: *x\n", 1, "names no anchor"),
            ("a: &x [*x]\n", 1, "holds its own alias"),
            ("a: 1\n---\nb: 2\n", 3, "one YAML document"),
            ("? [a]\n: b\n", 1, "a key is text"),
            ("~: b\n", 1, "a key is text"),
            ("<<: 1\n", 1, "`<<` takes a mapping"),
            ("a: !!binary '#'\n", 1, "not the base64"),
            (&deep, 1, "nested too deeply"),
            (&many, 25_002, "more values than are read"),
        ] {
            let mistake = parse(text).expect_err(what);
            let told = mistake.what.as_str();
            assert!(told.contains(what), "{what}: {told}");
            for leak in ["line ", "column", "Option", "budget", "error", "from_str"] {
                assert!(!told.contains(leak), "{told}");
            }
            assert!(
                mistake.place.line.abs_diff(line) < 300,
                "{what}: {mistake:?}"
            );
        }
    }
}
