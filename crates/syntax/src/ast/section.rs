//! What stands inside each section.

use super::{
    Duration, Expr, List, Name, NamedArg, ast_node, keyword, literal, span_of, token, tokens,
};
use crate::diagnostic::Span;
use crate::kind::SyntaxKind;

ast_node! {
    /// `meta:` and its entries.
    MetaSection, MetaSection
}

impl MetaSection {
    /// The entries in written order.
    pub fn entries(&self) -> impl Iterator<Item = MetaEntry> + use<> {
        self.0.children().filter_map(MetaEntry::cast)
    }
}

ast_node! {
    /// `key = "value"`.
    MetaEntry, MetaEntry
}

impl MetaEntry {
    /// The key.
    #[must_use]
    pub fn key(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Ident).as_ref().map(Name::of)
    }

    /// The decoded value; `None` if it is missing or not a string.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        tokens(&self.0).find_map(|token| literal::string_value(&token))
    }

    /// The place of the string literal, quotes included.
    #[must_use]
    pub fn value_span(&self) -> Option<Span> {
        tokens(&self.0)
            .find(|token| matches!(token.kind(), SyntaxKind::String | SyntaxKind::RawString))
            .as_ref()
            .map(span_of)
    }
}

ast_node! {
    /// `setup:` and its entity graph operations.
    SetupSection, SetupSection
}

impl SetupSection {
    /// The operations in written order.
    pub fn operations(&self) -> impl Iterator<Item = SetupOperation> + use<> {
        self.0.children().filter_map(SetupOperation::cast)
    }
}

ast_node! {
    /// `graph_override (…)`, `graph_append […]` or `graph_exclude (…)`.
    SetupOperation, SetupOperation
}

impl SetupOperation {
    /// The name of the operation.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Ident).as_ref().map(Name::of)
    }

    /// The expressions between the parentheses or brackets.
    pub fn args(&self) -> impl Iterator<Item = Expr> + use<> {
        self.0.children().filter_map(Expr::cast)
    }
}

ast_node! {
    /// `events:` and its predicates.
    EventsSection, EventsSection
}

impl EventsSection {
    /// The predicates in written order. They hold together: an implicit
    /// `and` that binds looser than a written `or` joins them.
    pub fn predicates(&self) -> impl Iterator<Item = Expr> + use<> {
        self.0.children().filter_map(Expr::cast)
    }
}

ast_node! {
    /// `match:` with its variables and its window.
    MatchSection, MatchSection
}

impl MatchSection {
    /// The grouping variables. Search-only field paths are left out; the
    /// parser has reported them.
    pub fn variables(&self) -> impl Iterator<Item = Name> + use<> {
        self.items().filter_map(|item| item.name())
    }

    /// The grouping items, search-only field paths included.
    pub fn items(&self) -> impl Iterator<Item = MatchVariable> + use<> {
        self.0.children().filter_map(MatchVariable::cast)
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        self.0.children().find_map(Window::cast)
    }
}

ast_node! {
    /// One grouping item of `match`.
    MatchVariable, MatchVariable
}

impl MatchVariable {
    /// The variable, if the item is a bare variable as rules demand.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        let path = self.path()?;
        if path.segments().next().is_some() {
            None
        } else {
            path.variable()
        }
    }

    /// The item as a path.
    #[must_use]
    pub fn path(&self) -> Option<super::Path> {
        self.0.children().find_map(super::Path::cast)
    }
}

/// The kind of a match window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WindowKind {
    /// `over D`: overlapping hop windows.
    Over,
    /// `by D`: tumbling windows.
    By,
    /// `over D before $e`: one window before each pivot event.
    Before,
    /// `over D after $e`: one window after each pivot event.
    After,
}

ast_node! {
    /// `over 5m`, `by 1h`, `over 5m after $e`.
    Window, Window
}

impl Window {
    /// Which kind of window the words ask for.
    #[must_use]
    pub fn kind(&self) -> Option<WindowKind> {
        let has = |word| keyword(&self.0, word).is_some();
        if has("by") {
            Some(WindowKind::By)
        } else if has("before") {
            Some(WindowKind::Before)
        } else if has("after") {
            Some(WindowKind::After)
        } else {
            has("over").then_some(WindowKind::Over)
        }
    }

    /// The length of the window.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        token(&self.0, SyntaxKind::DurationToken)
            .as_ref()
            .and_then(Duration::of)
    }

    /// The pivot variable of a sliding window.
    #[must_use]
    pub fn pivot(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Variable).as_ref().map(Name::of)
    }

    /// The place of the word `tumbling`, if it is written.
    #[must_use]
    pub fn tumbling(&self) -> Option<Span> {
        keyword(&self.0, "tumbling").as_ref().map(span_of)
    }
}

ast_node! {
    /// `outcome:` and its assignments.
    OutcomeSection, OutcomeSection
}

impl OutcomeSection {
    /// The assignments in written order.
    pub fn assignments(&self) -> impl Iterator<Item = Assignment> + use<> {
        self.0.children().filter_map(Assignment::cast)
    }
}

ast_node! {
    /// `$name = expr`.
    Assignment, Assignment
}

impl Assignment {
    /// The outcome variable.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Variable).as_ref().map(Name::of)
    }

    /// The assigned expression.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        self.0.children().find_map(Expr::cast)
    }
}

ast_node! {
    /// `condition:` and its expression.
    ConditionSection, ConditionSection
}

impl ConditionSection {
    /// The condition.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        self.0.children().find_map(Expr::cast)
    }
}

ast_node! {
    /// `options:` and its entries.
    OptionsSection, OptionsSection
}

impl OptionsSection {
    /// The entries in written order.
    pub fn entries(&self) -> impl Iterator<Item = OptionEntry> + use<> {
        self.0.children().filter_map(OptionEntry::cast)
    }
}

ast_node! {
    /// `name = value`.
    OptionEntry, OptionEntry
}

impl OptionEntry {
    /// The name of the option.
    #[must_use]
    pub fn key(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Ident).as_ref().map(Name::of)
    }

    /// The value, a literal in every documented option.
    #[must_use]
    pub fn value(&self) -> Option<Expr> {
        self.0.children().find_map(Expr::cast)
    }
}

ast_node! {
    /// `export:` and its writes.
    ExportSection, ExportSection
}

impl ExportSection {
    /// The writes in written order.
    pub fn writes(&self) -> impl Iterator<Item = ExportWrite> + use<> {
        self.0.children().filter_map(ExportWrite::cast)
    }
}

ast_node! {
    /// `%table.write_row(column: expr, …)`.
    ExportWrite, ExportWrite
}

impl ExportWrite {
    /// The table that is written.
    #[must_use]
    pub fn table(&self) -> Option<Name> {
        self.list()?.name()
    }

    /// The method, `write_row` in every documented rule.
    #[must_use]
    pub fn method(&self) -> Option<Name> {
        self.list()?.column()
    }

    /// The columns and their values.
    pub fn args(&self) -> impl Iterator<Item = NamedArg> + use<> {
        self.0
            .children()
            .filter(|node| node.kind() == SyntaxKind::ArgList)
            .flat_map(|list| list.children())
            .filter_map(NamedArg::cast)
    }

    fn list(&self) -> Option<List> {
        self.0.children().find_map(List::cast)
    }
}
