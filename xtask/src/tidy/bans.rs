//! Calls and words that must not occur, each with its reason and replacement.
//!
//! Paths of the standard library are found both where they are spelled out and
//! where they are imported, grouped or renamed. Comments and literals do not
//! count, nor does test code, but for the bans that say so.

use super::finding::Finding;
use super::source::{Source, line_of, occurrences};
use super::tree::Tree;
use super::{CORE_CRATES, Outcome};

/// Where a ban holds.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    /// Shipped code of the core crates.
    Core,
    /// Shipped code of every crate but the command.
    Libraries,
    /// Shipped code of every crate.
    Crates,
    /// Code of every Rust file, tests and chores included.
    All,
    /// Comments of every Rust file.
    Comments,
}

/// How a ban is looked for.
#[derive(Clone, Copy)]
enum What {
    /// A path of the standard library or anything below it.
    Path(&'static str),
    /// A macro's name.
    Macro(&'static str),
    /// A piece of text that touches no other word.
    Word(&'static str),
}

struct Ban {
    what: What,
    scope: Scope,
    reason: &'static str,
    instead: &'static str,
}

const fn ban(what: What, scope: Scope, reason: &'static str, instead: &'static str) -> Ban {
    Ban {
        what,
        scope,
        reason,
        instead,
    }
}

const PURE: &str = "the core does no input or output";
const SOCKET: &str = "the core opens no socket (addresses as values are fine)";
const TIMELESS: &str =
    "the core has no clock: the same input must give the same output at any time";
const UNFINISHED: &str = "a panic in waiting";
const NOTE: &str = "a note to ourselves does not ship";
const QUIET: &str = "only the command prints";
const CALLER: &str = "take it as an argument; `runtime` or the command supplies it";
const EVENT_TIME: &str = "use event time or the watermark, which are inputs";
const VALUE: &str = "return a value and let the command render it";

const BANS: &[Ban] = &[
    ban(What::Path("std::fs"), Scope::Core, PURE, CALLER),
    ban(What::Path("std::env"), Scope::Core, PURE, CALLER),
    ban(
        What::Path("std::net::TcpStream"),
        Scope::Core,
        SOCKET,
        CALLER,
    ),
    ban(
        What::Path("std::net::TcpListener"),
        Scope::Core,
        SOCKET,
        CALLER,
    ),
    ban(
        What::Path("std::net::UdpSocket"),
        Scope::Core,
        SOCKET,
        CALLER,
    ),
    ban(
        What::Path("std::net::ToSocketAddrs"),
        Scope::Core,
        SOCKET,
        CALLER,
    ),
    ban(
        What::Path("std::process"),
        Scope::Core,
        "the core starts and ends nothing",
        "return an error",
    ),
    ban(What::Path("std::io::stdin"), Scope::Core, PURE, CALLER),
    ban(
        What::Path("std::io::stdout"),
        Scope::Libraries,
        QUIET,
        VALUE,
    ),
    ban(
        What::Path("std::io::stderr"),
        Scope::Libraries,
        QUIET,
        VALUE,
    ),
    ban(
        What::Path("std::thread"),
        Scope::Core,
        "the core is driven, it does not run",
        "shard in `runtime`",
    ),
    ban(
        What::Path("std::time::Instant"),
        Scope::Core,
        TIMELESS,
        EVENT_TIME,
    ),
    ban(
        What::Path("std::time::SystemTime"),
        Scope::Core,
        TIMELESS,
        EVENT_TIME,
    ),
    ban(What::Macro("print"), Scope::Libraries, QUIET, VALUE),
    ban(What::Macro("println"), Scope::Libraries, QUIET, VALUE),
    ban(What::Macro("eprint"), Scope::Libraries, QUIET, VALUE),
    ban(What::Macro("eprintln"), Scope::Libraries, QUIET, VALUE),
    ban(
        What::Macro("dbg"),
        Scope::All,
        "left over from a search",
        "remove it",
    ),
    ban(
        What::Word(".unwrap()"),
        Scope::Crates,
        "every byte of input is the attacker's",
        "return an error, or `expect` with the invariant that makes it impossible",
    ),
    ban(
        What::Word("unsafe"),
        Scope::All,
        "there is none in this repository",
        "find a safe way",
    ),
    ban(
        What::Macro("todo"),
        Scope::All,
        UNFINISHED,
        "finish it or refuse the input with a diagnostic",
    ),
    ban(
        What::Macro("unimplemented"),
        Scope::All,
        UNFINISHED,
        "finish it or refuse the input with a diagnostic",
    ),
    ban(
        What::Word("TODO"),
        Scope::Comments,
        NOTE,
        "do it, or open an issue",
    ),
    ban(
        What::Word("FIXME"),
        Scope::Comments,
        NOTE,
        "do it, or open an issue",
    ),
    ban(
        What::Word("XXX"),
        Scope::Comments,
        NOTE,
        "do it, or open an issue",
    ),
];

/// Looks for every ban in every file it holds for.
pub fn check(tree: &Tree) -> Outcome {
    let mut findings = Vec::new();
    for source in &tree.sources {
        // The table of bans cannot but name them, in its tests' literals.
        for ban in BANS {
            findings.extend(find(source, ban));
        }
    }
    let checked = format!("{} bans in {} files", BANS.len(), tree.sources.len());
    Outcome {
        findings,
        checked,
        figures: Vec::new(),
    }
}

fn find(source: &Source, ban: &Ban) -> Vec<Finding> {
    let Some(text) = text(source, ban.scope) else {
        return Vec::new();
    };
    let (name, places) = match ban.what {
        What::Path(path) => (path.to_owned(), paths(text, path)),
        What::Word(word) => (word.to_owned(), occurrences(text, word).collect()),
        What::Macro(name) => {
            let call = format!("{name}!");
            let places = occurrences(text, &call).collect();
            (call, places)
        }
    };
    let finding = |place: usize| {
        let what = format!("{name} is banned here ({})", ban.reason);
        Finding::new(&source.path, line_of(text, place), what, ban.instead)
    };
    places.into_iter().map(finding).collect()
}

/// The text of the file that a ban of this scope looks at, if any.
fn text(source: &Source, scope: Scope) -> Option<&str> {
    let folder = source.crate_folder();
    let shipped = source.in_crate_src().then_some(source.shipped.as_str());
    match scope {
        Scope::Core => {
            shipped.filter(|_| folder.is_some_and(|folder| CORE_CRATES.contains(&folder)))
        }
        Scope::Libraries => shipped.filter(|_| folder != Some("cli")),
        Scope::Crates => shipped,
        Scope::All => Some(&source.code),
        Scope::Comments => Some(&source.comments),
    }
}

/// Where `path` is spelled out or imported.
fn paths(code: &str, path: &str) -> Vec<usize> {
    let mut places: Vec<usize> = occurrences(code, path).collect();
    for place in occurrences(code, "use") {
        let end = code[place..]
            .find(';')
            .map_or(code.len(), |end| place + end);
        let mut imported = Vec::new();
        flatten(
            "",
            &code[place + "use".len()..end],
            &mut imported,
            IMPORT_DEPTH_MAX,
        );
        if imported.iter().any(|found| reaches(found, path))
            && !places.iter().any(|seen| (place..end).contains(seen))
        {
            places.push(place);
        }
    }
    places
}

/// How deep the groups of one import may be nested before the scanner stops.
const IMPORT_DEPTH_MAX: usize = 16;

/// Writes out the groups of an import: `a::{b, c::{d}}` is `a::b` and `a::c::d`.
fn flatten(prefix: &str, tree: &str, out: &mut Vec<String>, depth_left: usize) {
    let tree = tree.trim();
    match tree.split_once('{') {
        Some((head, group)) if depth_left > 0 => {
            let prefix = format!("{prefix}{}", head.trim());
            let group = group.strip_suffix('}').unwrap_or(group);
            for branch in branches(group) {
                flatten(&prefix, branch, out, depth_left - 1);
            }
        }
        _ => {
            let path = tree.split(" as ").next().unwrap_or(tree).trim();
            let path = format!("{prefix}{path}").replace(char::is_whitespace, "");
            out.push(
                path.trim_start_matches("::")
                    .trim_end_matches("::self")
                    .to_owned(),
            );
        }
    }
}

/// The parts of a group between the commas of its own level.
fn branches(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (place, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&group[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    parts
}

/// Whether an import brings in the banned path: itself, something below it, or
/// the whole module above it, through which it can be named out of our sight.
fn reaches(import: &str, banned: &str) -> bool {
    let below = |long: &str, short: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.starts_with("::"))
    };
    let module = import.trim_end_matches("::*");
    let whole_above =
        below(banned, module) && (module != "std" || import == "std" || import == "std::*");
    // `use std::io;` is how the traits are named; its streams are caught where they are called.
    import == banned || below(import, banned) || (whole_above && import != "std::io")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let tree = Tree::of(&[(path, text)]);
        let mut findings = check(&tree).findings;
        findings.sort();
        findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {}",
                    finding.line,
                    finding.what.split(' ').next().unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn every_ban_is_seen_to_hold() {
        for ban in BANS {
            let (name, line) = match ban.what {
                What::Path(path) => (path.to_owned(), format!("use {path};")),
                What::Macro(name) => (format!("{name}!"), format!("fn f() {{ {name}!(); }}")),
                What::Word(word) if ban.scope == Scope::Comments => {
                    (word.to_owned(), format!("// {word}: later"))
                }
                What::Word(word) => (
                    word.to_owned(),
                    format!("fn f() {{ x{} }}", word.replace("unsafe", " unsafe {}")),
                ),
            };
            assert_eq!(
                found("crates/engine/src/x.rs", &format!("//! x\n{line}\n")),
                [format!("2 {name}")]
            );
        }
    }

    #[test]
    fn imports_in_groups_are_seen() {
        let text = "use std::{\n    collections::BTreeMap,\n    time::{Duration, Instant as Clock},\n    fs,\n};\n";
        assert_eq!(
            found("crates/ir/src/x.rs", text),
            ["1 std::fs", "1 std::time::Instant"]
        );
        assert_eq!(
            found("crates/ir/src/x.rs", "use std::time;"),
            ["1 std::time::Instant", "1 std::time::SystemTime"]
        );
        assert_eq!(
            found(
                "crates/ir/src/x.rs",
                "pub(crate) use std::fs::{self, File};"
            ),
            ["1 std::fs"]
        );
        assert_eq!(
            found("crates/ir/src/x.rs", "fn f() { ::std::env::var(\"x\"); }"),
            ["1 std::env"]
        );
        let fine =
            "use std::time::Duration;\nuse std::{fmt, io};\nuse std::collections::BTreeMap;\n";
        assert!(found("crates/ir/src/x.rs", fine).is_empty());
    }

    #[test]
    fn prose_literals_and_tests_do_not_count() {
        let text = "//! No std::fs, no println!.\nconst A: &str = \"std::fs TODO unsafe\";\n\
                    #[cfg(test)]\nmod tests { use std::fs; fn t() { x.unwrap(); println!(); } }\n";
        assert!(found("crates/ir/src/x.rs", text).is_empty());
        assert!(
            found(
                "crates/ir/tests/x.rs",
                "use std::fs; fn t() { x.unwrap(); }"
            )
            .is_empty()
        );
    }

    #[test]
    fn scopes_are_kept() {
        assert!(found("crates/runtime/src/x.rs", "use std::fs;").is_empty());
        assert_eq!(
            found("crates/runtime/src/x.rs", "fn f() { println!(); }"),
            ["1 println!"]
        );
        assert!(found("crates/cli/src/x.rs", "fn f() { println!(); }").is_empty());
        assert_eq!(
            found("crates/cli/src/x.rs", "fn f() { x.unwrap(); }"),
            ["1 .unwrap()"]
        );
        assert!(found("xtask/src/x.rs", "fn f() { println!(); x.unwrap_or(1); }").is_empty());
        assert_eq!(
            found("crates/ir/tests/x.rs", "fn f() { todo!() } // TODO"),
            ["1 TODO", "1 todo!"]
        );
        assert_eq!(
            found("fuzz/fuzz_targets/x.rs", "unsafe fn f() {}"),
            ["1 unsafe"]
        );
    }
}
