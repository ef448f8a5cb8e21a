//! What a translation loses, construct by construct, and what comes of it.

use yaral_ir::plan::{ExprId, Plan};

/// How well a construct, or a whole rule, translates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Matches the same events.
    Exact,
    /// Matches nearly the same events; the loss says where they differ.
    Approximate,
    /// The target cannot say it.
    Impossible,
}

impl Grade {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Grade::Exact => "exact",
            Grade::Approximate => "approximate",
            Grade::Impossible => "impossible",
        }
    }
}

/// In which direction a translated rule is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It finds the same.
    Same,
    /// It finds more.
    Wider,
    /// It finds less.
    Narrower,
    /// It finds some more and some less.
    Differs,
}

impl Effect {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Effect::Same => "same",
            Effect::Wider => "wider",
            Effect::Narrower => "narrower",
            Effect::Differs => "differs",
        }
    }
}

/// One construct of a rule that the target does not say as the rule does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// The line of the rule's file that the construct begins on, from 1; 0 for
    /// the rule as a whole.
    pub line: usize,
    /// The text of the construct on one line, cut where it is long. It comes
    /// from the rule as it stands and is escaped for nothing.
    pub construct: String,
    /// How well it translates.
    pub grade: Grade,
    /// In which direction the translated rule is off by it.
    pub effect: Effect,
    /// What is lost, as a clause without a full stop.
    pub what: String,
}

/// Characters of a construct that are quoted; the line leads to the rest.
const QUOTE_CHARS_MAX: usize = 120;

impl Loss {
    /// A loss at an expression.
    #[must_use]
    pub fn at(
        plan: &Plan,
        id: ExprId,
        grade: Grade,
        effect: Effect,
        what: impl Into<String>,
    ) -> Self {
        let start = plan.node(id).span.0 as usize;
        let before = plan.source.get(..start).unwrap_or_default();
        Loss {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            construct: cut(&plan.quote(id)),
            grade,
            effect,
            what: what.into(),
        }
    }

    /// A loss of the rule as a whole.
    #[must_use]
    pub fn whole(grade: Grade, effect: Effect, what: impl Into<String>) -> Self {
        Loss {
            line: 0,
            construct: String::new(),
            grade,
            effect,
            what: what.into(),
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What came of a translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The target says the rule.
    Converted {
        /// The rule in the target's language; ends with a line feed.
        text: String,
        /// What is lost, in the order of the rule.
        losses: Vec<Loss>,
    },
    /// The target cannot say what makes the rule.
    Refused {
        /// Why; never empty.
        reasons: Vec<Loss>,
    },
}

impl Outcome {
    /// A refusal of the rule as a whole.
    #[must_use]
    pub fn refused(what: impl Into<String>) -> Self {
        Outcome::Refused {
            reasons: vec![Loss::whole(Grade::Impossible, Effect::Differs, what)],
        }
    }

    /// The grade of the whole: that of its worst construct, and at most
    /// approximate for a rule that was converted.
    #[must_use]
    pub fn grade(&self) -> Grade {
        match self {
            Outcome::Refused { .. } => Grade::Impossible,
            Outcome::Converted { losses, .. } => {
                let worst = losses.iter().map(|loss| loss.grade).max();
                worst.unwrap_or(Grade::Exact).min(Grade::Approximate)
            }
        }
    }

    /// What is lost, or why it was refused.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        match self {
            Outcome::Refused { reasons } => reasons,
            Outcome::Converted { losses, .. } => losses,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_construct_grades_the_whole() {
        let converted = |grades: &[Grade]| Outcome::Converted {
            text: String::new(),
            losses: grades
                .iter()
                .map(|grade| Loss::whole(*grade, Effect::Wider, "x"))
                .collect(),
        };
        assert_eq!(converted(&[]).grade(), Grade::Exact);
        assert_eq!(converted(&[Grade::Exact]).grade(), Grade::Exact);
        let both = [Grade::Exact, Grade::Impossible];
        assert_eq!(converted(&both).grade(), Grade::Approximate);
        assert_eq!(Outcome::refused("x").grade(), Grade::Impossible);
    }

    #[test]
    fn a_long_construct_is_cut_between_characters() {
        let text = "é".repeat(QUOTE_CHARS_MAX + 1);
        assert_eq!(cut(&text).chars().count(), QUOTE_CHARS_MAX + 1);
        assert!(cut(&text).ends_with('…'));
        assert_eq!(cut("short"), "short");
    }
}
