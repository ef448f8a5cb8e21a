//! The ideas behind the language, a page each.
//!
//! What a page says in short, the chapters of `spec/` say statement by
//! statement, with cases that are run; where there is one, its statements are
//! read from there, so that they are written once.

use std::fmt::Write as _;

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "concepts",
    title: "Concepts",
    summary: "The ideas behind the language: what a row is, when events belong together, what an unset field is",
    terms,
    page,
    whole,
};

/// A page: its names, the first of which is its title, its text, and the
/// chapter of the specification with its name.
struct Concept {
    names: &'static [&'static str],
    text: &'static str,
    chapter: Option<(&'static str, &'static str)>,
}

macro_rules! chapter {
    ($name:literal) => {
        Some((
            $name,
            include_str!(concat!("../../../../spec/", $name, ".md")),
        ))
    };
}

/// The pages, sorted by their first names.
const CONCEPTS: &[Concept] = &[
    Concept {
        names: &["absence"],
        text: "\
`!$e` and `#e = 0` hold where no event is bound to `$e`. Such a condition is known to
hold only when its window has ended, so the detection comes then. A rule has to ask for
some event, for windows are opened by events.",
        chapter: chapter!("absence"),
    },
    Concept {
        names: &["composites", "composite", "detections"],
        text: "\
A composite rule reads the detections of other rules, as `$d.detection.detection.rule_name`.
It runs in the same scan as those rules, over the detections that stand, and always has
a `match` section. It sees what rules without detection variables find, and events too.",
        chapter: chapter!("composites"),
    },
    Concept {
        names: &["counts"],
        text: "\
In the condition, `#e` is how many distinct events are bound to `$e`, and `#user`
how many distinct values the placeholder `$user` takes. Rows do not count. Aggregates
of the outcome section do count rows: `count($e.principal.ip)` of one event with two
addresses is 2.",
        chapter: chapter!("counts"),
    },
    Concept {
        names: &["entities", "entity", "graph"],
        text: "\
An entity is what is known about a user, an asset or a file, rather than what happened.
Rules read it as `$x.graph.entity.hostname`; `yaral docs Entity` lists the fields. An
entity joins an event that lies in its `metadata.interval`. `--entities` gives them.",
        chapter: chapter!("entities"),
    },
    Concept {
        names: &["joins", "join"],
        text: "\
Several event variables in a rule are tied by equalities: `$a.x = $b.x`, or one
placeholder on both. `yaral plan RULE` lists them under `joins`, with whether partners
are looked up by value or compared one by one.",
        chapter: chapter!("joins"),
    },
    Concept {
        names: &["lists", "reference lists", "in regex", "in cidr"],
        text: "\
`$e.principal.user.userid in %admins` asks a reference list, `in regex %l` one of patterns,
`in cidr %l` one of address ranges. A list is a file in the folder that `--lists DIR` names:
`admins.txt`, `l.regex`, `l.cidr`, one entry on each line, `//` for comments. A list
that is not there is an error.",
        chapter: None,
    },
    Concept {
        names: &["outcomes"],
        text: "\
The outcome section computes what a detection carries. `$risk_score` is its weight. In
a rule with `match` every outcome is an aggregate over the joined rows of the group.",
        chapter: chapter!("outcomes"),
    },
    Concept {
        names: &["placeholders", "placeholder", "match variables"],
        text: "\
A variable without a field, such as `$user` in `$e.principal.user.userid = $user`, is
a placeholder: a name for the value on the other side. One placeholder on several event
variables joins them. In the `match` section it groups events; there its zero value is
left out, unless the option `allow_zero_values` is true.",
        chapter: None,
    },
    Concept {
        names: &["plan", "cost"],
        text: "\
`yaral plan RULE` shows what was understood of a rule.

- `a row for each` names the repeated fields whose elements make the rows of an event.
  `[*]` is the element that a row picks; `it` is the one that an `any` or `all` visits.
- `where` are the predicates over this event variable alone. What ties several is under
  `joins` (equalities) and `between events` (everything else).
- `needs` is what an event must have to be looked at: logs are searched for it before
  they are read. No need is an opinion; leaving it out changes nothing but the time.
- `required` and `optional` say whether the condition can hold without an event of the
  variable.
- `cost` is low if few events reach the rule and what it keeps is found by value, medium
  if all events reach it or rows and events multiply, high if all events are kept and
  tried with each other. The lines below it say why, and `late` when the rule answers
  only at the end of its window.",
        chapter: None,
    },
    Concept {
        names: &["rows", "row", "repeated fields"],
        text: "\
`$e.principal.ip = \"10.0.0.1\"` is asked of one address at a time. `any $e.principal.ip`
and `all $e.principal.ip` ask it of the list, and make no rows.",
        chapter: chapter!("rows"),
    },
    Concept {
        names: &["tables", "data tables", "table"],
        text: "\
A data table has named columns, which rules read as `%table.column`: `in %table.column`
looks a value up, `$e.principal.hostname = %table.host` joins rows, `setup` changes
entities by them and `export` writes them. `--tables` gives a folder of them. A table of
one column is a reference list: see `yaral docs lists`. A table with the columns `owner`,
`reason` and `expires` is one of tuning: a row lives up to the end of the day in
`expires`, from the day in `starts` on; `--as-of` sets the day that counts.",
        chapter: chapter!("tables"),
    },
    Concept {
        names: &["windows", "window"],
        text: "\
`over 5m`, `by 5m`, `over 5m before $e` and `over 5m after $e` say which events
are judged together. The switch `windows` decides what `over` means.",
        chapter: chapter!("windows"),
    },
    Concept {
        names: &["zero values", "zero-values", "zero value", "unset fields"],
        text: "\
There is no null. A field that is not set has the zero value of its type: the empty text,
0, false, the first value of an enum. So `$e.principal.hostname != \"web\"` holds for an
event without a hostname, and `$e.principal.hostname != \"\"` asks whether there is one.
Match variables leave zero values out, unless the option `allow_zero_values` is true; the
switches `aggregates_take_zero` and `placeholder_counts_zero` say where else they count.",
        chapter: None,
    },
];

