//! A test file, read and checked: what it says, not yet what comes of it.

use std::collections::BTreeSet;

use yaral_normalize::Mapping;
use yaral_udm::Timestamp;

use super::expect::{self, Expectation};
use super::mistake::{Mistake, Place};
use super::recipe::{self, Edit, Recipe};
use super::when::When;
use super::yaml::{self, Kind, Member, Node};
use crate::limits::{TESTS_MAX, TIMELINE_EVENTS_MAX};

/// Keys at the top of a test file.
pub(crate) const TOP: [&str; 12] = [
    "rule",
    "rules",
    "start",
    "mapping",
    "semantics",
    "lists",
    "tables",
    "entities",
    "events",
    "tests",
    "survivors",
    "notes",
];

/// Keys of a test.
pub(crate) const TEST: [&str; 13] = [
    "name",
    "timeline",
    "expect",
    "because",
    "todo",
    "real",
    "synthetic",
    "tool",
    "of",
    "lists",
    "tables",
    "unexpected",
    "notes",
];

/// Keys of a line of a timeline.
pub(crate) const LINE: [&str; 7] = ["at", "event", "set", "change", "repeat", "every", "as"];

/// Keys of a mutant that may live.
pub(crate) const SURVIVOR: [&str; 4] = ["drop", "flip", "line", "why"];

/// A test file.
#[derive(Clone, Debug)]
pub(crate) struct TestFile {
    /// The rules; none means the sibling.
    pub(crate) rules: Vec<(Place, String)>,
    pub(crate) start: Timestamp,
    pub(crate) mappings: Vec<Mapping>,
    pub(crate) semantics: Vec<(Place, String, String)>,
    pub(crate) world: Known,
    pub(crate) entities: Vec<(Place, String)>,
    pub(crate) events: Vec<(String, Recipe)>,
    pub(crate) tests: Vec<Test>,
    pub(crate) survivors: Vec<Survivor>,
}

/// Lists and tables that take the place of others of the same name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) lists: Vec<Member>,
    pub(crate) tables: Vec<Member>,
}

/// A test.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) at: Place,
    pub(crate) name: String,
    pub(crate) timeline: Vec<Line>,
    pub(crate) expect: Option<Expectation>,
    pub(crate) because: Vec<(Place, String)>,
    pub(crate) todo: Option<String>,
    pub(crate) real: bool,
    pub(crate) synthetic: bool,
    /// The tool that a synthetic timeline is written after.
    pub(crate) tool: Option<String>,
    /// What a detection of another rule means.
    pub(crate) unexpected: Unexpected,
    /// The rule that `because` is about, where there are several.
    pub(crate) of: Option<String>,
    pub(crate) world: Known,
}

/// What a detection that no expectation names means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unexpected {
    #[default]
    Fail,
    Ignore,
}

/// A line of a timeline.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) at: Place,
    pub(crate) when: When,
    pub(crate) event: Named,
    pub(crate) set: Vec<Edit>,
    pub(crate) change: Vec<Edit>,
    pub(crate) repeat: u64,
    pub(crate) every: i64,
    /// The name by which expectations call it.
    pub(crate) label: String,
}

/// An event: one of the file's, or one that stands in the timeline.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    Name(Place, String),
    Here(Box<Recipe>),
}

/// A mutant that may live.
#[derive(Clone, Debug)]
pub(crate) struct Survivor {
    pub(crate) at: Place,
    pub(crate) drops: bool,
    pub(crate) predicate: String,
    pub(crate) line: Option<u64>,
    pub(crate) why: String,
}

/// The start of a timeline that does not say its own.
pub const START: Timestamp = Timestamp {
    // 2026-08-01T10:00:00Z
    seconds: 1_785_578_400,
    nanos: 0,
};

