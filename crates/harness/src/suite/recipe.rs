//! How a test file says what an event is.

use serde_json::Value;

use super::mistake::{Mistake, Place};
use super::yaml::{Kind, Member, Node};

/// What an event is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recipe {
    pub(crate) at: Place,
    pub(crate) base: Base,
    /// The log type of a raw record; recognised where it is not said.
    pub(crate) log_type: Option<(Place, String)>,
    /// Changes of the raw JSON record.
    pub(crate) change: Vec<Edit>,
    /// Changes of the event.
    pub(crate) set: Vec<Edit>,
}

/// Where an event comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Base {
    /// Lines of a file: all, or those that hold a text.
    RawFile { path: String, only: Option<String> },
    /// Lines that stand in the test file.
    RawText(String),
    /// A JSON record that stands in the test file.
    RawJson(Value),
    /// A UDM event.
    Udm(Value),
    /// A UDM event of a file: the only one, or that which holds a text.
    UdmFile { path: String, only: Option<String> },
    /// What a host's audit daemon would log of a process.
    Process(Process),
    /// Another event of the file.
    Like(String),
}

/// A process, and what it reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) argv: Vec<String>,
    pub(crate) parent: Vec<String>,
    pub(crate) exe: Option<String>,
    pub(crate) cwd: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) uid: Option<String>,
    pub(crate) auid: Option<String>,
    /// A file that it opened.
    pub(crate) open: Option<String>,
    /// A socket, or ADDRESS:PORT, that it connected to.
    pub(crate) connect: Option<String>,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub(crate) at: Place,
    pub(crate) key: String,
    pub(crate) value: Value,
}

/// The keys of an event, for the schema and for mistakes.
pub(crate) const KEYS: [&str; 16] = [
    "raw", "raw_text", "udm", "argv", "like", "log_type", "change", "set", "parent", "exe", "cwd",
    "host", "uid", "auid", "open", "connect",
];

const BASES: [&str; 5] = ["raw", "raw_text", "udm", "argv", "like"];
const OF_PROCESS: [&str; 8] = [
    "parent", "exe", "cwd", "host", "uid", "auid", "open", "connect",
];

impl Recipe {
    /// Reads an event.
    pub(crate) fn read(node: &Node) -> Result<Self, Mistake> {
        let members = node.members_of("an event", &KEYS)?;
        let bases = members.iter().filter(|m| BASES.contains(&m.key.as_str()));
        let bases: Vec<&Member> = bases.collect();
        let [base] = bases.as_slice() else {
            let what = format!("an event has one of {}", BASES.join(", "));
            return Err(node.wrong(what));
        };
        let of_process = |m: &&Member| OF_PROCESS.contains(&m.key.as_str());
        if base.key != "argv"
            && let Some(member) = members.iter().find(of_process)
        {
            let what = format!("`{}` goes with `argv` only", member.key);
            return Err(Mistake::at(member.at, what).wide(member.key.len()));
        }
        let mut recipe = Recipe {
            at: node.at,
            base: Recipe::base(base, members)?,
            log_type: None,
            change: Vec::new(),
            set: Vec::new(),
        };
        for member in members {
            match member.key.as_str() {
                "log_type" => {
                    recipe.log_type = Some((member.value.at, member.value.word("a log type")?));
                }
                "change" => recipe.change = edits(&member.value, "change")?,
                "set" => recipe.set = edits(&member.value, "set")?,
                _ => {}
            }
        }
        Ok(recipe)
    }

    fn base(base: &Member, members: &[Member]) -> Result<Base, Mistake> {
        let value = &base.value;
        Ok(match (base.key.as_str(), &value.kind) {
            ("raw", Kind::Map(_)) => Base::RawJson(value.json()),
            ("raw", _) => {
                let (path, only) = located(&value.word("a path")?);
                Base::RawFile { path, only }
            }
            ("raw_text", _) => Base::RawText(value.word("a raw record")?),
            ("udm", Kind::Map(_)) => Base::Udm(value.json()),
            ("udm", _) => {
                let (path, only) = located(&value.word("a path")?);
                Base::UdmFile { path, only }
            }
            ("argv", _) => Base::Process(process(members)?),
            _ => Base::Like(value.word("the name of an event")?),
        })
    }
}

/// `PATH#TEXT`.
fn located(text: &str) -> (String, Option<String>) {
    match text.split_once('#') {
        Some((path, only)) => (path.to_owned(), Some(only.to_owned())),
        None => (text.to_owned(), None),
    }
}

/// Changes: dotted keys and their values.
pub(crate) fn edits(node: &Node, what: &str) -> Result<Vec<Edit>, Mistake> {
    let members = node.members(&format!("`{what}`"))?.iter();
    Ok(members
        .map(|member| Edit {
            at: member.at,
            key: member.key.clone(),
            value: member.value.json(),
        })
        .collect())
}

fn process(members: &[Member]) -> Result<Process, Mistake> {
    let mut process = Process::default();
    for member in members {
        let value = &member.value;
        let word = || value.text(&format!("`{}`", member.key)).map(Some);
        match member.key.as_str() {
            "argv" => process.argv = words(value)?,
            "parent" => process.parent = words(value)?,
            "exe" => process.exe = word()?,
            "cwd" => process.cwd = word()?,
            "host" => process.host = word()?,
            "uid" => process.uid = word()?,
            "auid" => process.auid = word()?,
            "open" => process.open = word()?,
            "connect" => process.connect = word()?,
            _ => {}
        }
    }
    Ok(process)
}

/// Words: a list, or a text that is split at blanks; quotes keep words together.
fn words(node: &Node) -> Result<Vec<String>, Mistake> {
    let words = match &node.kind {
        Kind::List(items) => items
            .iter()
            .map(|item| item.text("a word"))
            .collect::<Result<_, _>>()?,
        _ => split(&node.text("a command line")?)
            .ok_or_else(|| node.wrong("a quote is not closed"))?,
    };
    if words.is_empty() {
        return Err(node.wrong("a command line has at least one word"));
    }
    Ok(words)
}

/// As a shell without expansions would split it.
fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    fn read(text: &str) -> Result<Recipe, Mistake> {
        Recipe::read(&yaml::parse(text).expect("it is YAML"))
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        let words = split("kubectl get 'a b' \"c 'd'\" ''").expect("it is closed");
        assert_eq!(words, ["kubectl", "get", "a b", "c 'd'", ""]);
        assert_eq!(split("a 'b"), None);
    }

    #[test]
    fn what_is_wrong_with_an_event_is_told() {
        for (text, what) in [
            ("{raw: a, udm: {}}", "one of raw"),
            ("{set: {}}", "one of raw"),
            ("{raw: a, exe: b}", "goes with `argv` only"),
            ("{rw: a}", "no key `rw`"),
            ("{argv: \"a 'b\"}", "not closed"),
            ("{argv: []}", "at least one"),
            ("{raw: a, set: 1}", "is a mapping"),
        ] {
            let mistake = read(text).expect_err(text);
            assert!(mistake.what.contains(what), "{text}: {mistake}");
        }
        let recipe = read("{raw: \"a.log#x#y\", log_type: AUDITD}").expect("it is right");
        let base = Base::RawFile {
            path: "a.log".to_owned(),
            only: Some("x#y".to_owned()),
        };
        assert_eq!(recipe.base, base);
    }
}
