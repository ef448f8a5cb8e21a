//! The playbook: a page for every rule, whole, with links that lead somewhere
//! and commands that a shell can read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::promises::none;
use super::{Shipped, knowledge, names, read_by, root, shipped, yaral};

/// The sections of every page, in their order.
const SECTIONS: [&str; 9] = [
    "Triage",
    "Pivots",
    "Preserve",
    "Isolate",
    "Cut the identity",
    "Eradicate",
    "Recover",
    "Harden",
    "False alarm",
];

/// What stands before the sections.
const LEADS: [&str; 3] = [
    "- **Shown by**: ",
    "- **May mislead**: ",
    "- **Not first**: ",
];

/// The codes that a false alarm is closed with, as the README explains them.
const CODES: [&str; 4] = [
    "`true-authorised`",
    "`false-logic`",
    "`false-data`",
    "`tune`",
];

/// Who runs a block of commands; see scripts/playbook.py.
const KINDS: [&str; 4] = ["", "docker", "audit", "yaral"];

/// Words in capitals that are no placeholders: the end of a text for a command, and
/// names that belong to programs.
const CAPITALS: [&str; 7] = ["END", "INPUT", "OUTPUT", "REJECT", "ACCEPT", "DROP", "STOP"];

/// Capitals of the programs' own after these.
const OWN: [&str; 3] = ["EXECVE", "NR", "CN"];

/// Places that many rules of other pages send people to, without a rule of their own.
const WITHOUT_RULES: [&str; 1] = ["cloud_identity"];

/// The longest line of prose that reads well in a terminal.
const WIDEST: usize = 100;

fn book() -> PathBuf {
    root().join("docs/playbook")
}

/// All pages but the README, by name, with their text.
fn pages() -> BTreeMap<String, String> {
    let found = names(&book(), ".md").into_iter();
    let found = found.filter(|name| name != "README");
    found
        .map(|name| {
            let text = fs::read_to_string(book().join(format!("{name}.md"))).unwrap();
            (name, text)
        })
        .collect()
}

fn readme() -> String {
    fs::read_to_string(book().join("README.md")).unwrap()
}

/// The page that a rule names.
fn page_of(rule: &Shipped) -> &str {
    let path = rule.meta("playbook");
    let name = path.strip_prefix("docs/playbook/");
    name.and_then(|name| name.strip_suffix(".md")).unwrap_or("")
}

/// A block of commands.
struct Block {
    line: usize,
    kind: String,
    text: String,
}

/// The text without its fenced blocks, and those for a shell.
fn split(text: &str) -> (String, Vec<Block>) {
    let mut prose = String::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        if let Some(kind) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                blocks.push(Block {
                    line: at + 1,
                    kind: kind.to_owned(),
                    text: String::new(),
                });
            }
        } else if inside {
            let block = &mut blocks.last_mut().unwrap().text;
            block.push_str(line);
            block.push('\n');
        } else {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    assert!(!inside, "a block without an end");
    (prose, blocks)
}

