//! YARA-L 2.0 text to tokens, lossless tree and typed view.
//!
//! This crate answers one question: how is a rule *spelled*? It turns the text
//! of a rule file into tokens, the tokens into a lossless [rowan] tree that
//! holds every byte of the input (comments and layout included), and offers a
//! typed view over that tree for the compiler. Mistakes become
//! [`diagnostic::Diagnostic`] values with exact spans; parsing itself never
//! fails, it always returns a tree and the list of what is wrong with it.
//!
//! Data flow: `text → lexer → parser → SyntaxNode + diagnostics → ast`.
//!
//! # What the grammar accepts
//!
//! One expression grammar serves every section. It is a superset of the
//! language: `#e` may be written in `events` and a regex in `condition`. Where
//! a form is allowed is a matter of meaning, and the compiler's to decide.
//! Forms that exist in search only (`dedup`, `stage`, a match without a
//! window, …) are recognised by name, so that the message can say what to do.
//!
//! # What is deliberately absent
//!
//! * No knowledge of event fields, enum values or functions: `$e.no.such` and
//!   `frob()` parse.
//! * No types, no name resolution, no constant folding.
//! * No files, clocks, threads, environment or printing.
//!
//! # Limits
//!
//! Input is hostile until proven otherwise. Work and memory are linear in the
//! size of the text; [`SOURCE_BYTES_MAX`], [`NESTING_MAX`] and
//! [`DIAGNOSTICS_MAX`] bound the rest. Chains of the same kind of operator are
//! flat nodes, so the depth of the tree is bounded by the nesting limit and
//! recursive consumers are safe.
//!
//! ```
//! let text = "rule r { meta: events: $e.metadata.event_type = \"USER_LOGIN\" condition: $e }";
//! let parse = yaral_syntax::parse(text);
//! assert!(parse.errors().is_empty());
//! let rule = parse.file().rules().next().expect("one rule was written");
//! assert_eq!(rule.name().map(|name| name.text).as_deref(), Some("r"));
//! assert_eq!(parse.tree().text(), text);
//! ```

mod keyword;
mod kind;
mod lexer;
mod literal;
mod parser;

pub mod ast;
pub mod code;
pub mod diagnostic;
pub mod fix;
pub mod format;

mod line_index;
mod nearest;
mod token_text;

pub use kind::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, YaralLanguage};
pub use nearest::nearest;
pub use parser::{DIAGNOSTICS_MAX, NESTING_MAX, Parse, SOURCE_BYTES_MAX, parse};
pub use token_text::{hash_tokens, token_text_without_trivia};
