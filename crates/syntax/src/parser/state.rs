//! The parser's cursor, tree builder and list of diagnostics.
//!
//! Blanks and comments are put into the tree just before the next node or
//! token begins, so that no node starts or ends with them. Lookahead works on
//! the list of significant tokens and costs nothing to repeat.

use std::collections::BTreeSet;

use rowan::{Checkpoint, GreenNode, GreenNodeBuilder};

use super::{DIAGNOSTICS_MAX, NESTING_MAX};
use crate::code;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::keyword::is_reserved;
use crate::kind::SyntaxKind;
use crate::lexer::{Lexed, Token};

pub(super) struct Parser<'text> {
    text: &'text str,
    tokens: Vec<Token>,
    /// Indices into `tokens` of those that are not trivia.
    significant: Vec<usize>,
    /// The next entry of `significant`.
    at: usize,
    /// The next token that is not yet in the tree.
    placed: usize,
    builder: GreenNodeBuilder<'static>,
    diagnostics: Vec<Diagnostic>,
    /// The open levels of nesting.
    depth: usize,
    /// An error was reported and no fresh statement has begun since.
    pub(super) panicking: bool,
    /// How many times the parser itself has found something wrong.
    pub(super) faults: usize,
    /// Where the cursor was at the last fault.
    pub(super) fault_at: usize,
    /// Whether the items of a list or call are being read.
    pub(super) in_items: bool,
    /// Whether a word by itself is a value, as in the filter of a metric.
    pub(super) names_measures: bool,
    /// Closing tokens that an error has left to come.
    pub(super) owed: usize,
    /// Keyword-named variables already reported in this rule.
    pub(super) keyword_variables: BTreeSet<String>,
}

impl<'text> Parser<'text> {
    pub(super) fn new(text: &'text str, lexed: Lexed) -> Self {
        let is_significant =
            |token: &Token| !token.kind.is_trivia() && token.kind != SyntaxKind::Error;
        let significant = (0..lexed.tokens.len())
            .filter(|&index| lexed.tokens.get(index).is_some_and(is_significant))
            .collect();
        Self {
            text,
            tokens: lexed.tokens,
            significant,
            at: 0,
            placed: 0,
            builder: GreenNodeBuilder::new(),
            diagnostics: lexed.diagnostics,
            depth: 0,
            panicking: false,
            faults: 0,
            fault_at: usize::MAX,
            in_items: false,
            names_measures: false,
            owed: 0,
            keyword_variables: BTreeSet::new(),
        }
    }

    pub(super) fn finish(self) -> (GreenNode, Vec<Diagnostic>) {
        (self.builder.finish(), self.diagnostics)
    }

    // ---- lookahead ----

    fn token(&self, ahead: usize) -> Option<Token> {
        let index = *self.significant.get(self.at + ahead)?;
        self.tokens.get(index).copied()
    }

    /// The token before the cursor.
    fn previous(&self) -> Option<Token> {
        let index = *self.significant.get(self.at.checked_sub(1)?)?;
        self.tokens.get(index).copied()
    }

    pub(super) fn nth(&self, ahead: usize) -> SyntaxKind {
        self.token(ahead)
            .map_or(SyntaxKind::EndOfFile, |token| token.kind)
    }

    pub(super) fn at(&self, kind: SyntaxKind) -> bool {
        self.nth(0) == kind
    }

    pub(super) fn at_end(&self) -> bool {
        self.at(SyntaxKind::EndOfFile)
    }

