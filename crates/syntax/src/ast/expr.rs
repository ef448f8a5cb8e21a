//! Expressions of every section.
//!
//! Chains of `and`, of `or`, of `+ -` and of `* / %` are flat: a [`Chain`]
//! holds all operands of one level. A [`Binary`] is a comparison.

use rowan::NodeOrToken;

use super::{Literal, Name, Path, Regex, ast_node, keyword, span_of, token, tokens};
use crate::diagnostic::Span;
use crate::keyword::is_function_word;
use crate::kind::{SyntaxKind, SyntaxNode, SyntaxToken};

macro_rules! expr {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Any expression.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Expr {
            $($(#[$doc])* $name($name),)*
        }

        impl Expr {
            /// Wraps the node if it is an expression.
            #[must_use]
            pub fn cast(node: SyntaxNode) -> Option<Self> {
                $(if let Some(expr) = $name::cast(node.clone()) {
                    return Some(Self::$name(expr));
                })*
                None
            }

            /// The node itself.
            #[must_use]
            pub fn syntax(&self) -> &SyntaxNode {
                match self {
                    $(Self::$name(expr) => expr.syntax(),)*
                }
            }

            /// The place of the expression, without blanks around it.
            #[must_use]
            pub fn span(&self) -> Span {
                self.syntax().text_range().into()
            }
        }
    };
}

expr! {
    /// A string, number, boolean, duration or null.
    Literal,
    /// A `/…/` regex.
    Regex,
    /// A variable or a field path.
    Path,
    /// A function call.
    Call,
    /// A comparison.
    Binary,
    /// Operands joined by operators of one level.
    Chain,
    /// `not expr`.
    Not,
    /// `!$e`.
    Bang,
    /// `expr in %list`.
    In,
    /// `expr is null`.
    IsNull,
    /// `( expr )`.
    Paren,
    /// `#name`.
    Count,
    /// `any of [ … ]`.
    NOf,
    /// `[ a, b ]`.
    Array,
    /// `%name` or `%table.column`.
    List,
}

fn exprs(node: &SyntaxNode) -> impl Iterator<Item = Expr> + use<> {
    node.children().filter_map(Expr::cast)
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

impl BinaryOp {
    /// The operator as it is written in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }

    fn of(token: &SyntaxToken) -> Option<Self> {
        Some(match token.kind() {
            SyntaxKind::Eq | SyntaxKind::EqEq => Self::Eq,
            SyntaxKind::Ne => Self::Ne,
            SyntaxKind::Lt => Self::Lt,
            SyntaxKind::Le => Self::Le,
            SyntaxKind::Gt => Self::Gt,
            SyntaxKind::Ge => Self::Ge,
            SyntaxKind::Plus => Self::Add,
            SyntaxKind::Minus => Self::Sub,
            SyntaxKind::Star => Self::Mul,
            SyntaxKind::Slash => Self::Div,
            SyntaxKind::Percent => Self::Rem,
            SyntaxKind::Keyword if token.text().eq_ignore_ascii_case("and") => Self::And,
            SyntaxKind::Keyword if token.text().eq_ignore_ascii_case("or") => Self::Or,
            _ => return None,
        })
    }
}

ast_node! {
    /// A comparison such as `$e.a = "x" nocase`.
    Binary, CompareExpr
}

impl Binary {
    /// The operator, one of the six comparisons.
    #[must_use]
    pub fn op(&self) -> Option<BinaryOp> {
        tokens(&self.0).find_map(|token| BinaryOp::of(&token))
    }

    /// The place of the operator.
    #[must_use]
    pub fn op_span(&self) -> Option<Span> {
        tokens(&self.0)
            .find(|token| BinaryOp::of(token).is_some())
            .as_ref()
            .map(span_of)
    }

    /// The left operand.
    #[must_use]
    pub fn lhs(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }

    /// The right operand.
    #[must_use]
    pub fn rhs(&self) -> Option<Expr> {
        exprs(&self.0).nth(1)
    }

    /// The place of the `nocase` suffix.
    #[must_use]
    pub fn nocase(&self) -> Option<Span> {
        keyword(&self.0, "nocase").as_ref().map(span_of)
    }
}

/// The level of a [`Chain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainKind {
    /// `a or b or c`.
    Or,
    /// `a and b and c`.
    And,
    /// `a + b - c`.
    Additive,
    /// `a * b / c % d`.
    Multiplicative,
}

/// One operator of a chain and the operand after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// The operator.
    pub op: BinaryOp,
    /// The place of the operator.
    pub op_span: Span,
    /// The operand after it.
    pub rhs: Expr,
}

