//! What must hold for every text: no panic, a lossless tree, spans within the
//! text, bounded depth, and time that grows with the size only.

use std::collections::BTreeSet;

use proptest::prelude::*;
use yaral_syntax::diagnostic::LineIndex;
use yaral_syntax::{DIAGNOSTICS_MAX, NESTING_MAX, SOURCE_BYTES_MAX, ast, code, parse};

/// Pieces of rules; joined at random they reach deep into the grammar.
const PIECES: &[&str] = &[
    "rule",
    "r",
    "{",
    "}",
    "meta:",
    "setup:",
    "events:",
    "match:",
    "outcome:",
    "condition:",
    "options:",
    "export:",
    "events",
    "evnts:",
    "$e",
    "$e.a.b",
    "$",
    "#e",
    "#",
    "%l",
    "%t.c",
    "%",
    ".",
    ",",
    ":",
    "=",
    "==",
    "!=",
    "<",
    ">=",
    "!",
    "+",
    "-",
    "*",
    "/",
    "/x/",
    "/x",
    "(",
    ")",
    "[",
    "]",
    "\"s\"",
    "\"",
    "`r`",
    "`",
    "1",
    "1.5",
    "5m",
    "1h2",
    "and",
    "OR",
    "not",
    "in",
    "regex",
    "cidr",
    "nocase",
    "is",
    "null",
    "any",
    "all",
    "of",
    "over",
    "by",
    "before",
    "tumbling",
    "if(",
    "re.regex(",
    "a.b",
    "a:",
    "stage",
    "cross",
    "join",
    "dedup:",
    "limit:",
    "//c\n",
    "/*",
    "*/",
    "&&",
    "é",
    "\\",
    "\n",
    "\n",
    "\n",
    "key = \"v\"\n",
    "$x = max(1)\n",
    "true",
];

fn holds(text: &str) {
    let parse = parse(text);
    let tree = parse.tree();
    assert_eq!(tree.text(), text);
    assert!(parse.errors().len() <= DIAGNOSTICS_MAX);
    let index = LineIndex::new(text);
    for found in parse.errors() {
        let spans = found
            .span
            .into_iter()
            .chain(found.labels.iter().map(|label| label.span));
        for span in spans {
            assert!(span.text(text).is_some(), "{found:?}");
            assert!(index.line_column(span.start) <= index.line_column(span.end));
        }
    }
    let _ = ast::dump(&parse.file());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_pieces_are_kept(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..120)) {
        holds(&pieces.join(" "));
        holds(&format!("rule r {{ meta: events: {} condition: $e }}", pieces.concat()));
    }

    #[test]
    fn pieces_within_a_rule_are_kept(
        section in prop::sample::select(&["meta", "events", "match", "outcome", "condition", "export"][..]),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
    ) {
        holds(&format!("rule r {{\n{section}:\n{}\n}}", pieces.join(" ")));
    }
}

fn in_events(body: &str) -> String {
    format!("rule r {{ meta: events: {body}\n condition: $e }}")
}

fn depth(text: &str) -> usize {
    let parse = parse(text);
    let _ = ast::dump(&parse.file());
    assert_eq!(parse.tree().text(), text);
    parse
        .tree()
        .descendants()
        .map(|node| node.ancestors().count())
        .max()
        .unwrap_or_default()
}

#[test]
fn deep_nesting_is_refused_without_deep_trees() {
    for (open, inner) in [
        ("(", "$e.a = 1"),
        ("not ", "$e.a = 1"),
        ("if(", "$e.a = 1"),
        ("[", "1"),
        ("!", "$e"),
        ("!(", "$e"),
        ("any of [", "$e"),
        ("$e.a[", "1"),
        ("1 + (", "2"),
        ("( 1 $x and ", "1"),
        ("f(1 $x or ", "1"),
        ("[1 $x and ", "1"),
        ("$e.a[ $x and ", "1"),
        ("= ( and ", "1"),
        ("$e.a in [", "2"),
        ("$e.a = f(x: ", "2"),
    ] {
        let text = in_events(&format!("{}{inner}", open.repeat(50_000)));
        let parse = parse(&text);
        assert!(!parse.errors().is_empty(), "{open}");
        assert!(depth(&text) < NESTING_MAX * 8, "{open}");
    }
}