    pub(super) fn nth_text(&self, ahead: usize) -> &'text str {
        let token = self.token(ahead);
        token
            .and_then(|t| self.text.get(t.start as usize..t.end as usize))
            .unwrap_or_default()
    }

    /// The whole text.
    pub(super) fn source(&self) -> &'text str {
        self.text
    }

    /// Whether the token ahead is the word `word`, in any case.
    pub(super) fn nth_word(&self, ahead: usize, word: &str) -> bool {
        self.nth(ahead) == SyntaxKind::Ident && self.nth_text(ahead).eq_ignore_ascii_case(word)
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.nth_word(0, word)
    }

    /// Whether the token ahead touches the token before it.
    pub(super) fn touches(&self, ahead: usize) -> bool {
        let before = ahead.checked_sub(1).and_then(|before| self.token(before));
        before
            .zip(self.token(ahead))
            .is_some_and(|(a, b)| a.end == b.start)
    }

    /// Whether the next token is the first of its line.
    pub(super) fn at_line_start(&self) -> bool {
        let from = self.previous().map_or(0, |token| token.end);
        let to = self
            .token(0)
            .map_or(self.text.len(), |token| token.start as usize);
        self.text
            .get(from as usize..to)
            .is_some_and(|between| between.contains('\n'))
    }

    /// Whether a token ahead is the first of its line; not for the next one.
    pub(super) fn begins_line(&self, ahead: usize) -> bool {
        let from = self.nth_span(ahead.saturating_sub(1)).end as usize;
        let to = self.nth_span(ahead).start as usize;
        self.text
            .get(from..to)
            .is_some_and(|between| between.contains('\n'))
    }

    /// How far the cursor has come; grows with every token taken.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The place of the next token; the end of the text if there is none.
    pub(super) fn span(&self) -> Span {
        self.nth_span(0)
    }

    pub(super) fn nth_span(&self, ahead: usize) -> Span {
        let end = u32::try_from(self.text.trim_end().len()).unwrap_or(u32::MAX);
        self.token(ahead).map_or(Span::new(end, end), |token| {
            Span::new(token.start, token.end)
        })
    }

    /// The place of the token before the cursor.
    pub(super) fn previous_span(&self) -> Span {
        self.previous()
            .map_or(Span::default(), |token| Span::new(token.start, token.end))
    }

    // ---- tree ----

    /// Puts blanks, comments and unknown characters before the cursor into
    /// the tree.
    pub(super) fn place_trivia(&mut self) {
        let next = self
            .significant
            .get(self.at)
            .copied()
            .unwrap_or(self.tokens.len());
        while self.placed < next {
            self.place(None);
        }
    }

    fn place(&mut self, kind: Option<SyntaxKind>) {
        if let Some(token) = self.tokens.get(self.placed) {
            let text = self.text.get(token.start as usize..token.end as usize);
            self.builder
                .token(kind.unwrap_or(token.kind).into(), text.unwrap_or_default());
        }
        self.placed += 1;
    }

    pub(super) fn start(&mut self, kind: SyntaxKind) {
        if kind != SyntaxKind::File {
            self.place_trivia();
        }
        self.builder.start_node(kind.into());
    }

    pub(super) fn checkpoint(&mut self) -> Checkpoint {
        self.place_trivia();
        self.builder.checkpoint()
    }

    pub(super) fn start_at(&mut self, checkpoint: Checkpoint, kind: SyntaxKind) {
        self.builder.start_node_at(checkpoint, kind.into());
    }

    pub(super) fn close(&mut self) {
        self.builder.finish_node();
    }

    /// Takes the next token under its own kind.
    pub(super) fn bump(&mut self) {
        self.take(None);
    }

    /// Takes the next word as a keyword.
    pub(super) fn bump_keyword(&mut self) {
        self.take(Some(SyntaxKind::Keyword));
    }

    fn take(&mut self, kind: Option<SyntaxKind>) {
        self.place_trivia();
        if self.at < self.significant.len() {
            if self.at(SyntaxKind::Variable) {
                self.check_variable();
            }
            self.place(kind);
            self.at += 1;
        }
    }

    /// Takes the next token if it is of the kind.
    pub(super) fn eat(&mut self, kind: SyntaxKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Takes the next token as a keyword if it spells `word`.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump_keyword();
        }
        found
    }

    // ---- nesting ----

    /// Opens a level of nesting. At the limit it reports, and the caller must
    /// not descend; otherwise the caller closes the level with `leave`.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= NESTING_MAX {
            let found = Diagnostic::error(
                code::TOO_DEEP,
                Some(self.span()),
                format!("this is nested more than {NESTING_MAX} levels deep"),
            );
            self.push(found.help("split the expression over several predicates"));
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    // ---- diagnostics ----

    /// Reports, unless it follows from an error that was reported already.
    pub(super) fn push(&mut self, found: Diagnostic) {
        self.faults += 1;
        self.fault_at = self.at;
        let stale = self.panicking || self.follows_from_lexer();
        self.panicking = true;
        if !stale {
            self.push_anyway(found);
        }
    }

    /// Reports in any case, and leaves the state of recovery alone.
    pub(super) fn push_anyway(&mut self, found: Diagnostic) {
        // Lexer and parser have one budget each; `parse` cuts the sum.
        if self.diagnostics.len() < 2 * DIAGNOSTICS_MAX {
            self.diagnostics.push(found);
        }
    }

    pub(super) fn error(&mut self, code: Code, message: impl Into<String>) {
        let span = Some(self.span());
        self.push(Diagnostic::error(code, span, message));
    }

    /// Whether the lexer has reported something next to the cursor.
    fn follows_from_lexer(&self) -> bool {
        let next = self
            .significant
            .get(self.at)
            .copied()
            .unwrap_or(self.tokens.len());
        let before = self
            .at
            .checked_sub(1)
            .and_then(|at| self.significant.get(at).copied());
        let around = before.unwrap_or(0)..=next;
        self.tokens
            .get(*around.start()..self.tokens.len().min(next + 1))
            .is_some_and(|tokens| tokens.iter().any(|token| token.faulty))
    }

    /// How the next token is named in a message.
    pub(super) fn found(&self) -> String {
        if self.at_end() {
            return "the end of the text".to_owned();
        }
        let text = self.nth_text(0);
        match text.char_indices().nth(32) {
            Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
            None => format!("`{text}`"),
        }
    }

    fn check_variable(&mut self) {
        let spelled = self.nth_text(0);
        let name = spelled.trim_start_matches('$');
        if is_reserved(name) && self.keyword_variables.insert(name.to_ascii_lowercase()) {
            let message = format!(
                "`{spelled}` is named like the keyword `{}`",
                name.to_lowercase()
            );
            let found = Diagnostic::error(code::KEYWORD_VARIABLE, Some(self.span()), message);
            self.push_anyway(found.help(format!("choose another name, such as `{spelled}_1`")));
        }
    }
}