/// The headings of a page as they are linked to.
fn anchors(prose: &str) -> BTreeSet<String> {
    let titles = prose.lines().filter(|line| line.starts_with('#'));
    let titles = titles.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    titles
        .map(|title| {
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// The targets of all links in a text.
fn links(prose: &str) -> Vec<&str> {
    let ends = prose.split("](").skip(1);
    ends.filter_map(|rest| rest.split(')').next()).collect()
}

/// The words in capitals, of two letters or more.
fn capitals(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .filter(|word| word.chars().any(|c| c.is_ascii_uppercase()))
        .collect()
}

#[test]
fn every_rule_names_a_page_that_names_it() {
    let mut wrong = Vec::new();
    let pages = pages();
    let mut named: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for rule in shipped() {
        let page = page_of(rule);
        let base = rule.name().strip_suffix("_secops").unwrap_or(rule.name());
        let own = named.entry(page).or_default();
        own.insert(format!("- [`{base}`](../rules/t1552_007/{base}.md)"));
        if !pages.contains_key(page) {
            wrong.push(format!("{}: no page {}", rule.path, rule.meta("playbook")));
        }
    }
    let readme = readme();
    for (name, text) in &pages {
        let listed: BTreeSet<String> = text
            .lines()
            .filter(|line| line.starts_with("- [`"))
            .map(str::to_owned)
            .collect();
        let own = named.get(&**name).cloned().unwrap_or_default();
        if listed != own {
            let odd: Vec<_> = listed.symmetric_difference(&own).collect();
            wrong.push(format!("{name}.md: lists the wrong rules: {odd:?}"));
        }
        if own.is_empty() != WITHOUT_RULES.contains(&&**name) {
            wrong.push(format!("{name}.md: which rule leads there?"));
        }
        let title = text.lines().next().unwrap_or_default();
        let title = title.trim_start_matches("# ");
        let count = match own.len() {
            0 => "met on the way from other pages".to_owned(),
            count => count.to_string(),
        };
        if !readme.contains(&format!("| [{title}]({name}.md) | {count} |\n")) {
            wrong.push(format!("README.md: no row for {name}.md with its rules"));
        }
    }
    none(&wrong);
}

#[test]
fn every_page_is_whole() {
    let mut wrong = Vec::new();
    for (name, text) in pages() {
        let mut say = |what: String| wrong.push(format!("{name}.md: {what}"));
        let (prose, blocks) = split(&text);
        let titles: Vec<&str> = prose
            .lines()
            .filter_map(|l| l.strip_prefix("## "))
            .collect();
        let rules = (!WITHOUT_RULES.contains(&&*name)).then_some("Rules");
        if !titles.iter().eq(SECTIONS.iter().chain(&rules)) {
            say(format!("its sections are {titles:?}"));
        }
        for lead in LEADS {
            if !prose.lines().any(|line| line.starts_with(lead)) {
                say(format!("no {lead}"));
            }
        }
        for verdict in ["- **P1**: ", "- **P2**: ", "- **P3**: "] {
            if !prose.contains(verdict) {
                say(format!("no {verdict}"));
            }
        }
        for part in prose.split("\n## ").skip(1) {
            let (title, body) = part.split_once('\n').unwrap_or((part, ""));
            if body.trim().len() < 40 {
                say(format!("{title} says nothing"));
            }
            if title == "False alarm" {
                let used = CODES.iter().filter(|code| body.contains(**code)).count();
                if used < 2 {
                    say("its false alarms close with one code only".to_owned());
                }
            }
        }
        if !blocks.iter().any(|block| block.kind == "sh yaral") {
            say("no question to the logs".to_owned());
        }
        for line in prose.lines().filter(|line| line.chars().count() > WIDEST) {
            say(format!("too wide: {line}"));
        }
    }
    none(&wrong);
}

#[test]
fn every_link_of_the_playbook_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut all = pages();
    all.insert("README".to_owned(), readme());
    let held: BTreeMap<String, BTreeSet<String>> = all
        .iter()
        .map(|(name, text)| (format!("{name}.md"), anchors(&split(text).0)))
        .collect();
    for (name, text) in &all {
        let (prose, _) = split(text);
        for link in links(&prose) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let file = match file {
                "" => format!("{name}.md"),
                file => file.to_owned(),
            };
            let there = book().join(Path::new(&file)).exists();
            let anchor_there =
                anchor.is_empty() || held.get(&file).is_some_and(|own| own.contains(anchor));
            if link.starts_with("http") || !there || !anchor_there {
                wrong.push(format!("{name}.md: {link}"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_placeholder_is_explained_and_every_command_can_be_read() {
    let mut wrong = Vec::new();
    let mut all = pages();
    let readme = readme();
    let known: BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase()))
        .collect();
    all.insert("README".to_owned(), readme.clone());
    let mut used = BTreeSet::new();
    for (name, text) in &all {
        for block in split(text).1 {
            let place = format!("{name}.md:{}", block.line);
            let kind = block.kind.strip_prefix("sh");
            if !kind.is_some_and(|kind| KINDS.contains(&kind.trim())) {
                wrong.push(format!("{place}: a block of {:?}", block.kind));
            }
            for word in capitals(&block.text) {
                if known.contains(word) {
                    used.insert(word.to_owned());
                } else if !CAPITALS.contains(&word) && !OWN.contains(&word) {
                    wrong.push(format!("{place}: nobody explains {word}"));
                }
            }
            if let Err(said) = read_by_shell(&block.text) {
                wrong.push(format!("{place}: {said}"));
            }
        }
    }
    for name in known.iter().filter(|name| !used.contains(**name)) {
        wrong.push(format!("README.md: nobody uses {name}"));
    }
    none(&wrong);
}

#[test]
fn a_false_alarm_is_tuned_by_tables_that_its_rules_read() {
    let mut wrong = Vec::new();
    for (name, text) in pages() {
        let rules = shipped().iter().filter(|rule| page_of(rule) == name);
        let read = rules.flat_map(|rule| read_by(&rule.text));
        let read: BTreeSet<String> = read.map(|(name, _)| name).collect();
        let advice = text.split("\n## False alarm\n").nth(1).unwrap_or_default();
        let advice = advice.split("\n## ").next().unwrap_or_default();
        let said = advice.split('`').skip(1).step_by(2);
        for table in said.filter(|word| knowledge().contains_key(*word)) {
            if !read.contains(table) {
                wrong.push(format!("{name}.md: none of its rules reads {table}"));
            }
        }
    }
    none(&wrong);
}

/// Has a shell parse the text without running it.
fn read_by_shell(text: &str) -> Result<(), String> {
    let mut shell = Command::new("sh");
    let shell = shell.arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut shell = shell.spawn().unwrap();
    shell
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let done = shell.wait_with_output().unwrap();
    if done.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&done.stderr).into_owned())
}

/// What each pivot is asked for on the samples.
const ASKED: [(&str, &str); 11] = [
    ("pivot_actor", "alice"),
    (
        "pivot_credential",
        "JTI=1239859a-7d22-4e1c-ade7-bcbc31324fd7",
    ),
    ("pivot_address", "10.244.0.15"),
    ("pivot_pod", "web-5757fc4889-g6l9c"),
    ("pivot_node", "node1"),
    ("pivot_object", "web-5757fc4889-g6l9c"),
    ("pivot_client", "Docker-Client/28.2.2 (linux)"),
    (
        "pivot_container",
        "be4445a4653262589772cf4ba107e86e0e17499f1b92ab12eb0dc5f5b515f161",
    ),
    ("pivot_session", "36"),
    (
        "pivot_granted_by",
        "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \
         \"system:discovery\" to Group \"system:authenticated\"",
    ),
    ("pivot_program", "/usr/bin/xargs"),
];

#[test]
fn every_pivot_finds_what_it_is_asked_for_and_nothing_of_an_empty_list() {
    let folder = tempfile::tempdir().unwrap();
    let lists = folder.path().to_str().unwrap();
    let scan = |value: &str| {
        fs::write(folder.path().join("pivot.txt"), value).unwrap();
        let ran = yaral(&[
            "scan",
            "-r",
            "docs/playbook/pivots",
            "--lists",
            lists,
            "--strict",
            "--format",
            "csv",
            "samples/k8s-attack.ndjson.gz",
            "samples/test-2.docker-api.ndjson",
            "samples/test-2.auditd.log",
        ]);
        assert!(matches!(ran.code, Some(0)), "{}", ran.err);
        let rows = ran.out.lines().skip(1).filter(|row| row.contains("pivot_"));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    let rules: BTreeSet<String> = names(&book().join("pivots"), ".yaral")
        .into_iter()
        .collect();
    let asked: BTreeSet<String> = ASKED.iter().map(|(rule, _)| (*rule).to_owned()).collect();
    assert_eq!(rules, asked);
    for (rule, value) in ASKED {
        let rows = scan(&format!("{value}\n"));
        let found = rows.iter().any(|row| row.contains(&format!(",{rule},")));
        assert!(found, "{rule}: {value}: {rows:?}");
    }
    assert_eq!(scan("nobody-is-called-so\n"), Vec::<String>::new());
}