ast_node! {
    /// Operands joined by operators of one level, applied from the left.
    Chain, OrExpr | AndExpr | AddExpr | MulExpr
}

impl Chain {
    /// The level of the operators.
    #[must_use]
    pub fn kind(&self) -> ChainKind {
        match self.0.kind() {
            SyntaxKind::OrExpr => ChainKind::Or,
            SyntaxKind::AndExpr => ChainKind::And,
            SyntaxKind::AddExpr => ChainKind::Additive,
            _ => ChainKind::Multiplicative,
        }
    }

    /// All operands from the left.
    pub fn operands(&self) -> impl Iterator<Item = Expr> + use<> {
        exprs(&self.0)
    }

    /// The first operand.
    #[must_use]
    pub fn first(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }

    /// The operators with the operands after them. An operator whose operand
    /// is missing is left out.
    pub fn links(&self) -> impl Iterator<Item = Link> + use<> {
        let mut pending: Option<(BinaryOp, Span)> = None;
        self.0
            .children_with_tokens()
            .filter_map(move |element| match element {
                NodeOrToken::Token(token) => {
                    if let Some(op) = BinaryOp::of(&token) {
                        pending = Some((op, span_of(&token)));
                    }
                    None
                }
                NodeOrToken::Node(node) => {
                    let rhs = Expr::cast(node)?;
                    let (op, op_span) = pending.take()?;
                    Some(Link { op, op_span, rhs })
                }
            })
    }
}

ast_node! {
    /// `not expr`.
    Not, NotExpr
}

impl Not {
    /// What is negated.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }
}

ast_node! {
    /// `!expr`, the condition's way to demand absence.
    Bang, BangExpr
}

impl Bang {
    /// What must be absent.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }
}

ast_node! {
    /// `( expr )`.
    Paren, ParenExpr
}

impl Paren {
    /// What stands between the parentheses.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }
}

/// How the lines of a list are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InMode {
    /// `in %l`
    Exact,
    /// `in regex %l`
    Regex,
    /// `in cidr %l`
    Cidr,
}

ast_node! {
    /// `expr [not] in [regex|cidr] %list [nocase]`.
    In, InExpr
}

impl In {
    /// The operand before `in`.
    #[must_use]
    pub fn lhs(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }

    /// How the lines are compared.
    #[must_use]
    pub fn mode(&self) -> InMode {
        if keyword(&self.0, "regex").is_some() {
            InMode::Regex
        } else if keyword(&self.0, "cidr").is_some() {
            InMode::Cidr
        } else {
            InMode::Exact
        }
    }

    /// The list, if it is written `%name` or `%table.column`.
    #[must_use]
    pub fn list(&self) -> Option<List> {
        match self.rhs()? {
            Expr::List(list) => Some(list),
            _ => None,
        }
    }

    /// The operand after `in`: a [`List`] or, in search, an [`Array`].
    #[must_use]
    pub fn rhs(&self) -> Option<Expr> {
        exprs(&self.0).nth(1)
    }

    /// Whether it is written `not in`.
    #[must_use]
    pub fn negated(&self) -> bool {
        keyword(&self.0, "not").is_some()
    }

    /// The place of the `nocase` suffix.
    #[must_use]
    pub fn nocase(&self) -> Option<Span> {
        keyword(&self.0, "nocase").as_ref().map(span_of)
    }
}

ast_node! {
    /// `expr is [not] null`.
    IsNull, IsNullExpr
}

impl IsNull {
    /// What is tested.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }

    /// Whether it is written `is not null`.
    #[must_use]
    pub fn negated(&self) -> bool {
        keyword(&self.0, "not").is_some()
    }
}

ast_node! {
    /// `#name`.
    Count, CountExpr
}

impl Count {
    /// The counted variable, without `#`.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::CountVariable)
            .as_ref()
            .map(Name::of)
    }
}

