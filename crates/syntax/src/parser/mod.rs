//! Tokens to tree: recursive descent with one token of lookahead.
//!
//! The parser never fails: what does not fit is reported once and kept in an
//! `Error` node. Expression nesting is counted ([`NESTING_MAX`]) and chains of
//! operators are flat, so neither the parser's stack nor the tree grows deep.

mod expr;
mod file;
mod primary;
mod recovery;
mod search;
mod section;
mod state;

use rowan::GreenNode;

use crate::ast;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::kind::{SyntaxKind, SyntaxNode};
use crate::lexer::lex;

/// The largest source text in bytes that is parsed: 1 MiB, the size that the
/// vendor allows for all rules of a retrohunt.
pub const SOURCE_BYTES_MAX: usize = 1 << 20;

/// How many levels an expression may nest. Published rules stay below 20; the
/// limit keeps every recursive consumer of the tree within a small stack.
pub const NESTING_MAX: usize = 128;

/// How many diagnostics one parse collects before it stops to report.
pub const DIAGNOSTICS_MAX: usize = 200;

/// The result of a parse: a tree, always, and what is wrong with the text.
#[derive(Clone, Debug)]
pub struct Parse {
    green: GreenNode,
    errors: Vec<Diagnostic>,
}

impl Parse {
    /// The root of the lossless tree.
    #[must_use]
    pub fn tree(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The typed view of the root.
    #[must_use]
    pub fn file(&self) -> ast::File {
        ast::File::of_root(self.tree())
    }

    /// The diagnostics in the order of their places, warnings included.
    #[must_use]
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }
}

/// Parses a text. Never panics and never fails; time and memory are linear in
/// the size of the text. A text above [`SOURCE_BYTES_MAX`] is not read: the
/// tree is then empty and the only diagnostic says so.
#[must_use]
pub fn parse(text: &str) -> Parse {
    if text.len() > SOURCE_BYTES_MAX {
        return too_large(text.len());
    }
    let lexed = lex(text);
    let mut parser = state::Parser::new(text, lexed);
    parser.file();
    let (green, mut errors) = parser.finish();
    errors.sort_by_key(|found| (found.span.unwrap_or_default(), found.code));
    errors.truncate(DIAGNOSTICS_MAX);
    Parse { green, errors }
}

fn too_large(bytes: usize) -> Parse {
    let mut builder = rowan::GreenNodeBuilder::new();
    builder.start_node(SyntaxKind::File.into());
    builder.finish_node();
    let message = format!("the text has {bytes} bytes, the limit is {SOURCE_BYTES_MAX}");
    let found = Diagnostic::error(code::TOO_LARGE, None, message)
        .help("keep one rule per file; move long lists of values to a reference list");
    Parse {
        green: builder.finish(),
        errors: vec![found],
    }
}
