//! Expected outputs beside their inputs; `YARAL_UPDATE=1` writes them anew.

use std::path::Path;

/// Compares a text with what the file beside the rule expects; on a
/// difference, writes it or says what it is now.
pub(crate) fn check(rule: &Path, ending: &str, actual: &str) -> Result<(), String> {
    let file = rule.with_extension(ending);
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    // A missing file differs from an empty one.
    if expected == actual && file.exists() {
        return Ok(());
    }
    if std::env::var_os("YARAL_UPDATE").is_some_and(|value| value == "1") {
        return std::fs::write(&file, actual).map_err(|error| error.to_string());
    }
    Err(format!("{} differs; it is now:\n{actual}", file.display()))
}
