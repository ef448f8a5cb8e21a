//! The `options` section (yara-l §7).

use yaral_syntax::ast::{Expr, LiteralValue, OptionsSection};
use yaral_syntax::diagnostic::Diagnostic;

use crate::codes;

/// Checks the options. `allow_zero_values` concerns match variables only, so
/// a rule without `match` has nothing to do for it.
pub(crate) fn check(section: &OptionsSection) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for entry in section.entries() {
        let Some(key) = entry.key() else { continue };
        let value = match entry.value() {
            Some(Expr::Literal(literal)) => literal.value(),
            _ => None,
        };
        match (key.text.as_str(), value) {
            ("allow_zero_values", Some(LiteralValue::Bool(_))) => {}
            ("allow_zero_values", _) => found.push(
                Diagnostic::error(
                    codes::BAD_OPTION,
                    Some(key.span),
                    "`allow_zero_values` is true or false",
                )
                .help("write `allow_zero_values = true`"),
            ),
            ("suppression_window", Some(LiteralValue::Duration(_))) => found.push(
                Diagnostic::error(
                    codes::NOT_YET,
                    Some(key.span),
                    "this version does not run the option `suppression_window`",
                )
                .help("the rule is not wrong for it; `yaral docs E0901` lists what is to come"),
            ),
            ("suppression_window", _) => found.push(
                Diagnostic::error(
                    codes::BAD_OPTION,
                    Some(key.span),
                    "`suppression_window` is a duration",
                )
                .help("write `suppression_window = 1h`"),
            ),
            (other, _) => found.push(
                Diagnostic::error(
                    codes::BAD_OPTION,
                    Some(key.span),
                    format!("there is no option `{other}`"),
                )
                .help("the options are `allow_zero_values` and `suppression_window`"),
            ),
        }
    }
    found
}
