//! Lints of tuning tables: rows that take more alerts away than was meant.
//!
//! A tuning table has the columns `owner`, `reason` and `expires`; its other
//! columns say what must fit. By convention a key that holds several things
//! has the principal first and `|` between them. What is looked at is the
//! text of a pattern, never what it happens to match on some log: a row must
//! be safe before the log is there.

use std::collections::BTreeSet;

use yaral_ir::bound::Bound;
use yaral_ir::regex::{Branch, Next, Reach, reach};
use yaral_ir::tables::{ColumnKind, Table};
use yaral_ir::value::Value;
use yaral_syntax::diagnostic::Diagnostic;
use yaral_udm::Timestamp;

use crate::codes;

/// The columns that make a table one of tuning.
const TUNING: [&str; 3] = ["owner", "reason", "expires"];

/// Columns that say something about a row and nothing of what must fit.
const ABOUT: [&str; 7] = [
    "approver", "comment", "expires", "owner", "reason", "starts", "ticket",
];

/// Columns that hold what a client says of itself, which anybody can say.
const CLIENT: [&str; 4] = ["agent", "agent_prefix", "user_agent", "useragent"];

/// What the names of service accounts begin with; the namespace follows.
const ACCOUNTS: &str = "system:serviceaccount:";

/// Days that a row may live without being looked at again.
pub const LIFE_DAYS_MAX: i64 = 731;

/// Branches of one pattern that are looked at one by one.
const BRANCHES_MAX: usize = 64;

const DAY_S: i64 = 86_400;

/// Texts that no row names: what fits one of them fits anything.
const STRANGERS: [&str; 3] = ["", "zq7-nobody", "zq7-nobody|zq7|zq7|zq7|zq7|zq7"];

/// What is wrong with a row.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The row, as [`Table::rows`] has it.
    pub row: usize,
    /// The column at fault.
    pub column: usize,
    /// What is wrong, without a place: that is of the file.
    pub diagnostic: Diagnostic,
}

/// Whether a table is one of tuning.
#[must_use]
pub fn is_tuning(table: &Table) -> bool {
    TUNING.iter().all(|name| table.column(name).is_some())
}

/// Looks at each row of a tuning table; `at` is the day from which its life
/// counts. Of other tables nothing is said.
#[must_use]
pub fn lint(table: &Table, at: Timestamp) -> Vec<Finding> {
    let mut found = Vec::new();
    if !is_tuning(table) {
        return found;
    }
    for row in 0..table.rows.len() {
        let mut say = |column: Option<usize>, diagnostic: Diagnostic| {
            found.push(Finding {
                row,
                column: column.unwrap_or(0),
                diagnostic,
            });
        };
        about(table, row, &mut say);
        end(table, row, at, &mut say);
        keys(table, row, &mut say);
    }
    found
}

type Say<'s> = dyn FnMut(Option<usize>, Diagnostic) + 's;

fn cell(table: &Table, row: usize, column: usize) -> &str {
    let row = table.rows.get(row);
    row.and_then(|row| row.get(column))
        .map_or("", |cell| cell.trim())
}

/// Who answers for the row, and why it is there.
fn about(table: &Table, row: usize, say: &mut Say<'_>) {
    for name in ["owner", "reason"] {
        let Some(at) = table.column(name) else {
            continue;
        };
        if cell(table, row, at).is_empty() {
            let message = format!("a row of `%{}` has no {name}", table.name);
            let help = "write who answers for it, and why it is there";
            let found = Diagnostic::error(codes::TUNING_NO_OWNER, None, message);
            say(Some(at), found.help(help));
        }
    }
}

/// When the row ends.
fn end(table: &Table, row: usize, now: Timestamp, say: &mut Say<'_>) {
    let Some(at) = table.column("expires") else {
        return;
    };
    let text = cell(table, row, at);
    let Some(bound) = Bound::parse(text) else {
        let message = format!("a row of `%{}` has no end", table.name);
        let found = Diagnostic::error(codes::TUNING_NO_END, None, message);
        say(
            Some(at),
            found.help("write its last day into `expires`, as 2027-01-31"),
        );
        return;
    };
    if bound.start().seconds.saturating_sub(now.seconds) > LIFE_DAYS_MAX * DAY_S {
        let message = format!("a row of `%{}` lives for more than two years", table.name);
        let found = Diagnostic::warning(codes::TUNING_FAR_END, None, message);
        say(
            Some(at),
            found.help("write a nearer day, on which somebody looks at it again"),
        );
    }
}