#[test]
fn long_chains_are_flat() {
    for link in [
        "$e.a = 1 and ",
        "$e.a or ",
        "$e.a and $e.b or ",
        "1 + ",
        "1 * ",
        "1 = ",
        "$e.a\n",
    ] {
        let text = in_events(&format!("{}1", link.repeat(50_000)));
        assert!(depth(&text) < 16, "{link}");
    }
    for link in [
        "$a = 1\n", "f(1, ", ".b", "[0]", ", 1", ") ", "( ", "x: ", "\"", "`", "/", "&",
    ] {
        let text = in_events(&format!("$e.a{}", link.repeat(50_000)));
        assert!(depth(&text) < NESTING_MAX * 8, "{link}");
    }
}

#[test]
fn a_text_above_the_limit_is_not_read() {
    let parse = parse(&" ".repeat(SOURCE_BYTES_MAX + 1));
    let codes: Vec<_> = parse.errors().iter().map(|found| found.code).collect();
    assert_eq!(codes, [code::TOO_LARGE]);
    assert!(
        !yaral_syntax::parse(&" ".repeat(SOURCE_BYTES_MAX))
            .errors()
            .is_empty()
    );
}

#[test]
fn every_code_is_reached_by_a_golden() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut seen = BTreeSet::from([code::TOO_LARGE]);
    for entry in std::fs::read_dir(folder)
        .expect("the goldens are in the repository")
        .flatten()
    {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "yaral")
        {
            let text = std::fs::read_to_string(entry.path()).expect("goldens are text");
            seen.extend(parse(&text).errors().iter().map(|found| found.code));
        }
    }
    let registered: BTreeSet<_> = code::ALL.iter().map(|(code, _)| *code).collect();
    assert_eq!(seen, registered);
    assert_eq!(
        registered.len(),
        code::ALL.len(),
        "no code is registered twice"
    );
}

#[test]
fn every_prefix_of_a_rule_is_kept() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let text = std::fs::read_to_string(folder.join("rule_every_section.yaral"))
        .expect("the golden is in the repository");
    for (end, _) in text.char_indices() {
        holds(&text[..end]);
        holds(&text[end..]);
    }
}

/// Takes each token out of a clean rule in turn: one mistake is one diagnostic.
#[test]
fn one_removed_token_is_one_error() {
    let text = "rule r {\n  meta:\n    a = \"b\"\n  events:\n    $e.a = \"x\" and re.regex($e.b, `y`) nocase\n    ($e.c = 1 or not $e.d in %l)\n    $p = $e.m[\"k\"]\n  match:\n    $p, $q over 5m\n  outcome:\n    $o = max(if($e.a = \"z\", 1, 2) + 3)\n    $n = count($e.b)\n  condition:\n    $e and #p > 3\n}\n";
    assert!(parse(text).errors().is_empty());
    let mut twice = Vec::new();
    for element in parse(text).tree().descendants_with_tokens() {
        let Some(token) = element
            .as_token()
            .filter(|token| !token.text().trim().is_empty())
        else {
            continue;
        };
        let range = token.text_range();
        let without = format!(
            "{}{}",
            &text[..range.start().into()],
            &text[range.end().into()..]
        );
        let parse = parse(&without);
        if parse.errors().len() > 1 {
            let found: Vec<_> = parse.errors().iter().map(|found| &found.message).collect();
            twice.push(format!(
                "without {:?} at {:?}: {found:?}",
                token.text(),
                range.start()
            ));
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}
