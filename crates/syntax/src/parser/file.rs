//! Files, rules and the order of sections.

use super::state::Parser;
use crate::ast::SectionKind;
use crate::code;
use crate::diagnostic::{Diagnostic, Fix, Span};
use crate::fix::is_near;
use crate::kind::SyntaxKind;

/// The sections that every rule must have.
const REQUIRED: [SectionKind; 3] = [
    SectionKind::Meta,
    SectionKind::Events,
    SectionKind::Condition,
];

/// The sections of a rule that have been read.
#[derive(Default)]
struct Seen {
    sections: Vec<(SectionKind, Span)>,
    /// A section with an unknown name stands there; it may be a missing one.
    unknown: bool,
}

impl Seen {
    fn find(&self, kind: SectionKind) -> Option<Span> {
        self.sections
            .iter()
            .find(|(seen, _)| *seen == kind)
            .map(|(_, span)| *span)
    }

    /// The first section that must stand behind `kind` but stands before it.
    fn too_early(&self, kind: SectionKind) -> Option<(SectionKind, Span)> {
        self.sections.iter().find(|(seen, _)| *seen > kind).copied()
    }
}

impl Parser<'_> {
    /// The whole text.
    pub(super) fn file(&mut self) {
        self.start(SyntaxKind::File);
        let mut rules = 0_usize;
        while !self.at_end() {
            self.begin_statement();
            if self.at_word("rule") {
                self.rule();
                rules += 1;
            } else if self.at_search_form() {
                self.search_form();
                rules += 1;
            } else {
                self.not_a_rule(rules > 0);
                rules += 1;
            }
        }
        if rules == 0 {
            self.error(code::EXPECTED_RULE, "expected `rule`, found no rule at all");
        }
        self.place_trivia();
        self.close();
    }

    /// Text outside of rules: reported once and skipped up to the next rule.
    fn not_a_rule(&mut self, behind: bool) {
        let place = if behind {
            "expected another `rule`"
        } else {
            "expected `rule`"
        };
        let message = format!("{place}, found {}", self.found());
        let found = Diagnostic::error(code::EXPECTED_RULE, Some(self.span()), message);
        let help = if self.at(SyntaxKind::RightBrace) {
            "the rule is closed already; remove this brace"
        } else if behind {
            "only comments and further rules may follow the closing brace"
        } else {
            "a rule is written `rule name { meta: … events: … condition: … }`"
        };
        self.push(found.help(help));
        self.start(SyntaxKind::Error);
        while !self.at_end() && !self.at_rule() {
            self.bump();
        }
        self.close();
    }

    fn rule(&mut self) {
        self.start(SyntaxKind::Rule);
        self.keyword_variables.clear();
        self.bump_keyword();
        let name = self.span();
        self.rule_head();
        let mut seen = Seen::default();
        self.rule_body(&mut seen);
        self.begin_statement();
        if self.eat(SyntaxKind::RightBrace) {
            self.check_missing(&seen, name);
        } else {
            let message = format!(
                "expected `}}` at the end of the rule, found {}",
                self.found()
            );
            self.error(code::UNEXPECTED_TOKEN, message);
        }
        self.close();
    }

    /// The name and the opening brace.
    fn rule_head(&mut self) {
        if !self.eat(SyntaxKind::Ident) {
            let message = format!("expected the name of the rule, found {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(found.help("a name is made of letters, digits and `_`"));
        }
        if self.at(SyntaxKind::LeftBrace) {
            return self.bump();
        }
        let message = format!(
            "expected `{{` after the name of the rule, found {}",
            self.found()
        );
        let mut found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
        if self.at(SyntaxKind::Minus) || self.at(SyntaxKind::Dot) {
            found = found.help("a name is made of letters, digits and `_`");
        }
        self.push(found);
        let mut ahead = 0;
        while ahead < 16 && !matches!(self.nth(ahead), SyntaxKind::LeftBrace | SyntaxKind::Colon) {
            ahead += 1;
        }
        if self.nth(ahead) == SyntaxKind::LeftBrace {
            for _ in 0..ahead {
                self.skip_one();
            }
            self.bump();
        }
    }

    fn rule_body(&mut self, seen: &mut Seen) {
        while !(self.at_end() || self.at(SyntaxKind::RightBrace) || self.at_rule()) {
            self.begin_statement();
            self.owed = 0;
            if let Some(kind) = self.header() {
                self.check_order(seen, kind);
                self.section(kind);
            } else if self.at_search_form() {
                self.search_form();
            } else if self.at(SyntaxKind::Colon) {
                seen.unknown = true;
                self.error(
                    code::UNEXPECTED_TOKEN,
                    "expected the name of a section before `:`",
                );
                self.skip_one();
                self.skip_section();
            } else if self.at_word_colon() {
                self.unknown_section(seen);
            } else if self.can_start_expr() && seen.find(SectionKind::Events).is_none() {
                seen.sections.push((SectionKind::Events, self.span()));
                self.headless_events();
            } else {
                let message = format!(
                    "expected a section such as `events:`, found {}",
                    self.found()
                );
                self.error(code::UNEXPECTED_TOKEN, message);
                self.skip_one();
                self.skip_section();
            }
        }
    }

    /// Predicates without `events:`, as search allows.
    fn headless_events(&mut self) {
        let advice = "write `events:` before the first predicate";
        self.search_only(
            "a list of predicates without `events:`",
            self.span(),
            advice,
        );
        self.start(SyntaxKind::EventsSection);
        self.events_body();
        self.close();
    }

    /// `word:` where no section has that name.
    fn unknown_section(&mut self, seen: &mut Seen) {
        let word = self.nth_text(0);
        let message = format!("there is no section `{word}`");
        let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
        let near = SectionKind::ALL
            .into_iter()
            .find(|kind| is_near(word, kind.as_str()))
            .or_else(|| meant(word));
        if let Some(kind) = near {
            let fix = Fix::word(self.span(), kind.as_str());
            let found = found.help(format!("did you mean `{}`?", kind.as_str()));
            self.push(found.fix(fix));
            if seen.find(kind).is_none() {
                seen.sections.push((kind, self.span()));
            }
            self.section(kind);
        } else {
            let names = SectionKind::ALL.map(SectionKind::as_str).join("`, `");
            seen.unknown = true;
            self.push(found.help(format!("the sections are `{names}`")));
            self.start(SyntaxKind::Error);
            self.bump();
            self.bump();
            self.skip_section();
            self.close();
        }
    }

    fn check_order(&mut self, seen: &mut Seen, kind: SectionKind) {
        let (span, name) = (self.span(), kind.as_str());
        if let Some(first) = seen.find(kind) {
            let message = format!("the section `{name}` stands twice");
            let found = Diagnostic::error(code::SECTION_ORDER, Some(span), message);
            self.push(
                found
                    .secondary(first, "first here")
                    .help("join the two sections"),
            );
        } else if let Some((before, place)) = seen.too_early(kind) {
            let other = before.as_str();
            let message = format!("the section `{name}` must stand before `{other}`");
            let found = Diagnostic::error(code::SECTION_ORDER, Some(span), message);
            let found = found.secondary(place, format!("`{other}` stands here"));
            self.push(found.with_note(
                "the order is meta, setup, events, match, outcome, condition, options, export",
            ));
        }
        self.begin_statement();
        seen.sections.push((kind, span));
    }

    fn check_missing(&mut self, seen: &Seen, name: Span) {
        for kind in REQUIRED {
            if !seen.unknown && seen.find(kind).is_none() {
                let section = kind.as_str();
                let message = format!("the rule has no `{section}` section");
                let found = Diagnostic::error(code::MISSING_SECTION, Some(name), message);
                self.push_anyway(found.help(format!("add `{section}:`; every rule needs it")));
            }
        }
    }
}

/// The section that people of other languages mean by a word.
fn meant(word: &str) -> Option<SectionKind> {
    Some(match word.to_ascii_lowercase().as_str() {
        "metadata" => SectionKind::Meta,
        "detection" | "strings" | "where" => SectionKind::Events,
        "result" | "results" | "output" => SectionKind::Outcome,
        _ => return None,
    })
}
