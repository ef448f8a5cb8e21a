//! What stands above a translated rule: whence it comes and what it is about.
//!
//! All of it is text of the rule's author, so it leaves on one line without
//! characters that end a comment, hide text or turn its direction.

use sha2::{Digest as _, Sha256};
use yaral_ir::plan::Plan;

use crate::loss::{Effect, Loss};

/// What a rule says of itself.
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) author: String,
    /// `critical`, `high`, `medium`, `low` or `informational`.
    pub(crate) level: &'static str,
    /// Techniques and tactics, in lower case, such as `t1552.007` and `ta0006`.
    pub(crate) attack: Vec<String>,
    pub(crate) references: Vec<String>,
    pub(crate) false_positives: String,
}

impl Head {
    /// Reads the meta section.
    pub(crate) fn new(plan: &Plan) -> Self {
        let meta = |key: &str| line(plan.meta(key).unwrap_or_default());
        let level = match meta("severity").to_ascii_lowercase().as_str() {
            "critical" => "critical",
            "high" => "high",
            "low" => "low",
            "info" | "informational" => "informational",
            _ => "medium",
        };
        let listed = plan
            .meta
            .iter()
            .filter(|(key, _)| key.starts_with("reference"));
        let references = listed.map(|(_, value)| line(value));
        let references = references.filter(|text| text.starts_with("http"));
        Head {
            name: line(&plan.name),
            id: line(plan.identity()),
            description: meta("description"),
            author: meta("author"),
            level,
            attack: attack(plan),
            references: references.collect(),
            false_positives: meta("false_positives"),
        }
    }

    /// The lines of the comment, without the sign of a comment.
    pub(crate) fn lines(&self, losses: &[Loss]) -> Vec<String> {
        let mut lines = vec![format!("{} ({})", self.name, self.level)];
        if !self.description.is_empty() {
            lines.push(self.description.clone());
        }
        if !self.attack.is_empty() {
            lines.push(format!("ATT&CK: {}", self.attack.join(", ").to_uppercase()));
        }
        lines.push(format!("Written by yaral from rule {}", self.id));
        for loss in losses.iter().filter(|loss| loss.effect != Effect::Same) {
            let word = loss.effect.word();
            let what = line(&loss.what);
            lines.push(match loss.line {
                0 => format!("{word}: {what}"),
                at => format!("{word} (line {at}): {what}"),
            });
        }
        lines
    }
}

/// The names of techniques and tactics among the meta entries.
fn attack(plan: &Plan) -> Vec<String> {
    let keys = ["mitre_attack_tactic", "mitre_attack_technique"];
    let values = keys.iter().filter_map(|key| plan.meta(key));
    let words = values.flat_map(|value| value.split([',', ' ']));
    let words = words.map(|word| word.trim().to_ascii_lowercase());
    let is_name = |word: &String| {
        let digits = word.strip_prefix("ta").or_else(|| word.strip_prefix('t'));
        digits.is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
    };
    let mut names: Vec<String> = words.filter(is_name).collect();
    names.dedup();
    names
}

/// A text on one line, without characters that a reader cannot see.
pub(crate) fn line(text: &str) -> String {
    let visible = |c: char| {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
        if hidden { ' ' } else { c }
    };
    let text: String = text.chars().map(visible).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name in the form of a UUID that the same words always give.
pub(crate) fn uuid(words: &str) -> String {
    let digest = Sha256::digest(words.as_bytes());
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    // Version 8, whose content is the maker's own, and the usual variant.
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let group = |from: usize, to: usize| hex.get(from..to).map(<[String]>::concat);
    let groups = [(0, 4), (4, 6), (6, 8), (8, 10), (10, 16)];
    let groups = groups.iter().filter_map(|(from, to)| group(*from, *to));
    groups.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_and_hides_nothing() {
        assert_eq!(line("a\nb\u{202e}c\u{1b}[2J */ -- d"), "a b c [2J */ -- d");
    }

    #[test]
    fn ids_are_stable_and_well_formed() {
        let id = uuid("yr_x");
        assert_eq!(id, uuid("yr_x"));
        assert_ne!(id, uuid("yr_y"));
        assert_eq!(id.len(), 36);
        assert_eq!(id.chars().nth(14), Some('8'));
    }
}
