//! From syntax tree to checked plan, or diagnostics.
//!
//! The data flow: text → tree (`syntax`) → [`features`](self) that this
//! version runs → event variables → `setup` → `match` (`matching`) → predicates →
//! placeholders → what ties the events of a rule with `match` together
//! (`correlate`) → outcomes → condition → `export` → what the rule needs → [`Plan`]. Each
//! step is a module of that name or the one named. Whatever is wrong becomes a [`Diagnostic`] with a stable code; the
//! page of each code is in [`codes`].
//!
//! Two verdicts: *lenient* (the default) runs whatever has one plain meaning
//! and warns where Google SecOps would refuse; *strict* refuses as documented.
//!
//! Deliberately absent: files (lists and tables come in as values), events, and any
//! evaluation but of constants.
//!
//! ```
//! let text = r#"rule r { meta: events: $e.metadata.event_type = "USER_LOGIN" condition: $e }"#;
//! let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
//! assert!(compiled.diagnostics.is_empty());
//! assert_eq!(compiled.rules[0].plan.as_ref().unwrap().name, "r");
//! ```

pub mod codes;
pub mod mend;

mod condition;
mod correlate;
mod export;
mod features;
pub mod lints;
mod lower;
mod matching;
mod needs;
mod options;
mod outcome;
mod placeholders;
mod rewrite;
mod rule;
mod setup;
mod suggest;
pub mod tuning;
mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::lists::List;
use yaral_ir::plan::Plan;
use yaral_ir::semantics::Semantics;
use yaral_ir::tables::Table;
use yaral_syntax::diagnostic::{Code, Diagnostic, Span};

/// What a compilation may know besides the text.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether rules that Google SecOps refuses as documented are refused.
    pub strict: bool,
    /// The switches that plans carry.
    pub semantics: Semantics,
    /// The reference lists by name, without `%`.
    pub lists: BTreeMap<String, Arc<List>>,
    /// The data tables by name, without `%`.
    pub tables: BTreeMap<String, Arc<Table>>,
    /// Whether lints are run that say something of good rules too, such as
    /// advice on speed ([`lints::is_optional`]).
    pub optional_lints: bool,
}

/// The outcome of compiling one file.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The rules, in written order.
    pub rules: Vec<CompiledRule>,
    /// Everything found in the file, by position.
    pub diagnostics: Vec<Diagnostic>,
}

/// One rule of a file.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    /// Its name; empty if it could not be read.
    pub name: String,
    /// The plan, unless an error stands against it.
    pub plan: Option<Plan>,
    /// Whether it is refused only because this version does not run a
    /// construct it uses (code E0901), not because of a mistake.
    pub later: bool,
}

impl Compiled {
    /// Whether any error was found.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Mistakes in a name, which the rest of the rule has no part in.
const NAMES: &[Code] = &[
    codes::UNKNOWN_FIELD,
    codes::UNKNOWN_FUNCTION,
    codes::UNKNOWN_ENUM_VALUE,
    codes::BAD_REGEX,
];

/// Whether two spans share a byte, or one is empty and lies in the other.
fn touch(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// Compiles all rules of a file.
#[must_use]
pub fn compile(text: &str, options: &Options) -> Compiled {
    let parse = yaral_syntax::parse(text);
    let mut diagnostics = parse.errors().to_vec();
    let source: Arc<str> = Arc::from(text);
    let broken: Vec<Span> = parse
        .errors()
        .iter()
        .filter(|found| found.is_error())
        .map(|found| found.span.unwrap_or_default())
        .collect();
    // What stands outside of every rule makes all of them uncertain.
    let spans: Vec<Span> = parse.file().rules().map(|rule| rule.span()).collect();
    let stray = broken
        .iter()
        .any(|at| !spans.iter().any(|rule| touch(*rule, *at)));
    let mut rules = Vec::new();
    for rule in parse.file().rules() {
        let name = rule.name().map(|name| name.text).unwrap_or_default();
        let own: Vec<_> = broken
            .iter()
            .filter(|at| touch(rule.span(), **at))
            .collect();
        if stray || !own.is_empty() {
            // A tree with holes would only produce errors about the holes; names
            // in a section without any are right or wrong by themselves.
            let mut found = rule::compile(&rule, &source, options).diagnostics;
            let whole = rule::sections(&rule);
            found.retain(|one| {
                let section = one
                    .span
                    .and_then(|at| whole.iter().find(|s| touch(**s, at)));
                NAMES.contains(&one.code)
                    && section.is_some_and(|section| !own.iter().any(|at| touch(*section, **at)))
            });
            diagnostics.extend(found);
            rules.push(CompiledRule {
                name,
                plan: None,
                later: false,
            });
            continue;
        }
        let made = rule::compile(&rule, &source, options);
        let later = made.diagnostics.iter().any(|d| d.code == codes::NOT_YET);
        diagnostics.extend(made.diagnostics);
        rules.push(CompiledRule {
            name,
            plan: made.plan,
            later,
        });
    }
    diagnostics.sort_by_key(|d| (d.span.map_or(0, |span| span.start), d.code));
    Compiled { rules, diagnostics }
}
