//! Which rules of a folder a run takes, by the mapping of its events.
//!
//! A rule that reads the fields of one mapping only says so in its meta entry
//! `mapping`, and stands beside the rule of another mapping that it is a
//! variant of. Of a folder with both, a run takes those of its own mapping: the
//! others would be silent, or tell the same act twice. A file that is named
//! itself is always taken, and so is a folder that holds nothing else.

use std::collections::BTreeSet;

use yaral_normalize::Mapping;
use yaral_runtime::RuleFile;

use crate::error::Error;
use crate::render::layout::plural;
use crate::rules;
use crate::term::Term;

/// The meta entry that names the mapping of a rule.
const KEY: &str = "mapping";

/// The rules of a run over events of this mapping: those that the words lead
/// to, or without words the embedded ones. Those of folders that are left out
/// are told.
pub(crate) fn of_run(
    words: &[String],
    mapping: Mapping,
    term: Term,
) -> Result<Vec<RuleFile>, Error> {
    let embedded = words.is_empty();
    let files = if embedded {
        rules::embedded()
    } else {
        rules::load(words)?
    };
    let (files, left) = chosen(files, words, mapping);
    // That the pack has variants is no news; that some rules have none is.
    let news = !embedded || mapping != Mapping::default() || term.verbose > 0;
    if left > 0 && news {
        let left = plural(left, "rule file");
        let way = if embedded {
            ""
        } else {
            "; name a file to run it all the same"
        };
        term.say(format_args!(
            "{left} for another mapping than {mapping} left out{way}"
        ));
    }
    Ok(files)
}

/// The files that a run over events of this mapping takes, and how many it
/// leaves out.
pub(crate) fn chosen(
    files: Vec<RuleFile>,
    words: &[String],
    mapping: Mapping,
) -> (Vec<RuleFile>, u64) {
    let named: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    let (taken, left): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| named.contains(file.name.as_str()) || !is_for_another(file, mapping));
    if taken.is_empty() {
        return (left, 0);
    }
    let count = left.len() as u64;
    (taken, count)
}

/// Whether each rule of the file says that it is for another mapping. A value
/// that is no mapping says nothing.
fn is_for_another(file: &RuleFile, mapping: Mapping) -> bool {
    // Most files say nothing of it, and need not be parsed to know that.
    if !file.text.contains(KEY) {
        return false;
    }
    let parse = yaral_syntax::parse(&file.text);
    let mut rules = parse.file().rules().peekable();
    let other = [Mapping::Default, Mapping::Secops]
        .into_iter()
        .find(|other| *other != mapping)
        .map(Mapping::name);
    rules.peek().is_some()
        && rules.all(|rule| {
            let entries = rule.meta().into_iter().flat_map(|meta| meta.entries());
            let mut values = entries
                .filter(|entry| entry.key().is_some_and(|key| key.text == KEY))
                .filter_map(|entry| entry.value());
            values.next().as_deref() == other
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, mappings: &[&str]) -> RuleFile {
        let rules = mappings.iter().map(|mapping| {
            let meta = match *mapping {
                "" => String::new(),
                value => format!("meta: mapping = \"{value}\" "),
            };
            format!(
                "rule r {{ {meta}events: $e.metadata.event_type = \"USER_LOGIN\" condition: $e }}\n"
            )
        });
        RuleFile {
            name: name.to_owned(),
            text: rules.collect(),
        }
    }

    fn names(files: Vec<RuleFile>, words: &[&str], mapping: Mapping) -> (Vec<String>, u64) {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let (files, left) = chosen(files, &words, mapping);
        (files.into_iter().map(|file| file.name).collect(), left)
    }

    #[test]
    fn a_folder_gives_the_rules_of_its_mapping() {
        let files = vec![
            file("a/any.yaral", &[""]),
            file("a/ours.yaral", &["default"]),
            file("a/theirs.yaral", &["secops"]),
            file("a/both.yaral", &["secops", "default"]),
            file("a/word.yaral", &["attack to tactic"]),
        ];
        let run = |mapping| names(files.clone(), &["a"], mapping);
        let (ours, left) = run(Mapping::Default);
        assert_eq!(left, 1);
        assert_eq!(
            ours,
            [
                "a/any.yaral",
                "a/ours.yaral",
                "a/both.yaral",
                "a/word.yaral"
            ]
        );
        let (theirs, left) = run(Mapping::Secops);
        assert_eq!(left, 1);
        assert_eq!(
            theirs,
            [
                "a/any.yaral",
                "a/theirs.yaral",
                "a/both.yaral",
                "a/word.yaral"
            ]
        );
    }

    #[test]
    fn what_is_named_is_taken() {
        let files = vec![file("a/any.yaral", &[""]), file("v.yaral", &["secops"])];
        let (taken, left) = names(files, &["a", "v.yaral"], Mapping::Default);
        assert_eq!((taken.len(), left), (2, 0));
    }

    #[test]
    fn a_folder_of_variants_only_is_taken() {
        let files = vec![
            file("s/v.yaral", &["secops"]),
            file("s/w.yaral", &["secops"]),
        ];
        let (taken, left) = names(files, &["s"], Mapping::Default);
        assert_eq!((taken.len(), left), (2, 0));
    }
}
