//! Files, rules and the sections of a rule.

use super::{
    ConditionSection, EventsSection, ExportSection, MatchSection, MetaSection, Name,
    OptionsSection, OutcomeSection, SetupSection, ast_node, token, tokens,
};
use crate::diagnostic::Span;
use crate::kind::{SyntaxKind, SyntaxNode};

ast_node! {
    /// A whole source text.
    File, File
}

impl File {
    /// Wraps the root of a tree, which the parser always builds as a file.
    pub(crate) fn of_root(root: SyntaxNode) -> Self {
        Self(root)
    }

    /// The rules in written order.
    pub fn rules(&self) -> impl Iterator<Item = Rule> + use<> {
        self.0.children().filter_map(Rule::cast)
    }
}

ast_node! {
    /// `rule name { … }`.
    Rule, Rule
}

/// Which section of a rule. The order of the variants is the order in which
/// the sections must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// `meta`, required.
    Meta,
    /// `setup`, optional.
    Setup,
    /// `events`, required.
    Events,
    /// `match`, optional.
    Match,
    /// `outcome`, optional.
    Outcome,
    /// `condition`, required.
    Condition,
    /// `options`, optional.
    Options,
    /// `export`, optional.
    Export,
}

impl SectionKind {
    /// Every kind in the order in which sections must stand.
    pub const ALL: [Self; 8] = [
        Self::Meta,
        Self::Setup,
        Self::Events,
        Self::Match,
        Self::Outcome,
        Self::Condition,
        Self::Options,
        Self::Export,
    ];

    /// The word of the header.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Setup => "setup",
            Self::Events => "events",
            Self::Match => "match",
            Self::Outcome => "outcome",
            Self::Condition => "condition",
            Self::Options => "options",
            Self::Export => "export",
        }
    }

    /// The kind whose header is `word`, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(word))
    }

    /// The kind of the node that holds the section.
    pub(crate) fn node(self) -> SyntaxKind {
        match self {
            Self::Meta => SyntaxKind::MetaSection,
            Self::Setup => SyntaxKind::SetupSection,
            Self::Events => SyntaxKind::EventsSection,
            Self::Match => SyntaxKind::MatchSection,
            Self::Outcome => SyntaxKind::OutcomeSection,
            Self::Condition => SyntaxKind::ConditionSection,
            Self::Options => SyntaxKind::OptionsSection,
            Self::Export => SyntaxKind::ExportSection,
        }
    }
}

/// Any section, as it stands in the rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Section {
    /// Which section it is.
    pub kind: SectionKind,
    /// The place of the header word, or of the whole section if the header
    /// was left out.
    pub header: Span,
    node: SyntaxNode,
}

impl Section {
    /// Wraps the node if it is a section.
    #[must_use]
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        let kind = SectionKind::ALL
            .into_iter()
            .find(|kind| kind.node() == node.kind())?;
        let word = tokens(&node)
            .next()
            .filter(|token| token.kind() == SyntaxKind::Keyword);
        let header = word
            .map_or(node.text_range(), |token| token.text_range())
            .into();
        Some(Self { kind, header, node })
    }

    /// The node itself.
    #[must_use]
    pub fn syntax(&self) -> &SyntaxNode {
        &self.node
    }

    /// The place of the section.
    #[must_use]
    pub fn span(&self) -> Span {
        self.node.text_range().into()
    }
}

impl Rule {
    /// The name of the rule.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Ident).as_ref().map(Name::of)
    }

    /// The sections in written order, repeated ones included.
    pub fn sections(&self) -> impl Iterator<Item = Section> + use<> {
        self.0.children().filter_map(Section::cast)
    }

    /// The first `meta` section.
    #[must_use]
    pub fn meta(&self) -> Option<MetaSection> {
        self.0.children().find_map(MetaSection::cast)
    }

    /// The first `setup` section.
    #[must_use]
    pub fn setup(&self) -> Option<SetupSection> {
        self.0.children().find_map(SetupSection::cast)
    }

    /// The first `events` section.
    #[must_use]
    pub fn events(&self) -> Option<EventsSection> {
        self.0.children().find_map(EventsSection::cast)
    }

    /// The first `match` section.
    #[must_use]
    pub fn match_(&self) -> Option<MatchSection> {
        self.0.children().find_map(MatchSection::cast)
    }

    /// The first `outcome` section.
    #[must_use]
    pub fn outcome(&self) -> Option<OutcomeSection> {
        self.0.children().find_map(OutcomeSection::cast)
    }

    /// The first `condition` section.
    #[must_use]
    pub fn condition(&self) -> Option<ConditionSection> {
        self.0.children().find_map(ConditionSection::cast)
    }

    /// The first `options` section.
    #[must_use]
    pub fn options(&self) -> Option<OptionsSection> {
        self.0.children().find_map(OptionsSection::cast)
    }

    /// The first `export` section.
    #[must_use]
    pub fn export(&self) -> Option<ExportSection> {
        self.0.children().find_map(ExportSection::cast)
    }
}
