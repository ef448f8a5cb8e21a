//! Lints of tuning tables: rows that take more alerts away than was meant.
//!
//! A tuning table has the columns `owner`, `reason` and `expires`; its other
//! columns say what must fit. By convention a key that holds several things
//! has the principal first and `|` between them. What is looked at is the
//! text of a pattern, never what it happens to match on some log: a row must
//! be safe before the log is there.

use yaral_ir::bound::Bound;
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
        for branch in branches(cell) {
            if is_wide(&branch) {
                let message = format!(
                    "`{cell}` in `%{}` fits service accounts of more than one namespace",
                    table.name
                );
                let found = Diagnostic::error(codes::TUNING_WIDE, None, message);
                say(
                    Some(at),
                    found.help(format!("write the namespace out: {ACCOUNTS}NAMESPACE:NAME")),
                );
                break;
            }
            if literal(&branch).0.is_empty() {
                say(Some(at), nobody(table));
                break;
            }
        }
    }
}

fn nobody(table: &Table) -> Diagnostic {
    let message = format!("a row of `%{}` names no principal", table.name);
    Diagnostic::error(codes::TUNING_NOBODY, None, message)
        .help("say who it is for; what a client calls itself, anybody can say")
}

/// The branches of a pattern: those of its top, and of the groups that stand
/// before anything in it may be anything. A group that has too many is left
/// as it is, which is to say open.
fn branches(pattern: &str) -> Vec<String> {
    let tops = split(pattern).into_iter();
    let mut open: Vec<String> = tops
        .map(|top| top.trim_start_matches('^').to_owned())
        .collect();
    let mut found = Vec::new();
    while let Some(branch) = open.pop() {
        let group = first_group(&branch).map(|(fixed, inside, behind)| {
            let mut each = split(inside);
            // A group that may be absent is one more branch.
            let absent = behind.strip_prefix('?');
            each.extend(absent.map(|_| ""));
            (fixed, each, absent.unwrap_or(behind))
        });
        match group {
            Some((fixed, each, behind))
                if each.len() + open.len() + found.len() <= BRANCHES_MAX =>
            {
                let each = each.iter().map(|one| format!("{fixed}{one}{behind}"));
                open.extend(each);
            }
            _ => found.push(branch),
        }
    }
    found
}

/// The group that a branch has behind its fixed beginning: that beginning,
/// what is in the group, and what is behind it.
fn first_group(branch: &str) -> Option<(&str, &str, &str)> {
    let (fixed, rest) = branch.split_at_checked(literal(branch).1)?;
    let inner = rest.strip_prefix("(?:").or_else(|| {
        let inner = rest.strip_prefix('(')?;
        (!inner.starts_with('?')).then_some(inner)
    })?;
    let close = closing(inner)?;
    let (inside, behind) = inner.split_at_checked(close)?;
    let behind = behind.get(1..)?;
    (!behind.starts_with(['*', '{'])).then_some((fixed, inside, behind))
}

/// The place of the parenthesis that closes a group, in the text behind the
/// one that opens it.
fn closing(text: &str) -> Option<usize> {
    walk(text).find_map(|(at, c, depth)| (c == ')' && depth < 0).then_some(at))
}

/// A pattern at the `|` that stand in no group and no class.
fn split(pattern: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c, depth) in walk(pattern) {
        if c == '|' && depth == 0 {
            found.push(pattern.get(start..at).unwrap_or_default());
            start = at + 1;
        }
    }
    found.push(pattern.get(start..).unwrap_or_default());
    found
}

/// The characters of a pattern that mean something, with the depth of groups
/// behind each; escaped ones and those of classes are passed over.
fn walk(pattern: &str) -> impl Iterator<Item = (usize, char, i64)> {
    let (mut escaped, mut class, mut depth) = (false, false, 0_i64);
    pattern.char_indices().filter_map(move |(at, c)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match c {
            '\\' => escaped = true,
            ']' => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => return Some((at, c, depth)),
        }
        (c == ')').then_some((at, c, depth))
    })
}

/// The text that a branch begins with, up to where it may be anything, and
/// the place of that.
fn literal(branch: &str) -> (String, usize) {
    let mut text = String::new();
    let mut rest = branch.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let plain = match c {
            // An escaped letter or digit is a class or an edge.
            '\\' => rest
                .next()
                .map(|(_, c)| c)
                .filter(|c| !c.is_ascii_alphanumeric()),
            '.' | '[' | '(' | ')' | '*' | '+' | '?' | '{' | '|' | '$' | '^' => None,
            c => Some(c),
        };
        // What may be repeated or absent is not fixed.
        let repeated = matches!(rest.peek(), Some((_, '*' | '?' | '{')));
        match plain.filter(|_| !repeated) {
            Some(plain) => text.push(plain),
            None => return (text, at),
        }
    }
    (text, branch.len())
}

/// Whether a branch may fit service accounts of more than one namespace.
fn is_wide(branch: &str) -> bool {
    let (text, end) = literal(branch);
    if let Some(rest) = text.strip_prefix(ACCOUNTS) {
        return !rest.contains(':');
    }
    // `system:` with anything behind it.
    let open = !matches!(branch.get(end..), Some("" | "$"));
    !text.is_empty() && open && ACCOUNTS.starts_with(text.as_str())
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
            (r"^alice\|x$|system:serviceaccount:", "E0721"),
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

    #[test]
    fn hostile_patterns_are_walked_once() {
        for text in [
            "(".repeat(50),
            "|".repeat(50_000),
            "\\".to_owned(),
            "[".to_owned(),
        ] {
            let _ = (branches(&text), literal(&text));
        }
    }
}
