//! Which diagnostics a check shows: `--select` and `--ignore`.
//!
//! A word is a code or the beginning of codes. One that no code begins with is
//! a mistake of the caller, who would otherwise believe in a check that finds
//! nothing. Hiding changes what is shown and never what runs.

use yaral_compiler::codes;
use yaral_syntax::diagnostic::Diagnostic;

use crate::error::Error;
use crate::reference::suggest::nearest;

/// What is shown.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Beginnings of codes, one of which a shown code has; all codes if empty.
    select: Vec<String>,
    /// Beginnings of codes that are not shown.
    ignore: Vec<String>,
}

/// What was not shown of one file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hidden {
    /// How many diagnostics.
    pub(crate) count: u64,
    /// Whether an error was among them.
    pub(crate) error: bool,
}

impl Selection {
    /// Reads the words.
    ///
    /// # Errors
    ///
    /// A word that no code begins with.
    pub(crate) fn new(select: &[String], ignore: &[String]) -> Result<Self, Error> {
        let read = |flag: &str, words: &[String]| {
            let words = words.iter().map(|word| prefix(flag, word));
            words.collect::<Result<Vec<_>, _>>()
        };
        Ok(Selection {
            select: read("--select", select)?,
            ignore: read("--ignore", ignore)?,
        })
    }

    /// Whether a code is shown.
    fn shows(&self, code: &str) -> bool {
        let begins = |list: &[String]| list.iter().any(|prefix| code.starts_with(prefix.as_str()));
        (self.select.is_empty() || begins(&self.select)) && !begins(&self.ignore)
    }

    /// Takes out what is not shown.
    pub(crate) fn hide(&self, diagnostics: &mut Vec<Diagnostic>) -> Hidden {
        let mut hidden = Hidden::default();
        diagnostics.retain(|one| {
            let shown = self.shows(one.code.0);
            if !shown {
                hidden.count += 1;
                hidden.error |= one.is_error();
            }
            shown
        });
        hidden
    }
}

/// A word as the beginning of codes.
fn prefix(flag: &str, word: &str) -> Result<String, Error> {
    let upper = word.trim().to_ascii_uppercase();
    let mut known = codes::all().map(|page| page.code);
    if !upper.is_empty() && known.any(|code| code.starts_with(upper.as_str())) {
        return Ok(upper);
    }
    let known: Vec<String> = codes::all().map(|page| page.code.to_owned()).collect();
    let near = nearest(&upper, &known);
    let advice = match near.first() {
        Some(near) => format!("did you mean {near}?"),
        None => "`yaral docs codes` lists all codes".to_owned(),
    };
    let told = format!("`{flag} {word}`: there is no code that begins so; {advice}");
    Err(Error::usage(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn ignoring_comes_after_selecting() {
        let chosen = Selection::new(&words(&["W06", "e0201"]), &words(&["W0604"])).unwrap();
        let shown = ["W0601", "W0604", "E0201", "E0202"].map(|code| chosen.shows(code));
        assert_eq!(shown, [true, false, true, false]);
        assert!(Selection::default().shows("E0201"));
    }

    #[test]
    fn a_word_that_no_code_begins_with_is_refused() {
        let refused = |word: &str| {
            Selection::new(&[], &words(&[word]))
                .unwrap_err()
                .to_string()
        };
        assert!(
            refused("W0600").contains("did you mean W06"),
            "{}",
            refused("W0600")
        );
        assert!(refused("").contains("yaral docs codes"), "{}", refused(""));
        assert!(refused("everything").contains("yaral docs codes"));
    }
}
