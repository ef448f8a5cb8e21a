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

/// Section-like forms of search with the advice for rules.
const FORMS: &[(&str, &str)] = &[
    (
        "dedup",
        "group with `match`, or set `suppression_window` in `options`",
    ),
    ("order", "leave it out; a rule's detections have no order"),
    ("limit", "leave it out; a rule reports every detection"),
    ("select", "name the values to keep as `outcome` variables"),
    ("unselect", "leave the values out of `outcome`"),
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

    fn form_advice(&self) -> Option<&'static str> {
        FORMS
            .iter()
            .find(|(name, _)| self.at_word(name))
            .map(|(_, advice)| *advice)
    }

    /// Reports a form of search and takes it whole.
    pub(super) fn search_form(&mut self) {
        self.start(SyntaxKind::SearchForm);
        if self.at_stage() {
            self.search_only(
                "`stage`",
                self.span(),
                "write one rule, or compose rules on detections",
            );
            self.bump_keyword();
            self.bump();
            self.braces();
        } else if self.at_cross_join() {
            let span = self.span().cover(self.nth_span(1));
            self.search_only(
                "`cross join`",
                span,
                "join the variables on equal fields in `events`",
            );
            self.bump_keyword();
            self.bump_keyword();
            while !self.at_section_end() && !self.at_line_start() {
                self.bump();
            }
        } else {
            let form = format!("`{}`", self.nth_text(0).to_ascii_lowercase());
            let advice = self.form_advice().unwrap_or("leave it out");
            self.search_only(&form, self.span(), advice);
            self.bump_keyword();
            self.bump();
            while !self.at_section_end() {
                self.bump();
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
        let message = format!("{form} exists in search only, not in rules");
        self.push(Diagnostic::error(code::SEARCH_ONLY, Some(span), message).help(advice));
        // The form is understood, so what follows is no consequence of it.
        self.panicking = false;
    }
}
