//! Every limit, read from the very files that define them.
//!
//! The files follow one form: a doc comment, then `pub const NAME: type =
//! value;`. What does not follow it is no limit and is left out.

use std::fmt::Write as _;

use super::{Topic, cell};

pub(super) const TOPIC: Topic = Topic {
    name: "limits",
    title: "Limits",
    summary: "What bounds the work that a rule or a log can cause, with the source of each number",
    terms,
    page,
    whole,
};

/// The files that define limits, by the crate's name.
const FILES: &[(&str, &str)] = &[
    ("syntax", include_str!("../../../syntax/src/parser/mod.rs")),
    ("udm", include_str!("../../../udm/src/limits.rs")),
    ("ir", include_str!("../../../ir/src/limits.rs")),
    (
        "ir, regular expressions",
        include_str!("../../../ir/src/regex/limits.rs"),
    ),
    (
        "normalize",
        include_str!("../../../normalize/src/limits.rs"),
    ),
    ("engine", include_str!("../../../engine/src/limits.rs")),
    ("runtime", include_str!("../../../runtime/src/limits.rs")),
];

/// A limit as its file has it.
struct Limit {
    home: &'static str,
    name: &'static str,
    value: String,
    meaning: String,
}

fn all() -> Vec<Limit> {
    FILES
        .iter()
        .flat_map(|(home, text)| read(home, text))
        .collect()
}

fn read(home: &'static str, text: &'static str) -> Vec<Limit> {
    let mut limits = Vec::new();
    let mut meaning: Vec<&str> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(comment) = line.strip_prefix("///") {
            meaning.push(comment.trim());
        } else if let Some(rest) = line.strip_prefix("pub const ") {
            let mut rest = rest.to_owned();
            while !rest.ends_with(';') {
                let Some(more) = lines.next() else { break };
                rest.push(' ');
                rest.push_str(more.trim());
            }
            if let (Some((name, _)), Some((_, value))) = (
                line["pub const ".len()..].split_once(':'),
                rest.split_once('='),
            ) {
                let value = value.trim().trim_end_matches(';').to_owned();
                limits.push(Limit {
                    home,
                    name,
                    value,
                    meaning: plain(&meaning.join(" ")),
                });
            }
            meaning.clear();
        } else {
            meaning.clear();
        }
    }
    limits
}

/// Links to other items are of use in the code only.
fn plain(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}

fn terms() -> Vec<String> {
    all()
        .into_iter()
        .map(|limit| limit.name.to_owned())
        .collect()
}

fn page(term: &str) -> Option<String> {
    let show = |limit: &Limit| {
        format!(
            "## {} = {}\n\n{}\n\nIt is a limit of `{}`.\n",
            limit.name, limit.value, limit.meaning, limit.home
        )
    };
    let found: Vec<String> = all()
        .iter()
        .filter(|limit| limit.name.eq_ignore_ascii_case(term))
        .map(show)
        .collect();
    (!found.is_empty()).then(|| found.join("\n"))
}

fn whole() -> String {
    let mut out =
        String::from("| Limit | Value | Crate | Meaning and source |\n|---|---|---|---|\n");
    for Limit {
        home,
        name,
        value,
        meaning,
    } in all()
    {
        let _ = writeln!(
            out,
            "| `{name}` | {} | {home} | {} |",
            cell(&value),
            cell(&meaning)
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_with_their_words() {
        let limits = all();
        let find = |name: &str| {
            limits
                .iter()
                .find(|limit| limit.name == name)
                .expect("a known limit")
        };
        assert_eq!(
            find("OUTCOMES_MAX").value,
            yaral_ir::limits::OUTCOMES_MAX.to_string()
        );
        assert!(
            find("OUTCOMES_MAX")
                .meaning
                .starts_with("Outcome variables in one rule.")
        );
        assert!(
            limits
                .iter()
                .all(|limit| !limit.meaning.is_empty() && !limit.value.is_empty())
        );
        for (home, _) in FILES {
            assert!(limits.iter().any(|limit| limit.home == *home), "{home}");
        }
    }
}