/// Reads a test file.
pub(crate) fn read(text: &str) -> Result<TestFile, Mistake> {
    let root = yaml::parse(text)?;
    let members = root.members_of("a test file", &TOP)?;
    let mut file = TestFile {
        rules: Vec::new(),
        start: START,
        mappings: Vec::new(),
        semantics: Vec::new(),
        world: Known::default(),
        entities: Vec::new(),
        events: Vec::new(),
        tests: Vec::new(),
        survivors: Vec::new(),
    };
    rule_or_rules(members)?;
    for member in members {
        top(&mut file, member)?;
    }
    if file.mappings.is_empty() {
        file.mappings.push(Mapping::Default);
    }
    if file.tests.len() > TESTS_MAX {
        return Err(root.wrong(format!("there are more than {TESTS_MAX} tests")));
    }
    if file.tests.is_empty() {
        return Err(root.wrong("there is no test; write some under `tests:`"));
    }
    let mut names = BTreeSet::new();
    for test in &file.tests {
        if !names.insert(&test.name) {
            let what = format!("there are two tests `{}`", test.name);
            return Err(Mistake::at(test.at, what));
        }
    }
    names_are_known(&file)?;
    Ok(file)
}

/// Refuses a file that names its rules twice: one of the two would be lost.
pub(crate) fn rule_or_rules(members: &[Member]) -> Result<(), Mistake> {
    let mut named = members
        .iter()
        .filter(|member| matches!(member.key.as_str(), "rule" | "rules"));
    match (named.next(), named.next()) {
        (Some(_), Some(second)) => {
            let what = "a file has `rule` or `rules`, not both";
            Err(Mistake::at(second.at, what).wide(second.key.len()))
        }
        _ => Ok(()),
    }
}

fn top(file: &mut TestFile, member: &Member) -> Result<(), Mistake> {
    let value = &member.value;
    match member.key.as_str() {
        "rule" | "rules" => {
            for item in value.items() {
                file.rules.push((item.at, item.word("a path to a rule")?));
            }
        }
        "start" => {
            let text = value.text("`start`")?;
            let time = Timestamp::parse(&text);
            file.start =
                time.ok_or_else(|| value.wrong("`start` is a time like 2026-08-01T10:00:00Z"))?;
        }
        "mapping" => {
            for item in value.items() {
                let name = item.text("a mapping")?;
                file.mappings
                    .push(name.parse().map_err(|what: String| item.wrong(what))?);
            }
        }
        "semantics" => {
            for member in value.members("`semantics`")? {
                let setting = member.value.text("a switch")?;
                file.semantics
                    .push((member.at, member.key.clone(), setting));
            }
        }
        "lists" => file.world.lists = value.members("`lists`")?.to_vec(),
        "tables" => file.world.tables = value.members("`tables`")?.to_vec(),
        "entities" => {
            for item in value.items() {
                file.entities.push((item.at, item.word("a path")?));
            }
        }
        "events" => {
            for member in value.members("`events`")? {
                let recipe = Recipe::read(&member.value)?;
                file.events.push((member.key.clone(), recipe));
            }
        }
        "tests" => {
            for item in value.items() {
                file.tests.push(test(item)?);
            }
        }
        "survivors" => {
            for item in value.items() {
                file.survivors.push(survivor(item)?);
            }
        }
        // Notes are for people.
        _ => {}
    }
    Ok(())
}