fn terms() -> Vec<String> {
    let names = CONCEPTS.iter().filter_map(|concept| concept.names.first());
    names.map(|name| (*name).to_owned()).collect()
}

fn page(term: &str) -> Option<String> {
    let asks = |name: &&str| name.eq_ignore_ascii_case(term);
    let concept = CONCEPTS
        .iter()
        .find(|concept| concept.names.iter().any(asks))?;
    Some(text(concept))
}

fn text(concept: &Concept) -> String {
    let name = concept.names.first().copied().unwrap_or_default();
    let mut out = format!("## {name}\n\n{}\n", concept.text);
    if let Some((name, chapter)) = concept.chapter {
        out.push('\n');
        for statement in statements(chapter) {
            let _ = writeln!(out, "- {statement}");
        }
        let _ = writeln!(out, "\nCases that show each: `spec/{name}.md`.");
    }
    out
}

/// The numbered statements of a chapter, each on one line, without the number's
/// stars and the key of its source.
fn statements(chapter: &str) -> Vec<String> {
    let paragraphs = chapter.split("\n\n");
    let numbered = paragraphs.filter_map(|paragraph| paragraph.trim().strip_prefix("**"));
    numbered
        .filter_map(|rest| {
            let (number, said) = rest.split_once("** ")?;
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            let said = said
                .rsplit_once(" [")
                .map_or(said.as_str(), |(said, _)| said);
            Some(format!("{said} ({number})"))
        })
        .collect()
}

fn whole() -> String {
    CONCEPTS.iter().map(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_sorted_and_chapters_have_statements() {
        assert!(CONCEPTS.is_sorted_by(|a, b| a.names[0] < b.names[0]));
        for concept in CONCEPTS {
            if let Some((name, chapter)) = concept.chapter {
                let statements = statements(chapter);
                let marks = chapter.matches("\n**").count();
                assert!(statements.len() > 2, "{name}");
                assert_eq!(statements.len(), marks, "{name}");
            }
        }
    }
}