ast_node! {
    /// `%name` or `%table.column`.
    List, ListExpr
}

impl List {
    /// The list or table, without `%`.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        tokens(&self.0)
            .find(|token| token.kind() == SyntaxKind::Ident)
            .as_ref()
            .map(Name::of)
    }

    /// The column of a table.
    #[must_use]
    pub fn column(&self) -> Option<Name> {
        tokens(&self.0)
            .filter(|token| token.kind() == SyntaxKind::Ident)
            .nth(1)
            .as_ref()
            .map(Name::of)
    }
}

ast_node! {
    /// `[ a, b ]`.
    Array, ArrayExpr
}

impl Array {
    /// The elements.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        exprs(&self.0)
    }
}

/// How many items of an `of` list must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    /// `any of`
    Any,
    /// `all of`
    All,
    /// `2 of`
    Number(u64),
}

ast_node! {
    /// `any of [ … ]`, `all of [ … ]`, `2 of [ … ]`.
    NOf, NOfExpr
}

impl NOf {
    /// How many items must hold.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        if keyword(&self.0, "any").is_some() {
            return Some(Quantity::Any);
        }
        if keyword(&self.0, "all").is_some() {
            return Some(Quantity::All);
        }
        token(&self.0, SyntaxKind::Int)?
            .text()
            .parse()
            .ok()
            .map(Quantity::Number)
    }

    /// The items.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        exprs(&self.0)
    }
}

ast_node! {
    /// `name(args)`, also with the `nocase` suffix of a predicate.
    Call, CallExpr
}

impl Call {
    /// The name with its dots, such as `re.regex`. Names that are keywords
    /// (`if`, `max`, …) are given in lower case, others as written.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        dotted(&self.0).map(|name| {
            let lower = is_function_word(&name.text);
            Name {
                text: if lower {
                    name.text.to_ascii_lowercase()
                } else {
                    name.text
                },
                ..name
            }
        })
    }

    /// The place of the name.
    #[must_use]
    pub fn name_span(&self) -> Option<Span> {
        self.name().map(|name| name.span)
    }

    /// The positional arguments.
    pub fn args(&self) -> impl Iterator<Item = Expr> + use<> {
        self.arg_list().into_iter().flat_map(|list| exprs(&list))
    }

    /// The named arguments, as `metrics.*` functions take them.
    pub fn named_args(&self) -> impl Iterator<Item = NamedArg> + use<> {
        self.arg_list()
            .into_iter()
            .flat_map(|list| list.children())
            .filter_map(NamedArg::cast)
    }

    /// The place of the parentheses and what is between them.
    #[must_use]
    pub fn args_span(&self) -> Option<Span> {
        self.arg_list().map(|list| list.text_range().into())
    }

    /// The place of the `nocase` suffix.
    #[must_use]
    pub fn nocase(&self) -> Option<Span> {
        keyword(&self.0, "nocase").as_ref().map(span_of)
    }

    fn arg_list(&self) -> Option<SyntaxNode> {
        self.0
            .children()
            .find(|node| node.kind() == SyntaxKind::ArgList)
    }
}

ast_node! {
    /// `name: expr`; the name may be a dotted field path.
    NamedArg, NamedArg
}

impl NamedArg {
    /// The name with its dots.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        dotted(&self.0)
    }

    /// The value, if it is an expression.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        exprs(&self.0).next()
    }

    /// The value, if it is a word by itself, as in `agg: max`.
    #[must_use]
    pub fn word(&self) -> Option<Name> {
        let mut behind = tokens(&self.0).skip_while(|token| token.kind() != SyntaxKind::Colon);
        let word = behind.nth(1)?;
        (word.kind() == SyntaxKind::Ident).then(|| Name::of(&word))
    }
}

/// The words and dots at the start of a node, joined.
fn dotted(node: &SyntaxNode) -> Option<Name> {
    let mut name: Option<Name> = None;
    for token in tokens(node) {
        if !matches!(token.kind(), SyntaxKind::Ident | SyntaxKind::Dot) {
            break;
        }
        let span = span_of(&token);
        let name = name.get_or_insert(Name {
            text: String::new(),
            span,
        });
        name.text.push_str(token.text());
        name.span = name.span.cover(span);
    }
    name
}
