//! Rules by a word that is a path or the name of an embedded rule.

use std::path::Path;

use yaral_runtime::{RuleFile, escape_terminal};

use crate::error::Error;
use crate::pack::PACK;
use crate::reference::nearest;
use crate::rules;

/// The files that the word leads to: what the user has goes before what ships.
pub(crate) fn find(word: &str) -> Result<Vec<RuleFile>, Error> {
    let is_name = word != "-" && !Path::new(word).exists();
    if is_name {
        let named = |file: &RuleFile| stem(&file.name) == word || file.name == word;
        let mut files = rules::embedded();
        if files.iter().any(named) {
            files.retain(named);
            return Ok(files);
        }
        // A word that cannot be a path or a pattern was meant as a name.
        if !word.contains(['/', '\\', '.', '*', '?', '[']) {
            return Err(Error::failed(unknown(word)));
        }
    }
    rules::load(&[word.to_owned()])
}

fn unknown(word: &str) -> String {
    let known: Vec<String> = PACK.iter().map(|(file, _)| stem(file).to_owned()).collect();
    let near = nearest(word, &known);
    let word = escape_terminal(word);
    if near.is_empty() {
        format!("`{word}` is neither a file nor the name of an embedded rule")
    } else {
        format!(
            "`{word}` is neither a file nor the name of an embedded rule; did you mean `{}`?",
            near.join("`, `")
        )
    }
}

/// The name of a file without folders and ending.
fn stem(file: &str) -> &str {
    let stem = Path::new(file).file_stem();
    stem.and_then(|stem| stem.to_str()).unwrap_or(file)
}
