//! What must hold of every layout: it is stable, it keeps every token and every
//! comment, and hostile texts take no longer than others.

mod support;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use yaral_syntax::format::{FormatError, WIDTH, format};
use yaral_syntax::{SyntaxKind, parse, token_text_without_trivia};

/// Pieces of a rule that parses, each with what may stand behind it.
const PREDICATES: &[&str] = &[
    "$e.a = 1",
    "$e.b.c != \"x  y\" nocase",
    "($e.a = 1 or $e.b = 2)",
    "(\n$e.a = 1 or\n$e.b = 2 and $e.c = 3)",
    "not re.regex( $e.a , `a  b` ) nocase",
    "$e.m[ \"k\" ] in %list",
    "$e . d = /a b/ nocase",
    "not ( not ( $e.a = 1 ) )",
    "$e.a in regex\n%list nocase",
    "$p = strings.concat($e.a,\n\"b\", if($e.c=1,\"x\",\"y\"))",
    "$e.a % 2 = 0 and $e.b / 2 > 1\nor $e.c = \"two\nlines\"",
    "$e.a = \"a long text that fills a line up to the end\" or $e.b = \"another long text that does so\" or $e.c = 1",
    "any $e.ip = \"1.1.1.1\"",
    "$e.a\n=\n1",
    "arrays.contains([\"a\",\n\"b\"], $e.a)",
    "$e.a is not null",
    "( ( $e.a = 1\n) or\n\n\n$e.b = 2 )",
];

/// What may stand between two tokens.
const TRIVIA: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n\n\n",
    "\t",
    " // c\n",
    "\n  // own\n",
    "\n\n// far\n\n",
    " /* b */ ",
    "\n/* own\n   lines */\n",
    "\r\n",
    "\n/* hugs */ ",
    "// tight  \n",
];

fn rule() -> impl Strategy<Value = String> {
    let predicates = prop::collection::vec(
        (
            prop::sample::select(PREDICATES),
            prop::sample::select(TRIVIA),
        ),
        1..6,
    );
    let trivia = || prop::sample::select(TRIVIA);
    (predicates, prop::array::uniform8(trivia())).prop_map(|(predicates, t)| {
        let mut events = String::new();
        for (predicate, trivia) in predicates {
            events.extend([predicate, "\n", trivia]);
        }
        format!(
            "{}rule{}r{}{{{}meta:{}a=\"1\"\nb = `2`{}events: {events} match: $p,\n$q over 5m outcome: $x = max({}1+2\n) \n$y=\n\"z\" condition: $e{}and $x>1 }}",
            t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7],
        )
    })
}

fn tokens(text: &str) -> Vec<(SyntaxKind, String)> {
    parse(text)
        .tree()
        .descendants_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
        .filter(|token| !token.kind().is_trivia())
        .map(|token| (token.kind(), token.text().to_owned()))
        .collect()
}

fn comments(text: &str) -> Vec<String> {
    parse(text)
        .tree()
        .descendants_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
        .filter(|token| {
            matches!(
                token.kind(),
                SyntaxKind::LineComment | SyntaxKind::BlockComment
            )
        })
        .map(|token| token.text().trim_end().replace("\r\n", "\n"))
        .collect()
}

fn ids(text: &str) -> Vec<Vec<String>> {
    let file = parse(text).file();
    file.rules()
        .map(|rule| token_text_without_trivia(&rule))
        .collect()
}

/// Formats and holds the promises; a text with errors must be refused.
fn holds(text: &str) -> Option<String> {
    let formatted = match format(text) {
        Ok(formatted) => formatted,
        Err(FormatError::Ambiguous) => return None,
        Err(FormatError::Syntax(found)) => {
            assert!(
                found
                    .iter()
                    .any(yaral_syntax::diagnostic::Diagnostic::is_error)
            );
            return None;
        }
    };
    assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "from {text:?}");
    assert_eq!(tokens(text), tokens(&formatted), "{text:?}");
    assert_eq!(comments(text), comments(&formatted), "{text:?}");
    assert_eq!(ids(text), ids(&formatted), "{text:?}");
    assert!(formatted.ends_with('\n'));
    Some(formatted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn rules_keep_tokens_and_comments(text in rule()) {
        prop_assert!(holds(&text).is_some(), "{:?}: {:?}", text, format(&text));
    }

    #[test]
    fn rules_keep_them_with_trivia_between_any_two_tokens(
        text in rule(),
        at in any::<prop::sample::Index>(),
        trivia in prop::sample::select(TRIVIA),
    ) {
        let places: Vec<usize> = parse(&text)
            .tree()
            .descendants_with_tokens()
            .filter_map(rowan::NodeOrToken::into_token)
            .map(|token| token.text_range().end().into())
            .collect();
        let at = *at.get(&places);
        holds(&format!("{}{trivia}{}", &text[..at], &text[at..]));
    }

    #[test]
    fn rules_on_one_line_too(text in rule()) {
        // Only where no comment ends with its line.
        if !text.contains("//") {
            holds(&text.replace(['\n', '\r'], " "));
        }
    }

    #[test]
    fn any_text_is_refused_or_kept(text in any::<String>()) {
        holds(&text);
    }
}

