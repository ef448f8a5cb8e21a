//! The inside of each section.

use super::expr::is_value;
use super::state::Parser;
use crate::ast::SectionKind;
use crate::code;
use crate::diagnostic::{Diagnostic, Fix, Span};
use crate::kind::SyntaxKind;

impl Parser<'_> {
    /// A section, its header being next.
    pub(super) fn section(&mut self, kind: SectionKind) {
        self.start(kind.node());
        let (word, span) = (self.nth_text(0), self.span());
        self.bump_keyword();
        if !self.eat(SyntaxKind::Colon) {
            let message = format!("expected `:` after `{word}`");
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(span), message);
            let behind = Span::new(span.end, span.end);
            let fix = Fix::safe(format!("write `{word}:`"), behind, ":");
            self.push(found.help(format!("write `{word}:`")).fix(fix));
        }
        match kind {
            SectionKind::Meta => self.meta_body(),
            SectionKind::Setup => self.setup_body(),
            SectionKind::Events => self.events_body(),
            SectionKind::Match => self.match_body(span),
            SectionKind::Outcome => self.outcome_body(),
            SectionKind::Condition => self.condition_body(),
            SectionKind::Options => self.options_body(),
            SectionKind::Export => self.export_body(),
        }
        self.close();
    }

    fn meta_body(&mut self) {
        loop {
            self.begin_statement();
            let value = self.nth(2);
            let string = matches!(value, SyntaxKind::String | SyntaxKind::RawString);
            let colon = self.at_word_colon() && string && self.header().is_none();
            if !colon && self.at_section_end() {
                break;
            }
            if self.at(SyntaxKind::Ident) && !self.at_call_or_path() {
                self.meta_entry();
            } else if matches!(self.nth(0), SyntaxKind::Ident | SyntaxKind::Variable)
                || self.at(SyntaxKind::LeftParen)
            {
                break; // predicates without their header
            } else {
                self.stray_entry("an entry such as `author = \"name\"`");
            }
        }
    }

    fn at_call_or_path(&self) -> bool {
        self.at_word("not") || matches!(self.nth(1), SyntaxKind::LeftParen | SyntaxKind::Dot)
    }

    fn meta_entry(&mut self) {
        self.start(SyntaxKind::MetaEntry);
        self.bump();
        let colon = self.at(SyntaxKind::Colon) || self.at(SyntaxKind::EqEq);
        if !self.eat(SyntaxKind::Eq) {
            let message = format!("expected `=` after the key, found {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(found.help("an entry is written `key = \"value\"`"));
            if colon {
                self.skip_one();
            }
        }
        if !(self.eat(SyntaxKind::String) || self.eat(SyntaxKind::RawString)) {
            let missing = self.at_section_end() || self.at_line_start();
            let found = if missing {
                "nothing".to_owned()
            } else {
                self.found()
            };
            let span = if missing {
                self.previous_span()
            } else {
                self.span()
            };
            let message = format!("a meta value must be a string, found {found}");
            let found = Diagnostic::error(code::META_NOT_STRING, Some(span), message);
            let fix = (!missing).then(|| self.line_quoted()).flatten();
            self.push(found.help("put the value in quotes").fix(fix));
            self.skip_line();
        }
        self.close();
    }

    /// Quotes for a value that is the rest of its line and needs no escapes.
    fn line_quoted(&self) -> Option<Fix> {
        let mut ahead = 1;
        while !self.begins_line(ahead)
            && !matches!(
                self.nth(ahead),
                SyntaxKind::RightBrace | SyntaxKind::EndOfFile
            )
        {
            ahead += 1;
        }
        let span = self.span().cover(self.nth_span(ahead - 1));
        let value = span.text(self.source())?;
        let plain = !value.contains(['"', '\\', '`', '\n', '=', ':', '{']) && !value.contains("//");
        plain.then(|| Fix::word(span, &format!("\"{value}\"")))
    }

    /// Puts the rest of the line into an error node.
    fn skip_line(&mut self) {
        if self.at_line_start() || self.at_section_end() {
            return;
        }
        self.start(SyntaxKind::Error);
        while !self.at_line_start() && !self.at_section_end() {
            self.bump();
        }
        self.close();
    }

    /// A token that begins no entry of the section: the line is skipped.
    fn stray_entry(&mut self, what: &str) {
        let message = format!("expected {what}, found {}", self.found());
        self.error(code::UNEXPECTED_TOKEN, message);
        self.skip_one();
        self.skip_line();
    }

    fn setup_body(&mut self) {
        while !self.at_section_end() {
            self.begin_statement();
            let bracket = matches!(self.nth(1), SyntaxKind::LeftParen | SyntaxKind::LeftBracket);
            if !(self.at(SyntaxKind::Ident) && bracket) {
                self.stray_entry("an operation such as `graph_append [$g, %table]`");
                continue;
            }
            self.start(SyntaxKind::SetupOperation);
            self.bump();
            if self.at(SyntaxKind::LeftBracket) {
                self.bracketed();
            } else {
                let opened = self.open();
                self.expr();
                self.expect_close(SyntaxKind::RightParen, opened, "`and`, `or` or `)`");
            }
            self.close();
        }
    }

    pub(super) fn events_body(&mut self) {
        while self.at_cross_join() || !self.at_section_end() {
            self.begin_statement();
            if self.at_cross_join() {
                self.search_form();
                continue;
            }
            if !self.can_start_expr() {
                self.stray("a predicate");
                continue;
            }
            let (span, kind, before) = (self.span(), self.nth(0), self.position());
            let before_text = self.found();
            self.expr();
            if is_value(kind) && self.position() == before + 1 {
                let message = format!("the literal {before_text} stands alone");
                let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(span), message);
                self.push(found.help("compare it with a field, as in `$e.field = \"value\"`"));
            }
            if self.position() == before {
                self.skip_one();
            }
            self.resume();
        }
    }

    fn match_body(&mut self, header: Span) {
        self.begin_statement();
        while !self.at_section_end() && !self.at_window() {
            if !matches!(self.nth(0), SyntaxKind::Variable | SyntaxKind::Ident) {
                let message = format!("expected a match variable, found {}", self.found());
                self.error(code::UNEXPECTED_TOKEN, message);
                return self.skip_section();
            }
            self.match_variable();
            if !self.eat(SyntaxKind::Comma) {
                break;
            }
        }
        if self.at_window() {
            self.window();
        } else if self.at_section_end() {
            self.search_only(
                "a `match` without a window",
                header,
                "add one, as in `over 5m`",
            );
        }
        if !self.at_section_end() {
            let message = format!("expected the end of `match`, found {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(found.help("match is written `$a, $b over 5m`"));
            self.skip_section();
        }
    }

    fn match_variable(&mut self) {
        self.start(SyntaxKind::MatchVariable);
        if self.at(SyntaxKind::Ident) || self.nth(1) == SyntaxKind::Dot {
            let advice = "bind the field to a placeholder in `events` and match on that";
            self.search_only("grouping by a field", self.span(), advice);
        }
        self.path();
        self.close();
    }

    fn at_window(&self) -> bool {
        self.at_word("over") || self.at_word("by")
    }

    /// `over D [before|after $e]` or `by D [tumbling]`.
    fn window(&mut self) {
        self.start(SyntaxKind::Window);
        let word = self.nth_text(0);
        self.bump_keyword();
        let unit = self.at(SyntaxKind::Ident)
            && ["minute", "hour", "day", "week", "month", "every"]
                .iter()
                .any(|u| self.at_word(u));
        if unit {
            let form = format!("`{word} {}`", self.nth_text(0));
            self.search_only(&form, self.span(), "write a length such as `1h` or `1d`");
            self.bump_keyword();
            if matches!(self.nth(0), SyntaxKind::Ident) && !self.at_section_end() {
                self.bump_keyword();
            }
        }
        if !self.eat(SyntaxKind::DurationToken) && !unit {
            let message = format!("expected the length of the window, found {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            let apart = self.at(SyntaxKind::Int)
                && self.nth(1) == SyntaxKind::Ident
                && crate::literal::is_unit(self.nth_text(1));
            self.push(if apart {
                let (number, unit) = (self.nth_text(0), self.nth_text(1));
                found.help(format!("write `{number}{unit}` without a blank"))
            } else {
                found.help("a length is a whole number and a unit: `30m`, `12h`, `2d`")
            });
            if apart {
                self.skip_one();
            }
            if matches!(self.nth(0), SyntaxKind::Int | SyntaxKind::Float) {
                self.skip_one();
            }
        }
        if (self.eat_word("before") || self.eat_word("after")) && !self.eat(SyntaxKind::Variable) {
            let message = format!("expected the pivot variable, found {}", self.found());
            self.error(code::UNEXPECTED_TOKEN, message);
        }
        self.eat_word("tumbling");
        self.close();
    }

    fn outcome_body(&mut self) {
        while !self.at_section_end() {
            self.begin_statement();
            if self.at(SyntaxKind::Variable) {
                self.assignment();
                self.resume();
            } else {
                self.stray("an outcome variable such as `$risk_score`");
            }
        }
    }

    fn assignment(&mut self) {
        self.start(SyntaxKind::Assignment);
        self.bump();
        if !self.eat(SyntaxKind::Eq) {
            let message = format!(
                "expected `=` after the outcome variable, found {}",
                self.found()
            );
            self.error(code::UNEXPECTED_TOKEN, message);
            if !matches!(self.nth(0), SyntaxKind::Colon | SyntaxKind::EqEq) {
                return self.close();
            }
            self.skip_one();
        }
        let next_begins =
            self.at_line_start() && self.at(SyntaxKind::Variable) && self.nth(1) == SyntaxKind::Eq;
        if next_begins {
            let span = Some(self.previous_span());
            let message = "expected a value after `=`, found the next assignment";
            self.push(Diagnostic::error(code::UNEXPECTED_TOKEN, span, message));
        } else {
            self.expr();
        }
        self.close();
    }

    fn condition_body(&mut self) {
        self.begin_statement();
        if self.at_section_end() {
            let message = format!("expected a condition, found {}", self.found());
            self.error(code::UNEXPECTED_TOKEN, message);
            return;
        }
        self.expr();
        self.resume();
        if !self.at_section_end() {
            let message = format!("expected the end of the condition, found {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(
                found.help("a condition is one expression; join its parts with `and` or `or`"),
            );
            self.skip_section();
        }
    }

    fn options_body(&mut self) {
        while !self.at_section_end() {
            self.begin_statement();
            if !self.at(SyntaxKind::Ident) {
                self.stray_entry("an option such as `allow_zero_values = true`");
                continue;
            }
            self.start(SyntaxKind::OptionEntry);
            self.bump();
            if self.eat(SyntaxKind::Eq) {
                self.expr();
            } else {
                let message = format!("expected `=` after the option, found {}", self.found());
                self.error(code::UNEXPECTED_TOKEN, message);
            }
            self.close();
            if self.panicking {
                self.skip_line();
            }
        }
    }

    fn export_body(&mut self) {
        while !self.at_section_end() {
            self.begin_statement();
            let list = self.at(SyntaxKind::Percent)
                && self.nth(1) == SyntaxKind::Ident
                && self.nth(2) == SyntaxKind::Dot
                && self.nth(4) == SyntaxKind::LeftParen;
            if !list {
                self.stray_entry("a write such as `%table.write_row(column: $value)`");
                continue;
            }
            self.start(SyntaxKind::ExportWrite);
            self.list();
            self.arg_list();
            self.close();
        }
    }
}
