//! Every pattern of the public rules compiles.
//!
//! The rules are scanned, not parsed: strings, raw strings and `/…/` literals are told from
//! comments and division, and the second argument of `re.*` is taken. Needs `YARAL_CORPUS`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use yaral_ir::regex::Pattern;

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Regex(String),
    Mark(char),
}

fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if c == '"' || c == '`' || (c == '/' && regex_may_start(tokens.last())) {
            let length = quoted_length(rest, c).expect("every quote of the corpus is closed");
            let inner = &rest[1..length - 1];
            tokens.push(match c {
                '/' => Token::Regex(inner.to_owned()),
                '`' => Token::Text(inner.to_owned()),
                _ => Token::Text(unescape(inner)),
            });
            length
        } else if c.is_alphanumeric() || c == '_' {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..length].to_ascii_lowercase()));
            length
        } else {
            if !c.is_whitespace() {
                tokens.push(Token::Mark(c));
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn regex_may_start(before: Option<&Token>) -> bool {
    match before {
        Some(Token::Mark(c)) => matches!(c, '=' | '(' | ','),
        Some(Token::Word(word)) => matches!(word.as_str(), "in" | "regex" | "and" | "or" | "not"),
        _ => false,
    }
}

/// The length of a quoted token, both quotes included.
fn quoted_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote != '`' {
            escaped = true;
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

/// The corpus uses only `\\` and `\"`; anything else would be a hole in this scanner.
fn unescape(inner: &str) -> String {
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(next @ ('\\' | '"'))) => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// All regex literals, and the second arguments of the calls of `re.*`.
fn patterns(tokens: &[Token]) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Regex(pattern) => found.push(pattern.as_str()),
            Token::Word(name) if name.starts_with("re.") => {
                if let Some(Token::Text(pattern)) = second_argument(&tokens[at + 1..]) {
                    found.push(pattern);
                }
            }
            _ => {}
        }
    }
    found
}

fn second_argument(call: &[Token]) -> Option<&Token> {
    let mut depth = 0;
    for (at, token) in call.iter().enumerate() {
        match token {
            Token::Mark('(' | '[') => depth += 1,
            Token::Mark(')' | ']') => depth -= 1,
            Token::Mark(',') if depth == 1 => return call.get(at + 1),
            _ => {}
        }
        if depth == 0 {
            return None;
        }
    }
    None
}

fn rule_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the corpus can be read");
    for entry in entries {
        let path = entry.expect("the corpus can be read").path();
        if path.is_dir() {
            rule_files(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaral")
        {
            files.push(path);
        }
    }
}

#[test]
fn every_pattern_of_the_corpus_compiles() {
    let corpus =
        std::env::var_os("YARAL_CORPUS").map(|folder| Path::new(&folder).join("detection-rules"));
    let Some(corpus) = corpus.filter(|folder| folder.is_dir()) else {
        say(format_args!(
            "SKIP every_pattern_of_the_corpus_compiles: YARAL_CORPUS names no folder with detection-rules"
        ));
        return;
    };
    let mut files = Vec::new();
    rule_files(&corpus, &mut files);
    files.sort();
    let mut uses = 0;
    let mut distinct = BTreeSet::new();
    for file in &files {
        let source = std::fs::read_to_string(file).expect("a rule is text");
        let tokens = tokens(&source);
        let found = patterns(&tokens);
        uses += found.len();
        distinct.extend(found.into_iter().map(str::to_owned));
    }
    let mut failures = Vec::new();
    let mut literal = 0;
    for pattern in &distinct {
        match Pattern::new(pattern, false) {
            Ok(compiled) => literal += usize::from(compiled.required_literals().is_some()),
            Err(error) => failures.push(format!("{pattern}: {error}")),
        }
    }
    say(format_args!(
        "{} rules, {uses} patterns, {} distinct, {literal} with required literals",
        files.len(),
        distinct.len(),
    ));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(
        distinct.len() > 2000,
        "the scan found only {} patterns",
        distinct.len()
    );
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{what}\n"));
}