/// What must fit.
fn keys(table: &Table, row: usize, say: &mut Say<'_>) {
    let columns = table.columns.iter().enumerate();
    let filled: Vec<_> = columns
        .filter(|(_, column)| !ABOUT.contains(&column.spec.name.as_str()))
        .map(|(at, column)| (at, column, cell(table, row, at)))
        .filter(|(_, _, cell)| !cell.is_empty())
        .collect();
    let client = |name: &str| CLIENT.contains(&name);
    if filled
        .iter()
        .all(|(_, column, _)| client(&column.spec.name))
    {
        let at = filled.first().map(|(at, ..)| *at);
        say(at, nobody(table));
        return;
    }
    for (at, column, cell) in filled {
        if column.spec.kind != ColumnKind::Regex || client(&column.spec.name) {
            continue;
        }
        let list = &column.list;
        let fits = |text: &&str| list.contains(&Value::string((*text).to_owned()), false);
        // The list has the other rows too, so it can only say that none fits.
        let may = STRANGERS.iter().any(fits);
        let raw = table.rows.get(row).and_then(|row| row.get(at));
        let raw = raw.map_or("", String::as_str);
        if may
            && STRANGERS
                .iter()
                .any(|text| column.matches(raw, text, false))
        {
            let message = format!("`{cell}` in `%{}` fits everything", table.name);
            let found = Diagnostic::error(codes::TUNING_FITS_ALL, None, message);
            say(
                Some(at),
                found.help("begin with ^ and the principal, and end with $"),
            );
            continue;
        }
        let Ok(reach) = reach(raw, '|', BRANCHES_MAX) else {
            continue;
        };
        if let Some(found) = wrong(table, cell, &reach) {
            say(Some(at), found);
        }
    }
}

fn nobody(table: &Table) -> Diagnostic {
    let message = format!("a row of `%{}` names no principal", table.name);
    Diagnostic::error(codes::TUNING_NOBODY, None, message)
        .help("say who it is for; what a client calls itself, anybody can say")
}

/// What is wrong with a pattern that does not fit everything.
fn wrong(table: &Table, cell: &str, reach: &Reach) -> Option<Diagnostic> {
    let name = &table.name;
    if !reach.from_start {
        let message = format!("`{cell}` in `%{name}` fits whatever holds a piece of text");
        let found = Diagnostic::error(codes::TUNING_FITS_ALL, None, message);
        return Some(found.help("begin every branch with ^ and the principal: ^(ONE|OTHER)\\|…$"));
    }
    let branches = &reach.branches;
    if branches.iter().any(is_wide) || namespaces(branches) > 1 {
        let message =
            format!("`{cell}` in `%{name}` fits service accounts of more than one namespace");
        let found = Diagnostic::error(codes::TUNING_WIDE, None, message);
        let help = format!("write the namespace out, one in each row: {ACCOUNTS}NAMESPACE:NAME");
        return Some(found.help(help));
    }
    if branches.iter().any(|branch| branch.text.is_empty()) {
        return Some(nobody(table));
    }
    if let Some(branch) = branches.iter().find(|branch| is_swallowing(branch)) {
        let text = &branch.text;
        let message = format!("`{cell}` in `%{name}` fits whoever is called `{text}` and more");
        let found = Diagnostic::error(codes::TUNING_MORE, None, message);
        return Some(found.help("write the principal out, and `\\|` behind it"));
    }
    if !reach.to_end {
        let message = format!("`{cell}` in `%{name}` has no end, so that any text may follow");
        let found = Diagnostic::error(codes::TUNING_MORE, None, message);
        return Some(found.help("end every branch with $; for any text to follow, write .*$"));
    }
    None
}

