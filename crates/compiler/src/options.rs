//! The `options` section (yara-l §7).

use yaral_ir::limits::SPAN_MAX_S;
use yaral_syntax::ast::{Expr, LiteralValue, OptionsSection};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_syntax::nearest;

use crate::codes;

/// The options that there are.
const OPTIONS: [&str; 2] = ["allow_zero_values", "suppression_window"];

/// What the options of a rule say.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    /// Whether joined rows stay whose match variables are zero.
    pub(crate) zeros: bool,
    /// How long detections after one are dropped, in seconds.
    pub(crate) suppression: Option<(i64, Span)>,
    /// What is wrong with them.
    pub(crate) found: Vec<Diagnostic>,
}

/// Reads the options. `allow_zero_values` concerns match variables only, so
/// a rule without `match` has nothing to do for it.
pub(crate) fn read(section: &OptionsSection) -> Chosen {
    let mut chosen = Chosen::default();
    for entry in section.entries() {
        let Some(key) = entry.key() else { continue };
        let value = match entry.value() {
            Some(Expr::Literal(literal)) => literal.value(),
            _ => None,
        };
        let (message, help) = match (key.text.as_str(), value) {
            ("allow_zero_values", Some(LiteralValue::Bool(value))) => {
                chosen.zeros = value;
                continue;
            }
            ("allow_zero_values", _) => (
                "`allow_zero_values` is true or false".to_owned(),
                "write `allow_zero_values = true`",
            ),
            // Its default is written without a unit.
            ("suppression_window", Some(LiteralValue::Int(0))) => {
                chosen.suppression = None;
                continue;
            }
            ("suppression_window", Some(LiteralValue::Duration(length)))
                if length.seconds <= SPAN_MAX_S.unsigned_abs() =>
            {
                let seconds = i64::try_from(length.seconds).unwrap_or(i64::MAX);
                chosen.suppression = (seconds > 0).then_some((seconds, length.span));
                continue;
            }
            ("suppression_window", Some(LiteralValue::Duration(_))) => (
                "`suppression_window` is longer than a hundred years".to_owned(),
                "write `suppression_window = 1h`",
            ),
            ("suppression_window", _) => (
                "`suppression_window` is a duration".to_owned(),
                "write `suppression_window = 1h`",
            ),
            (other, _) => (
                format!("there is no option `{other}`"),
                match nearest(other, OPTIONS.iter().copied()).first() {
                    Some(&"allow_zero_values") => "did you mean `allow_zero_values`?",
                    Some(_) => "did you mean `suppression_window`?",
                    None => "the options are `allow_zero_values` and `suppression_window`",
                },
            ),
        };
        let found = Diagnostic::error(codes::BAD_OPTION, Some(key.span), message);
        chosen.found.push(found.help(help));
    }
    chosen
}
