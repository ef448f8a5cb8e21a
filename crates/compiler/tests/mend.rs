//! What mending makes of the golden mistakes, and what must hold whenever
//! something is mended: fewer findings, no new error, nothing left to mend.
//!
//! Each `tests/data/diagnostics/NAME.yaral` that `--strict` finds something to
//! mend in has the fixes and the text afterwards beside it (`.mended.txt`), with
//! the doubtful fixes too. `YARAL_UPDATE=1` rewrites what differs.

#[path = "support/expected.rs"]
mod expected;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/lists.rs"]
mod lists;
#[path = "support/tables.rs"]
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use yaral_compiler::mend::{MEND_COMPILES_MAX, mend};
use yaral_compiler::{Compiled, Options, codes, compile};
use yaral_syntax::DIAGNOSTICS_MAX;
use yaral_syntax::diagnostic::{Applicability, Diagnostic};
use yaral_syntax::format::format;

const ALL: [Applicability; 2] = [Applicability::Safe, Applicability::Unsafe];

/// The errors by code and message, and how often each.
fn errors(compiled: &Compiled) -> BTreeMap<(&str, &str), usize> {
    let mut found = BTreeMap::new();
    for one in compiled.diagnostics.iter().filter(|one| one.is_error()) {
        *found.entry((one.code.0, one.message.as_str())).or_default() += 1;
    }
    found
}

fn is_spelling(one: &Diagnostic) -> bool {
    yaral_syntax::code::ALL
        .iter()
        .any(|(code, _)| *code == one.code)
}

/// Mends and holds the promises; answers the fixes and the text.
fn mended(text: &str, options: &Options, upto: Applicability) -> (String, String) {
    let before = compile(text, options);
    let done = mend(text, options, upto);
    let after = compile(&done.text, options);
    assert_eq!(done.compiled.diagnostics, after.diagnostics);
    assert_eq!(done.fixes.is_empty(), done.text == text, "{text}");
    let again = mend(&done.text, options, upto);
    assert_eq!(again.text, done.text, "mending once is enough");
    if !done.fixes.is_empty() {
        let old = before
            .diagnostics
            .iter()
            .any(|one| one.is_error() && is_spelling(one));
        let (old_errors, new_errors) = (errors(&before), errors(&after));
        for (error, count) in &new_errors {
            let known = old_errors.get(error).copied().unwrap_or_default();
            assert!(old || *count <= known, "new: {error:?} in\n{}", done.text);
        }
        let total = |errors: &BTreeMap<_, usize>| errors.values().sum::<usize>();
        assert!(old || total(&new_errors) <= total(&old_errors));
    }
    let mut fixes = String::new();
    for (code, title) in &done.fixes {
        let _ = writeln!(fixes, "{code} {title}");
    }
    (fixes, done.text)
}