/// Whether a branch may fit service accounts of more than one namespace.
fn is_wide(branch: &Branch) -> bool {
    let text = branch.text.as_str();
    if let Some(rest) = text.strip_prefix(ACCOUNTS) {
        return !rest.contains(':');
    }
    // `system:` with anything behind it.
    !text.is_empty() && branch.next != Next::End && ACCOUNTS.starts_with(text)
}

/// Of how many namespaces the branches leave the names of accounts open.
fn namespaces(branches: &[Branch]) -> usize {
    let open = branches.iter().filter(|branch| branch.next != Next::End);
    let names = open.filter_map(|branch| branch.text.strip_prefix(ACCOUNTS)?.split_once(':'));
    names.map(|(name, _)| name).collect::<BTreeSet<_>>().len()
}

/// Whether a name goes on behind its last letter or digit. Behind a mark, as
/// in `node-` or `/usr/bin/`, a part of the name is what was meant to be open;
/// so are numbers, and parts of a fixed length.
fn is_swallowing(branch: &Branch) -> bool {
    let last = branch.text.chars().next_back();
    branch.next == Next::Letters
        && !branch.text.starts_with(ACCOUNTS)
        && last.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaral_ir::tables::ColumnSpec;

    fn codes_of(kind: ColumnKind, names: &[&str], cells: &[&str]) -> Vec<&'static str> {
        let specs = names.iter().enumerate().map(|(at, name)| ColumnSpec {
            name: (*name).to_owned(),
            kind: if at == 0 { kind } else { ColumnKind::String },
            key: false,
            repeated: false,
            mapped: None,
        });
        let row = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let (table, errors) = Table::new("t", specs.collect(), [row]);
        assert!(errors.is_empty(), "{errors:?}");
        let now = Timestamp::parse("2026-08-01T00:00:00Z").unwrap();
        let found = lint(&table, now).into_iter();
        found.map(|one| one.diagnostic.code.0).collect()
    }

    fn key(pattern: &str) -> Vec<&'static str> {
        let names = ["key", "owner", "reason", "expires"];
        codes_of(
            ColumnKind::Regex,
            &names,
            &[pattern, "a", "b", "2027-01-01"],
        )
    }

    #[test]
    fn patterns_that_fit_too_much_are_found() {
        for (pattern, wanted) in [
            (r"^system:serviceaccount:velero:velero\|[a-z0-9-]+\|x$", ""),
            (r"^(alice|bob)\|prod$", ""),
            (r"^alice\|prod$|^system:node:a$", ""),
            (r"^system:(gke-master|addon-manager)\|list$", ""),
            (r"^system:serviceaccount:(a|b):c\|list$", ""),
            (r"^system:(node|serviceaccount:.*)\|list$", "E0721"),
            (r"^(node1)?\|1003$", ""),
            (r"^(a/)?(b/)?docker\|x$", ""),
            (r"^(alice)?[^|]*\|list$", "E0722"),
            (r"^system:serviceaccount:ns-a:[^|]*\|list$", ""),
            (r"^system:serviceaccount:[^:]+:velero\|x$", "E0721"),
            (r"^system:serviceaccount:kube-.*$", "E0721"),
            (r"^system:.*\|list$", "E0721"),
            (
                r"^(system:serviceaccount:a:b|system:serviceaccount:.*)\|x$",
                "E0721",
            ),
            (r"^alice\|x$|system:serviceaccount:", "E0725"),
            // A branch that is not bound to the beginning.
            (r"^nobody\|x$|list", "E0725"),
            (r"^nobody\|x$|list$", "E0725"),
            (r"^?alice\|x$", "E0725"),
            (r"(^|x)alice\|x$", "E0725"),
            (r"(?m)^alice\|x$", "E0725"),
            (r"\balice\|x$", "E0725"),
            (r"alice\|x$", "E0725"),
            (r"^alice\|x$|", "E0725"),
            (r"^(|alice)$", "E0725"),
            (r"\Aalice\|x\z", ""),
            (r"(?i)^alice\|x$", ""),
            (r"(?s)^alice\|.*$", ""),
            (r"^(?:(?i)alice|bob)\|x$", ""),
            // Several namespaces, and the name of the account open.
            (
                r"^system:serviceaccount:(a|b|kube-system|prod|default):.*$",
                "E0721",
            ),
            (r"^system:serviceaccount:[ab]:[a-z]+\|list$", "E0721"),
            (r"^system:serviceaccount:(a|b):op-[a-z]+\|list$", "E0721"),
            (
                r"^system:serviceaccount:a:.*\|x$|^system:serviceaccount:b:.*\|x$",
                "E0721",
            ),
            (r"(?i)^system:serviceaccount:(a|b):.*$", "E0721"),
            (r"^system:service[a-z]+:a:b\|x$", "E0721"),
            (r"^(system:serviceaccount:)?.*\|x$", "E0721"),
            (r"^system:serviceaccount:a:.*$", ""),
            (r"^system:serviceaccount:(a:.*|b:c)\|x$", ""),
            // Nobody in one of the branches.
            (r"^(alice|.*)$", "E0725"),
            (r"^(alice|.*)\|list$", "E0722"),
            (r"^(alice|[a-z]+)\|list$", "E0722"),
            (r"^[a-z]+\|list$", "E0722"),
            (r"^.{3}\|list$", "E0722"),
            // A name that others begin with.
            (r"^alice.*$", "E0726"),
            (r"^alice[^|]*\|list$", "E0726"),
            (r"^alice\b.*\|list$", "E0726"),
            (r"^(alice|bob.*)\|list$", "E0726"),
            (r"^alice[a-z]*\|list$", "E0726"),
            (r"^system:node:.*\|list$", ""),
            (r"^node[0-9]+\|1003$", ""),
            (r"^runner-[a-z0-9]+\|1003$", ""),
            (r"^/usr/lib/systemd/systemd-[a-z]+\|([0-9a-f]{64})?$", ""),
            (r"^/opt/Agent/([^|/]+/)*(agent|filebeat)\|x$", ""),
            // An end that is left open.
            (r"^alice", "E0726"),
            (r"^alice\|", "E0726"),
            (r"^alice\|prod\|/sbin/fsfreeze", "E0726"),
            (r"^alice\|prod\|ls$|^bob\|prod\|ls", "E0726"),
            (r"^alice\|prod\|(ls$|id)", "E0726"),
            (r"^alice\|prod\|kubectl/.*$", ""),
            (r"^[^|]*\|list\|kubectl/", "E0722"),
            (r"^(.*)\|kubectl$", "E0722"),
            (r".*", "E0725"),
            (r"^alice|", "E0725"),
            (r"^[^|]*\|", "E0725"),
            (r"[a-z]", "E0725"),
        ] {
            let found = key(pattern);
            let wanted: Vec<_> = Some(wanted)
                .filter(|code| !code.is_empty())
                .into_iter()
                .collect();
            assert_eq!(found, wanted, "{pattern}");
        }
    }

    #[test]
    fn rows_without_owner_end_or_principal_are_found() {
        let names = ["user_agent", "owner", "reason", "expires"];
        let text = |cells: &[&str]| codes_of(ColumnKind::String, &names, cells);
        assert_eq!(text(&["kubectl/v1", "a", "b", "2027-01-01"]), ["E0722"]);
        let names = ["host", "owner", "reason", "expires"];
        let text = |cells: &[&str]| codes_of(ColumnKind::String, &names, cells);
        assert!(text(&["node1", "a", "b", "2027-01-01"]).is_empty());
        assert_eq!(text(&["node1", "", " ", ""]), ["E0724", "E0724", "E0723"]);
        assert_eq!(text(&["", "a", "b", "2027-01-01"]), ["E0722"]);
        assert_eq!(text(&["node1", "a", "b", "2028-08-02"]), ["W0680"]);
        assert!(text(&["node1", "a", "b", "2028-08-01"]).is_empty());
        let names = ["host", "owner"];
        assert!(codes_of(ColumnKind::Regex, &names, &[".*", ""]).is_empty());
    }

    #[test]
    fn branches_max() {
        let names: Vec<String> = (0..BRANCHES_MAX).map(|at| format!("u{at}")).collect();
        assert!(key(&format!("^({})\\|list$", names.join("|"))).is_empty());
        let more = format!("^({}|one)\\|list$", names.join("|"));
        assert_eq!(key(&more), ["E0722"]);
    }
}