fn test(node: &Node) -> Result<Test, Mistake> {
    let members = node.members_of("a test", &TEST)?;
    let mut test = Test {
        at: node.at,
        name: String::new(),
        timeline: Vec::new(),
        expect: None,
        because: Vec::new(),
        todo: None,
        real: false,
        synthetic: false,
        tool: None,
        unexpected: Unexpected::default(),
        of: None,
        world: Known::default(),
    };
    for member in members {
        let value = &member.value;
        match member.key.as_str() {
            "name" => test.name = value.word("the name of a test")?,
            "timeline" => {
                for item in value.items() {
                    test.timeline.push(line(item)?);
                }
            }
            "expect" => test.expect = Some(expect::read(value)?),
            "because" => {
                for item in value.items() {
                    test.because.push((item.at, item.text("a reason")?));
                }
            }
            "todo" => test.todo = Some(value.word("`todo`, the reason of a known gap,")?),
            "real" => test.real = value.bool("`real`")?,
            "synthetic" => test.synthetic = value.bool("`synthetic`")?,
            "tool" => test.tool = Some(value.word("`tool`")?),
            "of" => test.of = Some(value.word("`of`")?),
            "lists" => test.world.lists = value.members("`lists`")?.to_vec(),
            "tables" => test.world.tables = value.members("`tables`")?.to_vec(),
            "unexpected" => {
                test.unexpected = match value.text("`unexpected`")?.as_str() {
                    "fail" => Unexpected::Fail,
                    "ignore" => Unexpected::Ignore,
                    _ => return Err(value.wrong("`unexpected` is fail or ignore")),
                }
            }
            _ => {}
        }
    }
    if test.name.is_empty() {
        return Err(node.wrong("a test has a name"));
    }
    if test.timeline.is_empty() {
        return Err(node.wrong("a test has a timeline with at least one event"));
    }
    let events: u64 = test.timeline.iter().map(|line| line.repeat).sum();
    if events > TIMELINE_EVENTS_MAX {
        let what = format!("the timeline has more than {TIMELINE_EVENTS_MAX} events");
        return Err(node
            .wrong(what)
            .help("large inputs belong into NAME.corpus.yaml"));
    }
    if let (Some(Expectation::Detections(_)), Some((at, _))) = (&test.expect, test.because.first())
    {
        return Err(Mistake::at(*at, "`because` goes with `expect: none`"));
    }
    Ok(test)
}

fn line(node: &Node) -> Result<Line, Mistake> {
    let members = node.members_of("a line of a timeline", &LINE)?;
    let mut event = None;
    let mut line = Line {
        at: node.at,
        when: When::default(),
        event: Named::Name(node.at, String::new()),
        set: Vec::new(),
        change: Vec::new(),
        repeat: 1,
        every: 0,
        label: String::new(),
    };
    for member in members {
        let value = &member.value;
        match member.key.as_str() {
            "at" => line.when = When::read(value)?,
            "event" => {
                event = Some(match &value.kind {
                    Kind::Map(_) => Named::Here(Box::new(Recipe::read(value)?)),
                    _ => Named::Name(value.at, value.word("the name of an event")?),
                });
            }
            "set" => line.set = recipe::edits(value, "set")?,
            "change" => line.change = recipe::edits(value, "change")?,
            "repeat" => {
                line.repeat = value.count("`repeat`")?;
                if line.repeat == 0 {
                    let help = "a line that is not to happen is left out";
                    return Err(value.wrong("`repeat` is 1 or more").help(help));
                }
            }
            "every" => line.every = When::length(value)?,
            "as" => line.label = value.word("`as`")?,
            _ => {}
        }
    }
    line.event = event.ok_or_else(|| node.wrong("a line of a timeline has an `event`"))?;
    if line.label.is_empty() {
        line.label = match &line.event {
            Named::Name(_, name) => name.clone(),
            Named::Here(_) => "event".to_owned(),
        };
    }
    Ok(line)
}

fn survivor(node: &Node) -> Result<Survivor, Mistake> {
    let members = node.members_of("a survivor", &SURVIVOR)?;
    let mut survivor = Survivor {
        at: node.at,
        drops: false,
        predicate: String::new(),
        line: None,
        why: String::new(),
    };
    for member in members {
        let value = &member.value;
        match member.key.as_str() {
            "line" => survivor.line = Some(value.count("`line`")?),
            "why" => survivor.why = value.word("`why`")?,
            kind => {
                survivor.drops = kind == "drop";
                survivor.predicate = value.word("a predicate")?;
            }
        }
    }
    if survivor.predicate.is_empty() || survivor.why.trim().is_empty() {
        return Err(node.wrong("a survivor has `drop` or `flip`, and `why` it may live"));
    }
    Ok(survivor)
}