#[test]
fn golden_mistakes_are_mended_as_expected() {
    let mut differ = Vec::new();
    let mut count = 0;
    for (path, text) in golden::rules("diagnostics") {
        let lists = golden::lists_in_comments(&text);
        let mut shown = String::new();
        for strict in [true, false] {
            let lists = lists.clone();
            let options = Options {
                tables: golden::tables_in_comments(&text),
                strict,
                lists,
                ..Options::default()
            };
            for upto in ALL {
                let (fixes, after) = mended(&text, &options, upto);
                if strict && upto == Applicability::Unsafe && !fixes.is_empty() {
                    shown = format!("{fixes}---\n{after}");
                }
            }
        }
        if !shown.is_empty() {
            count += 1;
            differ.extend(expected::check(&path, "mended.txt", &shown).err());
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(count > 10, "{count}");
}

#[test]
fn pages_tell_of_their_fixes() {
    let mut told = 0;
    for page in codes::SYNTAX.iter().chain(codes::SEMANTIC) {
        let block = |heading: &str| {
            let (_, rest) = page.text.split_once(heading)?;
            let (_, rest) = rest.split_once("```yaral\n")?;
            rest.split_once("```").map(|(rule, _)| rule)
        };
        let Some(example) = block("## Example") else {
            continue;
        };
        let options = Options {
            strict: true,
            ..Options::default()
        };
        let (fixes, _) = mended(example, &options, Applicability::Unsafe);
        if fixes.contains(page.code) {
            told += 1;
            assert!(page.text.contains("--fix"), "{}: {fixes}", page.code);
        }
    }
    assert!(told > 5, "{told}");
}

/// A rule with this predicate.
fn rule(predicate: &str) -> String {
    format!(
        "rule r {{\n  meta:\n    author = \"a\"\n  events:\n    $event.metadata.event_type = \"USER_LOGIN\"\n    {predicate}\n  condition:\n    $event\n}}\n"
    )
}

#[test]
fn what_has_one_right_spelling_is_mended_safely() {
    let lists = golden::lists_in_comments("// list words.regex: a\n// list names.txt: a\n");
    let options = Options {
        lists,
        ..Options::default()
    };
    for (wrong, right) in [
        (
            "$event.principal.hostnam = \"x\"",
            "$event.principal.hostname = \"x\"",
        ),
        (
            "re.regx($event.principal.hostname, `x`)",
            "re.regex($event.principal.hostname, `x`)",
        ),
        (
            "$event.metadata.event_type = \"NETWORK_CONECTION\"",
            "$event.metadata.event_type = \"NETWORK_CONNECTION\"",
        ),
        (
            "$event.metadata.event_type = USER_LOGIN",
            "$event.metadata.event_type = \"USER_LOGIN\"",
        ),
        (
            "$event.metadata.event_type == NETWORK_CONECTION",
            "$event.metadata.event_type = \"NETWORK_CONNECTION\"",
        ),
        (
            "$event.metadata.event_type = \"USER_LOGIN\" nocase",
            "$event.metadata.event_type = \"USER_LOGIN\"",
        ),
        ("$event.target.port = \"22\"", "$event.target.port = 22"),
        (
            "$event.principal.hostname = 22",
            "$event.principal.hostname = \"22\"",
        ),
        (
            "$event.principal.hostname in %words",
            "$event.principal.hostname in regex %words",
        ),
        (
            "$event.principal.hostname in regex %names nocase",
            "$event.principal.hostname in %names nocase",
        ),
        (
            "$event.target.port = 22 && $event.principal.hostname = \"x\"",
            "$event.target.port = 22 and $event.principal.hostname = \"x\"",
        ),
        (
            "$event.target.port = 22||$event.target.port = 23;",
            "$event.target.port = 22 or $event.target.port = 23",
        ),
    ] {
        let (_, after) = mended(&rule(wrong), &options, Applicability::Safe);
        assert_eq!(after, rule(right));
        assert!(!compile(&after, &options).has_errors());
    }
    for (wrong, right) in [
        ("    author = \"a\"", "    author = a"),
        ("events:", "evnts:"),
        ("condition:\n    $event", "condition:\n    #evnt > 0"),
        ("condition:", "condition"),
    ]
    .map(|(right, wrong)| (rule("").replace(right, wrong), rule("")))
    {
        let (_, after) = mended(&wrong, &options, Applicability::Safe);
        assert_eq!(after.replace("#event > 0", "$event"), right);
    }
}

#[test]
fn a_value_of_meta_is_quoted_if_it_needs_no_escapes() {
    let with = |value: &str| rule("").replace("\"a\"", value);
    for (value, becomes) in [
        ("two words, 3", "\"two words, 3\""),
        ("a // b", "\"a\" // b"),
        ("a \"b", "a \"b"),
        ("http://a", "http://a"),
    ] {
        let (_, after) = mended(&with(value), &Options::default(), Applicability::Safe);
        assert_eq!(after, with(becomes));
    }
}

#[test]
fn what_has_several_or_none_is_left() {
    for wrong in [
        // USER_LOGIN and USER_LOGOUT are near.
        "$event.metadata.event_type = \"USER_LOGN\"",
        "$event.principal.zzzzzz = \"x\"",
        "zzzzzz($event.principal.hostname)",
        "$event.metadata.event_type = \"ZZZZZZ\"",
        "$event.metadata.event_type = lower",
        "$event.target.port = \"ssh\"",
    ] {
        let (fixes, after) = mended(&rule(wrong), &Options::default(), Applicability::Unsafe);
        assert_eq!((fixes.as_str(), after), ("", rule(wrong)));
    }
}

#[test]
fn a_fix_that_brings_a_new_error_is_withdrawn() {
    // `hostnam` is near to `hostname` alone, and that is no number; `hostnme`
    // is mended although its neighbour cannot be.
    let text = rule("$event.principal.hostnam > 1\n    $event.target.hostnme = \"x\"");
    let (fixes, after) = mended(&text, &Options::default(), Applicability::Safe);
    assert_eq!(fixes, "E0201 write `hostname`\n");
    assert_eq!(after, text.replace("hostnme", "hostname"));
}

#[test]
fn a_deprecated_field_is_replaced_on_request_only() {
    let text = rule("$event.principal.process.parent_pid = \"1\"");
    let options = Options::default();
    assert_eq!(mended(&text, &options, Applicability::Safe).1, text);
    let after = mended(&text, &options, Applicability::Unsafe).1;
    assert_eq!(after, text.replace("parent_pid", "parent_process.pid"));
    // Its successor is another kind of thing.
    let text = rule("$event.target.resource.type = \"secrets\"");
    assert_eq!(mended(&text, &options, Applicability::Unsafe).1, text);
}

const PATTERNS: &str = r#"// head
rule two {
  meta:
    // kept
    rule_id = "mr_1"
    author = "a"
  events:
    // whole
    ( // first
      $login.metadata.event_type = "USER_LOGIN" and $login.target.port = 22
    )
    // between
    or ($open.metadata.event_type = "FILE_OPEN")
    // behind
  outcome:
    $risk = 10
    $host = $login.principal.hostname
    $upper = strings.to_upper($host)
    $file = $open.target.file.full_path // path
  condition:
    $login or $open
  options:
    suppression_window = 1h
} // end
"#;

#[test]
fn separate_patterns_become_rules() {
    for strict in [false, true] {
        let options = Options {
            strict,
            ..Options::default()
        };
        let (fixes, after) = mended(PATTERNS, &options, Applicability::Safe);
        assert_eq!(fixes, "E0301 split it into 2 rules, one for each pattern\n");
        let strictly = Options {
            strict: true,
            ..Options::default()
        };
        let compiled = compile(&after, &strictly);
        assert!(
            compiled.diagnostics.is_empty(),
            "{:?}",
            compiled.diagnostics
        );
        assert!(!after.contains("rule_id"));
        assert_eq!(format(&after).as_ref(), Ok(&after));
        let comments = [
            "// head",
            "// whole",
            "// first",
            "// between",
            "// behind",
            "// path",
            "// end",
        ];
        for comment in comments {
            assert_eq!(after.matches(comment).count(), 1, "{comment} in\n{after}");
        }
        assert_eq!(after.matches("// kept").count(), 2);
        let [login, open] = compiled.rules.as_slice() else {
            panic!("{after}")
        };
        assert_eq!(
            (login.name.as_str(), open.name.as_str()),
            ("two_login", "two_open")
        );
        let names = |rule: &yaral_compiler::CompiledRule| -> Vec<String> {
            let plan = rule.plan.as_ref().expect("it compiles");
            assert!(plan.suppression_s == Some(3600) && plan.meta.len() == 1);
            plan.outcomes
                .iter()
                .map(|outcome| outcome.name.clone())
                .collect()
        };
        assert_eq!(names(login), ["risk", "host", "upper"]);
        assert_eq!(names(open), ["risk", "file"]);
    }
}

#[test]
fn patterns_that_share_an_outcome_are_split_on_request_only() {
    let shared =
        "$both = if($login.target.port = 22, \"a\", $open.principal.hostname)\n  condition:";
    let text = PATTERNS.replace("condition:", shared);
    let options = Options::default();
    let safe = mended(&text, &options, Applicability::Safe).1;
    assert!(safe.contains("rule two {"));
    let all = mended(&text, &options, Applicability::Unsafe).1;
    assert!(all.contains("rule two_open {") && !all.contains("$both"));
    // A rule of that name is there already.
    let taken = format!(
        "{PATTERNS}{}",
        rule("").replace("rule r ", "rule two_open ")
    );
    assert_eq!(mended(&taken, &options, Applicability::Unsafe).1, taken);
}

#[test]
fn mend_compiles_max() {
    let mistakes = DIAGNOSTICS_MAX * MEND_COMPILES_MAX;
    let wrong = "$event.principal.hostnam = \"x\"\n";
    let options = Options::default();
    let within = mend(
        &rule(&wrong.repeat(mistakes)),
        &options,
        Applicability::Safe,
    );
    assert!(!within.compiled.has_errors());
    let beyond = mend(
        &rule(&wrong.repeat(mistakes + 1)),
        &options,
        Applicability::Safe,
    );
    assert_eq!(beyond.text.matches("hostnam ").count(), 1);
    let rest = mend(&beyond.text, &options, Applicability::Safe);
    assert!(!rest.compiled.has_errors());
}

/// Pieces of predicates, right and wrong.
const PIECES: &[&str] = &[
    "$event.principal.hostnam",
    "$event.target.port",
    "$e.principal.ip",
    "==",
    "=",
    "\"22\"",
    "22",
    "USER_LOGIN",
    "\"USER_LOGN\"",
    "nocase",
    "&&",
    "||",
    "and",
    "or",
    ";",
    "(",
    ")",
    "re.regx(",
    ",",
    "`x`",
    "in",
    "regex",
    "%l",
    "not",
    "\n",
    "metadata.event_type",
    "// c\n",
    "evnts:",
    "$evnt",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_pieces_are_mended_for_the_better(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
    ) {
        for upto in ALL {
            mended(&rule(&pieces.join(" ")), &Options::default(), upto);
        }
    }
}

#[test]
fn public_rules_keep_their_meaning_when_laid_out_and_lose_nothing_when_mended() {
    let root = std::env::var_os("YARAL_CORPUS").map(std::path::PathBuf::from);
    let Some(root) = root.filter(|root| root.join("detection-rules").is_dir()) else {
        say(format_args!(
            "SKIP mend: YARAL_CORPUS names no folder with detection-rules/"
        ));
        return;
    };
    let mut texts = Vec::new();
    read(&root, &mut texts);
    let (mut laid_out, mut by_code) = (0, BTreeMap::<String, usize>::new());
    for text in &texts {
        let options = Options::default();
        let hashes = |text: &str| -> Vec<_> {
            let compiled = compile(text, &options);
            let plans = compiled.rules.iter().filter_map(|rule| rule.plan.as_ref());
            plans
                .map(|plan| (plan.text_hash, plan.meta.clone()))
                .collect()
        };
        if let Ok(formatted) = format(text) {
            laid_out += 1;
            assert_eq!(hashes(text), hashes(&formatted), "{text}");
            let (old, new) = (compile(text, &options), compile(&formatted, &options));
            assert_eq!(errors(&old), errors(&new));
        }
        let (fixes, _) = mended(text, &options, Applicability::Safe);
        for line in fixes.lines() {
            *by_code.entry(line[..5].to_owned()).or_default() += 1;
        }
        assert!(
            fixes.is_empty() || compile(text, &options).has_errors(),
            "{fixes}"
        );
    }
    say(format_args!(
        "{laid_out} public files laid out; mended: {by_code:?}"
    ));
    assert!(laid_out > 850, "{laid_out}");
    assert!(by_code.contains_key(codes::TYPE_MISMATCH.0), "{by_code:?}");
}

fn read(folder: &Path, into: &mut Vec<String>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is readable")
        .map(|entry| entry.expect("the corpus is readable").path())
        .collect();
    paths.sort();
    for path in paths {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            read(&path, into);
        } else if matches!(ending, Some("yaral" | "yl2")) {
            into.extend(std::fs::read_to_string(&path));
        }
    }
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{what}\n"));
}
