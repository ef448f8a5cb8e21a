//! Operands: literals, paths, calls, lists and everything in brackets.

use super::expr::{Side, is_value};
use super::state::Parser;
use crate::code;
use crate::diagnostic::{Diagnostic, Fix};
use crate::keyword::{is_function_word, is_reserved};
use crate::kind::SyntaxKind;

impl Parser<'_> {
    /// One operand. Without one it reports, and gives the token after a
    /// meaningless one a chance.
    pub(super) fn primary(&mut self, side: Side) {
        if self.operand(side) {
            return;
        }
        if self.at(SyntaxKind::Minus) {
            self.minus();
        } else {
            let message = format!("expected a value, found {}", self.found());
            let mut found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            let word = self.at(SyntaxKind::Ident) && !is_reserved(self.nth_text(0));
            if word && !self.at_section_end() {
                found = found.help("variables begin with `$`, text stands in quotes");
                found = found.fix(self.enum_quoted(side));
            }
            self.push(found);
        }
        if !self.at_operand_stop() {
            // A function without its `(` leaves a `)` behind.
            self.owed += usize::from(self.at(SyntaxKind::Ident));
            self.skip_one();
            self.operand(side);
        }
    }

    /// Quotes for a word that is spelled like the values of enums are.
    fn enum_quoted(&self, side: Side) -> Option<Fix> {
        let word = self.nth_text(0);
        let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        let like = side == Side::Right && word.len() > 2 && word.bytes().all(capital);
        let more = matches!(
            self.nth(1),
            SyntaxKind::Dot | SyntaxKind::LeftParen | SyntaxKind::LeftBracket
        );
        (like && !more).then(|| Fix::word(self.span(), &format!("\"{word}\"")))
    }

    fn minus(&mut self) {
        let (span, number) = (self.span(), self.nth(1));
        let found = if matches!(number, SyntaxKind::Int | SyntaxKind::Float) {
            let literal = self.nth_text(1);
            let message = "the language has no negative numbers";
            Diagnostic::error(
                code::NEGATIVE_NUMBER,
                Some(span.cover(self.nth_span(1))),
                message,
            )
            .help(format!("write `0-{literal}` for a negative number"))
        } else {
            let message = "a minus sign needs a value on its left";
            Diagnostic::error(code::UNEXPECTED_TOKEN, Some(span), message)
                .help("write `0 - …` to change a sign")
        };
        self.push(found);
    }

    /// Whether skipping the next token in search of an operand does harm.
    fn at_operand_stop(&self) -> bool {
        let kind = self.nth(0);
        let closes = matches!(
            kind,
            SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::Comma
        );
        let joins = self.at_word("and") || self.at_word("or");
        closes || joins || self.at_section_end() || self.at_line_start()
    }

    /// An operand, if one is next.
    fn operand(&mut self, side: Side) -> bool {
        match self.nth(0) {
            SyntaxKind::Int if self.nth_word(1, "of") => self.n_of(),
            SyntaxKind::RegexToken => self.leaf(SyntaxKind::RegexExpr),
            kind if is_value(kind) => self.leaf(SyntaxKind::LiteralExpr),
            SyntaxKind::CountVariable => self.leaf(SyntaxKind::CountExpr),
            SyntaxKind::Variable => self.path(),
            SyntaxKind::LeftParen => self.paren(),
            SyntaxKind::LeftBracket => {
                self.start(SyntaxKind::ArrayExpr);
                self.bracketed();
                self.close();
            }
            SyntaxKind::BangToken => self.bang(),
            SyntaxKind::Percent if self.at_list() => self.list(),
            SyntaxKind::Ident => return self.word(side),
            _ => return false,
        }
        true
    }

    fn leaf(&mut self, kind: SyntaxKind) {
        self.start(kind);
        self.bump();
        self.close();
    }

    /// An operand that begins with a word.
    fn word(&mut self, side: Side) -> bool {
        if self.at_section_end() {
            return false;
        }
        let quantifier = self.at_word("any") || self.at_word("all");
        if quantifier && self.nth_word(1, "of") {
            self.n_of();
            return true;
        }
        if quantifier && matches!(self.nth(1), SyntaxKind::Variable | SyntaxKind::Ident) {
            self.path();
            return true;
        }
        let word = self.nth_text(0);
        if is_reserved(word) && !is_function_word(word) && !self.at_word("null") {
            return false;
        }
        let length = self.dotted_length();
        if self.at_group() {
            self.search_group();
        } else if self.at_word("true") || self.at_word("false") || self.at_word("null") {
            // A parenthesis behind it begins the next predicate.
            self.start(SyntaxKind::LiteralExpr);
            self.bump_keyword();
            self.close();
        } else if self.nth(length) == SyntaxKind::LeftParen {
            self.call(length, side);
        } else if length > 1 && is_argument(self.nth(length)) {
            self.call_without_paren(length, side);
        } else if length > 1 {
            self.search_only_path();
            self.path();
        } else if self.names_measures || self.at_word("window_start") || self.at_word("window_end")
        {
            self.path();
        } else {
            return false;
        }
        true
    }

    /// `name arg, arg)`: a call that lacks its opening parenthesis.
    fn call_without_paren(&mut self, length: usize, side: Side) {
        let span = Some(self.nth_span(length));
        let message = "expected `(` after the name of the function";
        self.push(Diagnostic::error(code::UNEXPECTED_TOKEN, span, message));
        self.start(SyntaxKind::Error);
        for _ in 0..length {
            self.bump();
        }
        self.close();
        self.owed += 1;
        self.operand(side);
    }

    /// How many tokens the words and dots ahead take.
    pub(super) fn dotted_length(&self) -> usize {
        let mut length = 1;
        while self.nth(length) == SyntaxKind::Dot && self.nth(length + 1) == SyntaxKind::Ident {
            length += 2;
        }
        length
    }

    /// `[any|all] $x.a[0]["k"]`, or a plain path.
    pub(super) fn path(&mut self) {
        self.start(SyntaxKind::PathExpr);
        if self.nth(0) == SyntaxKind::Ident && self.nth(1) != SyntaxKind::Dot {
            let quantifier = self.at_word("any") || self.at_word("all");
            if quantifier {
                self.bump_keyword();
            }
            if quantifier && self.at(SyntaxKind::Ident) {
                self.search_only_path();
            }
        }
        self.bump();
        loop {
            if self.at(SyntaxKind::LeftBracket) {
                self.index();
            } else if !self.eat(SyntaxKind::Dot) {
                break;
            } else if !self.eat(SyntaxKind::Ident) {
                let message = format!("expected a field name after `.`, found {}", self.found());
                self.error(code::UNEXPECTED_TOKEN, message);
                break;
            }
        }
        self.close();
    }

    /// `[0]` or `["key"]`.
    fn index(&mut self) {
        self.start(SyntaxKind::PathIndex);
        let opened = self.open();
        match self.nth(0) {
            SyntaxKind::Int | SyntaxKind::String | SyntaxKind::RawString => self.bump(),
            SyntaxKind::Minus => {
                self.minus();
                self.skip_one();
                self.eat(SyntaxKind::Int);
            }
            _ => {
                let message = format!("expected an index or a key, found {}", self.found());
                let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
                self.push(found.help("write `[0]` for an element or `[\"key\"]` for a label"));
            }
        }
        self.expect_close(SyntaxKind::RightBracket, opened, "`]`");
        self.close();
    }

    /// `%name` or `%table.column`.
    pub(super) fn list(&mut self) {
        self.start(SyntaxKind::ListExpr);
        self.bump();
        self.bump();
        if self.at(SyntaxKind::Dot) && self.nth(1) == SyntaxKind::Ident {
            self.bump();
            self.bump();
        }
        self.close();
    }

    fn bang(&mut self) {
        self.start(SyntaxKind::BangExpr);
        self.bump();
        if self.enter() {
            self.primary(Side::Left);
            self.leave();
        } else {
            self.skip_section();
        }
        self.close();
    }

    fn paren(&mut self) {
        self.start(SyntaxKind::ParenExpr);
        let opened = self.open();
        let in_items = std::mem::replace(&mut self.in_items, false);
        if self.enter() {
            self.expr();
            self.leave();
        } else {
            self.skip_section();
        }
        self.in_items = in_items;
        self.expect_close(SyntaxKind::RightParen, opened, "`and`, `or` or `)`");
        self.close();
    }

    /// `any of [ … ]`, `all of [ … ]`, `2 of [ … ]`.
    fn n_of(&mut self) {
        self.start(SyntaxKind::NOfExpr);
        if self.at(SyntaxKind::Int) {
            self.bump();
        } else {
            self.bump_keyword();
        }
        self.bump_keyword();
        if self.at(SyntaxKind::LeftBracket) {
            self.bracketed();
        } else {
            let message = format!("expected `[` after `of`, found {}", self.found());
            self.error(code::UNEXPECTED_TOKEN, message);
        }
        self.close();
    }

    /// `[ a, b ]`, the node being open.
    pub(super) fn bracketed(&mut self) {
        let opened = self.open();
        self.items(SyntaxKind::RightBracket);
        self.expect_close(SyntaxKind::RightBracket, opened, "`,` or `]`");
    }

    /// `name(args) [nocase]`; the name has `length` tokens.
    fn call(&mut self, length: usize, side: Side) {
        self.start(SyntaxKind::CallExpr);
        for _ in 0..length {
            self.bump();
        }
        self.arg_list();
        if side == Side::Left {
            self.eat_word("nocase");
        }
        self.close();
    }

    /// `( args )`.
    pub(super) fn arg_list(&mut self) {
        self.start(SyntaxKind::ArgList);
        let opened = self.open();
        self.items(SyntaxKind::RightParen);
        self.expect_close(SyntaxKind::RightParen, opened, "`,` or `)`");
        self.close();
    }

    /// Expressions and named arguments between commas, up to `close`.
    fn items(&mut self, close: SyntaxKind) {
        if !self.enter() {
            return self.skip_section();
        }
        let in_items = std::mem::replace(&mut self.in_items, true);
        while !self.at(close) {
            self.item();
            if !self.eat(SyntaxKind::Comma) {
                break;
            }
            if self.at(close) {
                let message = format!("expected a value after `,`, found {}", self.found());
                self.error(code::UNEXPECTED_TOKEN, message);
            }
        }
        self.in_items = in_items;
        self.leave();
    }

    fn item(&mut self) {
        let named = self.at(SyntaxKind::Ident)
            && self.nth(self.dotted_length()) == SyntaxKind::Colon
            && self.header().is_none();
        if !named {
            return self.expr();
        }
        let filters = self.nth_text(0) == "filter";
        self.start(SyntaxKind::NamedArg);
        while !self.eat(SyntaxKind::Colon) {
            self.bump();
        }
        // `metric: event_count_sum`, `window: today`, `agg: max`: a word by itself.
        // `principal.ip: *`: any value.
        let alone = matches!(self.nth(0), SyntaxKind::Ident | SyntaxKind::Star)
            && matches!(self.nth(1), SyntaxKind::Comma | SyntaxKind::RightParen);
        if alone {
            self.bump();
        } else {
            // `filter: event_count_sum > 2`: a word names a measure.
            let names_measures = std::mem::replace(&mut self.names_measures, filters);
            self.expr();
            self.names_measures = names_measures;
        }
        self.close();
    }
}

/// Whether a token of this kind behind a name looks like its first argument.
fn is_argument(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Variable | SyntaxKind::String | SyntaxKind::RawString
    )
}
