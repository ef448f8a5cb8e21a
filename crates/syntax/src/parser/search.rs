//! Forms that search and dashboards have and rules have not.
//!
//! They are recognised by name so that the author reads what to do instead of
//! "unexpected token". Their contents stay unread.

use super::state::Parser;
use crate::code;
use crate::diagnostic::{Diagnostic, Span};
use crate::kind::SyntaxKind;

/// How many tokens of a path a message repeats.
const PATH_TOKENS_SHOWN_MAX: usize = 15;

/// Section-like forms of search: the word, what it does there, and what a rule
/// writes instead.
const FORMS: &[(&str, &str, &str)] = &[
    (
        "dedup",
        "one result for each value",
        "group with `match`, or set `suppression_window` in `options`",
    ),
    (
        "order",
        "sorted results",
        "leave it out; a rule's detections have no order",
    ),
    (
        "limit",
        "a number of results",
        "leave it out; a rule reports every detection",
    ),
    (
        "select",
        "columns that are shown",
        "name the values to keep as `outcome` variables",
    ),
    (
        "unselect",
        "columns that are hidden",
        "leave the values out of `outcome`",
    ),
];

impl Parser<'_> {
    /// Whether a form of search is next.
    pub(super) fn at_search_form(&self) -> bool {
        self.at_stage()
            || self.at_cross_join()
            || self.at_word_colon() && self.form_advice().is_some()
    }

    fn at_stage(&self) -> bool {
        self.at_word("stage")
            && self.nth(1) == SyntaxKind::Ident
            && self.nth(2) == SyntaxKind::LeftBrace
    }

    pub(super) fn at_cross_join(&self) -> bool {
        self.at_word("cross") && self.nth_word(1, "join")
    }

    /// What the form does and what to write instead.
    fn form_advice(&self) -> Option<(&'static str, &'static str)> {
        FORMS
            .iter()
            .find(|(name, ..)| self.at_word(name))
            .map(|(_, what, advice)| (*what, *advice))
    }

    /// Reports a form of search and takes it whole.
    pub(super) fn search_form(&mut self) {
        self.start(SyntaxKind::SearchForm);
        if self.at_stage() {
            self.search_only(
                "`stage` (a query whose results the next one reads)",
                self.span(),
                "write one rule, or a rule of its own for each stage and one over their detections",
            );
            self.bump_keyword();
            self.bump();
            self.braces();
        } else if self.at_cross_join() {
            let span = self.span().cover(self.nth_span(1));
            self.search_only(
                "`cross join` (every result beside every other)",
                span,
                "join the variables on equal fields in `events`",
            );
            self.bump_keyword();
            self.bump_keyword();
            while !self.at_section_end() && !self.at_line_start() {
                self.bump();
            }
        } else {
            let (what, advice) = self.form_advice().unwrap_or(("a form", "leave it out"));
            let form = format!("`{}` ({what})", self.nth_text(0).to_ascii_lowercase());
            self.search_only(&form, self.span(), advice);
            self.bump_keyword();
            self.bump();
            while !self.at_section_end() {
                self.bump();
            }
        }
        self.close();
    }

    /// Whether `group(` is next, which stands for several fields at once.
    pub(super) fn at_group(&self) -> bool {
        self.at_word("group") && self.nth(1) == SyntaxKind::LeftParen
    }

    /// Reports `group(a, b)`, which is next, and takes it whole.
    pub(super) fn search_group(&mut self) {
        let advice = "compare each field with the placeholder and join the lines with `or`, \
                      as in `$e.principal.ip = $ip or $e.target.ip = $ip`";
        self.search_only(
            "`group(…)` (one name for several fields)",
            self.span(),
            advice,
        );
        self.start(SyntaxKind::Error);
        let mut open = 0_usize;
        while !self.at_section_end() {
            if self.at(SyntaxKind::LeftParen) {
                open += 1;
            } else if self.at(SyntaxKind::RightParen) {
                open = open.saturating_sub(1);
            }
            let closes = self.at(SyntaxKind::RightParen) && open == 0;
            self.bump();
            if closes {
                break;
            }
        }
        self.close();
    }

    /// Takes `{ … }` with the braces inside.
    fn braces(&mut self) {
        let mut open = 0_usize;
        while !self.at_end() {
            if self.at(SyntaxKind::LeftBrace) {
                open += 1;
            } else if self.at(SyntaxKind::RightBrace) {
                open = open.saturating_sub(1);
            }
            self.bump();
            if open == 0 {
                break;
            }
        }
    }

    /// Reports a plain field path, the path being next.
    pub(super) fn search_only_path(&mut self) {
        let length = self.dotted_length();
        let span = self.span().cover(self.nth_span(length.saturating_sub(1)));
        let path: String = (0..length.min(PATH_TOKENS_SHOWN_MAX))
            .map(|i| self.nth_text(i))
            .collect();
        let advice = format!("write it with an event variable, as in `$e.{path}`");
        self.search_only("a field without an event variable", span, &advice);
    }

    /// Reports that `form` is for search only and what to do instead.
    pub(super) fn search_only(&mut self, form: &str, span: Span, advice: &str) {
        let message = format!("{form} exists in search and dashboards only, not in rules");
        self.push(Diagnostic::error(code::SEARCH_ONLY, Some(span), message).help(advice));
        // The form is understood, so what follows is no consequence of it.
        self.panicking = false;
    }
}
