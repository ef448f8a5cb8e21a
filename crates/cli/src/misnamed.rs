//! Lists and tables of the user's folders that no rule reads.
//!
//! A folder is often made for more rules than those of one run, so that a file
//! nobody reads is no news. One letter too few in its name is: the rule goes
//! on with the pack's table, and the rows do nothing. So a file is told
//! where a near name is read that the folder does not hold, and with `-v` always.

use std::collections::BTreeSet;
use std::path::Path;

use yaral_runtime::{RuleFile, escape_terminal};
use yaral_syntax::nearest;

use crate::pack_tables;
use crate::term::Term;

/// Tells of the files, each with the name that it is read by, those that no
/// rule reads; `what` is a list or a table.
pub(crate) fn tell<'f>(
    what: &str,
    files: impl Iterator<Item = (&'f str, &'f Path)>,
    rules: &[RuleFile],
    term: Term,
) {
    let read: BTreeSet<&str> = rules.iter().flat_map(|file| named(&file.text)).collect();
    let files: Vec<_> = files.collect();
    let given: BTreeSet<&str> = files.iter().map(|(name, _)| *name).collect();
    for (name, file) in files {
        if read.contains(name) {
            continue;
        }
        let wanting = read.difference(&given).copied();
        let near = if pack_tables::is_known(name) {
            Vec::new()
        } else {
            nearest(name, wanting)
        };
        let file = file.to_string_lossy();
        let file = escape_terminal(&file);
        match near.first() {
            Some(near) => term.warn(format_args!(
                "{file}: no rule reads this {what}; did you mean %{near}?"
            )),
            None if term.verbose > 0 => {
                term.say(format_args!("{file}: no rule reads this {what}"));
            }
            None => {}
        }
    }
}

/// The names behind `%` in the text of rules. A few that stand in texts and
/// comments do not matter.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('%').skip(1).filter_map(|rest| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_behind_the_percent_sign() {
        let text = "$e.a in %admins and %t.key = $x // 5% of %";
        let names: Vec<_> = named(text).collect();
        assert_eq!(names, ["admins", "t"]);
    }
}