#[test]
fn a_file_with_an_error_is_not_touched() {
    let Err(FormatError::Syntax(found)) = format("rule r { meta: events: $e.a = condition: $e }")
    else {
        panic!("an error was expected");
    };
    assert_eq!(found.len(), 1);
}

#[test]
fn lines_end_with_line_feeds_but_literals_are_kept() {
    let text = "\u{feff}/* a\r\n b */\r\nrule r {\r\n meta:\r\n a = `x\r\ny`\r\n events:\r\n $e.a = 1 // c\r\n condition:\r\n $e\r\n}\r\n";
    let formatted = holds(text).expect("it parses");
    assert!(
        formatted.starts_with("/* a\n b */\nrule r {\n"),
        "{formatted:?}"
    );
    assert_eq!(formatted.matches('\r').count(), 1);
    assert!(formatted.contains("`x\r\ny`"));
}

#[test]
fn chains_break_where_they_are_too_wide() {
    let rule = |value: usize| {
        let chain = format!("$e.a = \"{}\" or $e.b = 2", "x".repeat(value));
        format!("rule r {{ meta: events: {chain} condition: $e }}")
    };
    // The indentation, the two comparisons and the ` or `.
    let around = 4 + "$e.a = \"\" or $e.b = 2".len();
    let fits = holds(&rule(WIDTH - around)).expect("it parses");
    let longest = fits.lines().map(|line| line.chars().count()).max();
    assert_eq!(longest, Some(WIDTH));
    let broken = holds(&rule(WIDTH - around + 1)).expect("it parses");
    assert!(broken.contains(" or\n    $e.b = 2\n"), "{broken}");
}

#[test]
fn hostile_texts_take_linear_time() {
    let rule = |events: &str| format!("rule r {{ meta: events: {events}\n condition: $e }}");
    let deep = "(".repeat(10_000) + "$e.a = 1" + &")".repeat(10_000);
    for text in [
        rule(&deep),
        rule(&("// c\n".repeat(200_000) + "$e.a = 1")),
        rule(&("/**/".repeat(200_000) + "$e.a = 1")),
        rule(&("$e.a = 1 or ".repeat(70_000) + "$e.a = 1")),
        rule(&("$e.a = 1\n".repeat(100_000) + "$e.a = 1")),
        rule(&format!("f({}1) = 1", "(1+1),".repeat(150_000))),
        rule(&format!("f({}1) = 1", "f(g or h.i(), 1),\n".repeat(50_000))),
        rule(&format!("$e.a = \"{}\"", "x".repeat(1_000_000))),
        rule(&format!("$e{} = 1", ".a".repeat(500_000))),
        rule(
            &(format!("({}", "($e.a = 1 or ".repeat(100)) + "$e.a = 1" + &")".repeat(101) + "\n")
                .repeat(600),
        ),
    ] {
        let began = Instant::now();
        holds(&text);
        // Six parses and more of it; quadratic work takes minutes.
        assert!(began.elapsed() < Duration::from_secs(30), "{}", &text[..60]);
    }
}

#[test]
fn the_public_corpus() {
    let Some(root) = support::corpus() else {
        return;
    };
    let mut files = Vec::new();
    support::rule_files(&root, &mut files);
    let (mut same, mut moved) = (0, 0);
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        match holds(&text) {
            Some(formatted) if formatted == text => same += 1,
            Some(_) => moved += 1,
            None => assert!(
                matches!(format(&text), Err(FormatError::Syntax(_))),
                "{}",
                path.display()
            ),
        }
    }
    support::say(format_args!(
        "{} public files: {same} laid out already, {moved} laid out anew",
        files.len()
    ));
    assert!(same + moved > 850, "{same} + {moved}");
}