/// Every event that is named exists.
fn names_are_known(file: &TestFile) -> Result<(), Mistake> {
    let known: Vec<&str> = file.events.iter().map(|(name, _)| name.as_str()).collect();
    let is_known = |at: Place, name: &str| {
        if known.contains(&name) {
            return Ok(());
        }
        let near = yaral_udm::nearest(name, known.iter().copied());
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", known.join(", ")),
        };
        let what = format!("there is no event `{name}`");
        Err(Mistake::at(at, what).wide(name.chars().count()).help(help))
    };
    let check = |recipe: &Recipe| match &recipe.base {
        recipe::Base::Like(name) => is_known(recipe.at, name),
        _ => Ok(()),
    };
    for (_, recipe) in &file.events {
        check(recipe)?;
    }
    for line in file.tests.iter().flat_map(|test| &test.timeline) {
        match &line.event {
            Named::Name(at, name) => is_known(*at, name)?,
            Named::Here(recipe) => check(recipe)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "events:\n  a: {udm: {}}\ntests:\n  - name: one\n    timeline: [{at: 1s, event: a}]\n    expect: none\n";

    #[test]
    fn a_file_is_read() {
        let file = read(FILE).expect("it is right");
        assert_eq!(file.tests[0].timeline[0].label, "a");
        assert_eq!(file.mappings, [Mapping::Default]);
        assert_eq!(
            START,
            Timestamp::parse("2026-08-01T10:00:00Z").expect("a time")
        );
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (from, to, line, what) in [
            ("event: a}", "event: b}", 5, "no event `b`"),
            ("at: 1s", "at: 1x", 5, "a time"),
            ("timeline:", "timelin:", 5, "no key `timelin`"),
            ("udm: {}", "like: c", 2, "no event `c`"),
            ("name: one", "name: ''", 4, "and not empty"),
            ("name: one", "notes: x", 4, "has a name"),
            ("name: one", "name: 1", 4, "is text, not a number"),
            (
                "name: one",
                "name: a\n    todo: true",
                5,
                "not a truth value",
            ),
            ("name: one", "name: a\n    todo:", 5, "not nothing"),
            ("name: one", "name: a\n    todo: ' '", 5, "not empty"),
            ("event: a}", "event: a, repeat: 0}", 5, "1 or more"),
            ("events:", "rule: a\nrules: [b]\nevents:", 2, "not both"),
            ("expect: none", "expect: nothing", 6, "is `none`"),
            ("expect: none", "survive: 1", 6, "no key `survive`"),
            ("[{at: 1s, event: a}]", "[]", 4, "at least one event"),
            ("event: a}", "event: a, repeat: 100001}", 4, "more than"),
            ("events:", "mapping: x\nevents:", 1, "no mapping"),
            ("events:", "start: noon\nevents:", 1, "a time like"),
            ("tests:", "survivors: [{drop: a}]\ntests:", 3, "why"),
        ] {
            let text = FILE.replace(from, to);
            let mistake = read(&text).expect_err(to);
            assert!(mistake.what.contains(what), "{to}: {mistake}");
            assert_eq!(mistake.place.line, line, "{to}: {mistake}");
        }
        let twice = format!("{FILE}  - name: one\n    timeline: [{{at: 1s, event: a}}]\n");
        assert!(
            read(&twice)
                .expect_err("a name twice")
                .what
                .contains("two tests")
        );
    }

    #[test]
    fn tests_max() {
        let one = |at: usize| {
            format!("  - name: t{at}\n    timeline: [{{event: a}}]\n    expect: none\n")
        };
        let file = |count: usize| {
            let tests: String = (0..count).map(one).collect();
            format!("events:\n  a: {{udm: {{}}}}\ntests:\n{tests}")
        };
        assert!(read(&file(TESTS_MAX)).is_ok());
        let mistake = read(&file(TESTS_MAX + 1)).expect_err("one too many");
        assert!(mistake.what.contains("more than 1000 tests"), "{mistake}");
    }

    #[test]
    fn timeline_events_max() {
        let file = |count: u64| FILE.replace("event: a}", &format!("event: a, repeat: {count}}}"));
        assert!(read(&file(TIMELINE_EVENTS_MAX)).is_ok());
        let mistake = read(&file(TIMELINE_EVENTS_MAX + 1)).expect_err("one too many");
        assert!(mistake.what.contains("more than 10000 events"), "{mistake}");
    }
}
