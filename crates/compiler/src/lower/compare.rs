//! Comparisons: `=`, `!=`, `<` and their like, with patterns and enums.

use yaral_ir::plan::{CompareOp, Expr as Plan, ExprId};
use yaral_ir::regex::Pattern;
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_syntax::ast::{Binary, BinaryOp, ChainKind, Expr};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::EnumId;

use super::{Lower, with_article};
use crate::codes;

/// Regular expressions in one rule. Our choice: one may take megabytes, and
/// the largest public rule has under a hundred.
const PATTERNS_MAX: usize = 512;

impl Lower<'_> {
    /// Lowers a comparison.
    pub(super) fn comparison(&mut self, binary: &Binary) -> Option<ExprId> {
        let (lhs, rhs) = (binary.lhs()?, binary.rhs()?);
        self.leading_parenthesis(&lhs);
        let op = compare_op(binary.op()?)?;
        if let Expr::Regex(regex) = &rhs {
            return self.matches(binary, &lhs, op, (&regex.value(), regex.span()));
        }
        if let Expr::Regex(regex) = &lhs {
            return self.matches(binary, &rhs, op, (&regex.value(), regex.span()));
        }
        // Lowered both before giving up, so that each side reports its mistakes.
        let (left, right) = (self.value(&lhs), self.value(&rhs));
        let (mut left, mut right) = (left?, right?);
        if self.is_literal(left) && self.is_literal(right) {
            return self.fail(
                codes::BOTH_CONSTANT,
                binary.span(),
                "both sides are constants; one must be a field or placeholder",
            );
        }
        left = self.coerce(left, self.ty(right))?;
        right = self.coerce(right, self.ty(left))?;
        self.check_types(left, right, binary)?;
        let nocase = self.nocase(binary.nocase(), &[left, right])?;
        self.joins(left, right, binary)?;
        self.count_join(&[left, right], binary.span());
        self.text_of_pattern(left, right, binary.span());
        self.add(
            Plan::Compare {
                op,
                left,
                right,
                nocase,
            },
            Type::Bool,
            binary.span(),
        )
    }

    fn matches(
        &mut self,
        binary: &Binary,
        subject: &Expr,
        op: CompareOp,
        (text, span): (&str, Span),
    ) -> Option<ExprId> {
        let subject = self.value(subject)?;
        if !self.ty(subject).is_text() && self.ty(subject) != Type::Any {
            let message = format!(
                "a regular expression searches text, this is {}",
                with_article(self.ty(subject))
            );
            return self.fail(codes::TYPE_MISMATCH, self.span(subject), message);
        }
        if matches!(self.ty(subject), Type::Enum(_)) && !self.options.semantics.enum_regex {
            let message =
                "the switch `enum_regex` is off, so a regular expression does not test an enum";
            return self.fail(codes::TYPE_MISMATCH, self.span(subject), message);
        }
        if self.is_literal(subject) {
            return self.fail(
                codes::BOTH_CONSTANT,
                binary.span(),
                "both sides are constants; one must be a field or placeholder",
            );
        }
        self.nocase(binary.nocase(), &[subject])?;
        let pattern = self.pattern(text, binary.nocase().is_some(), span)?;
        let found = self.add(
            Plan::Matches { subject, pattern },
            Type::Bool,
            binary.span(),
        )?;
        match op {
            CompareOp::Eq => Some(found),
            CompareOp::Ne => self.add(Plan::Not(found), Type::Bool, binary.span()),
            _ => self.fail(
                codes::TYPE_MISMATCH,
                binary.span(),
                "a regular expression goes with `=` and `!=` only",
            ),
        }
    }

    /// Compiles a regular expression of the rule.
    pub(super) fn pattern(&mut self, text: &str, nocase: bool, span: Span) -> Option<Pattern> {
        self.patterns += 1;
        if self.patterns > PATTERNS_MAX {
            let message = format!("the rule has more than {PATTERNS_MAX} regular expressions");
            if self.patterns == PATTERNS_MAX + 1 {
                self.report(Diagnostic::error(
                    codes::RULE_TOO_LARGE,
                    Some(span),
                    message,
                ));
            }
            return None;
        }
        match Pattern::new(text, nocase) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let mut diagnostic = Diagnostic::error(codes::BAD_REGEX, Some(span), error.message);
                if let Some(at) = error.at {
                    diagnostic = diagnostic.label(format!("at byte {at} of the pattern"));
                }
                if let Some(help) = error.help {
                    diagnostic = diagnostic.help(help);
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// Turns a string constant into the enum value that it names.
    fn coerce(&mut self, id: ExprId, other: Type) -> Option<ExprId> {
        let Type::Enum(of) = other else {
            return Some(id);
        };
        let Plan::Literal(Value::Str(name)) = &self.nodes[id.0 as usize].expr else {
            return Some(id);
        };
        let name = name.to_string();
        // An enum's zero value also reads as the empty string.
        let number = if name.is_empty() {
            Some(0)
        } else {
            of.number(&name)
        };
        let Some(number) = number else {
            return self.unknown_enum(of, &name, self.span(id));
        };
        let node = &mut self.nodes[id.0 as usize];
        node.expr = Plan::Literal(Value::Enum(of, number));
        node.ty = other;
        Some(id)
    }

    fn unknown_enum(&mut self, of: EnumId, name: &str, span: Span) -> Option<ExprId> {
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_ENUM_VALUE,
            Some(span),
            format!("`{name}` is not a value of {}", of.name()),
        );
        let mut near = if self.is_full() {
            Vec::new()
        } else {
            of.suggest(name)
        };
        if near.is_empty() && !self.is_full() {
            near = longer_names(of, name);
        }
        let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
        if !near.is_empty() {
            diagnostic = diagnostic.help(format!("did you mean {}?", near.join(" or ")));
        }
        self.report(diagnostic);
        None
    }

    fn check_types(&mut self, left: ExprId, right: ExprId, binary: &Binary) -> Option<()> {
        let (a, b) = (self.ty(left), self.ty(right));
        let fits = match (a, b) {
            (Type::Any, _) | (_, Type::Any) => true,
            (Type::List(_), _) | (_, Type::List(_)) => false,
            _ if a == b => true,
            _ if a.is_number() && b.is_number() => true,
            // Enum order is by number, and text compares with names and bytes.
            (Type::Enum(_), other) | (other, Type::Enum(_)) => other.is_number() || other.is_text(),
            _ => a.is_text() && b.is_text(),
        };
        if fits {
            return Some(());
        }
        let (a, b) = (with_article(a), with_article(b));
        let mut diagnostic = Diagnostic::error(
            codes::TYPE_MISMATCH,
            Some(binary.span()),
            format!("this compares {a} with {b}"),
        )
        .secondary(self.span(left), format!("this is {a}"))
        .secondary(self.span(right), format!("this is {b}"));
        if let Some(help) = self
            .quoting_help(left, right)
            .or_else(|| self.quoting_help(right, left))
        {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
        None
    }

    /// What to write where a constant has quotation marks too many or too few.
    fn quoting_help(&self, field: ExprId, constant: ExprId) -> Option<String> {
        let Plan::Literal(value) = &self.nodes[constant.0 as usize].expr else {
            return None;
        };
        match (self.ty(field), value) {
            (ty, Value::Str(text)) if ty.is_number() && text.parse::<f64>().is_ok() => {
                Some(format!("write {text} without quotation marks"))
            }
            (Type::Bool, Value::Str(text)) if matches!(text.as_ref(), "true" | "false") => {
                Some(format!("write {text} without quotation marks"))
            }
            (Type::Str, Value::Int(_))
                if matches!(self.nodes[field.0 as usize].expr, Plan::Keyed(..)) =>
            {
                Some(
                    "what stands behind a key is a string; `cast.as_int(…)` makes a number of it"
                        .to_owned(),
                )
            }
            (Type::Str, Value::Int(_) | Value::Bool(_)) => {
                Some(format!("write \"{value}\" with quotation marks"))
            }
            _ => None,
        }
    }

    /// Checks a `nocase` suffix against what it would apply to.
    pub(super) fn nocase(&mut self, suffix: Option<Span>, operands: &[ExprId]) -> Option<bool> {
        let Some(span) = suffix else {
            return Some(false);
        };
        for &operand in operands {
            let ty = self.ty(operand);
            if !matches!(ty, Type::Str | Type::Any | Type::Bytes) {
                let ty = with_article(ty);
                let message = format!("`nocase` applies to strings, this is {ty}");
                self.report(
                    Diagnostic::error(codes::BAD_NOCASE, Some(span), message)
                        .secondary(self.span(operand), ty),
                );
                return None;
            }
        }
        Some(true)
    }

    /// `any` and `all` do not go with a comparison of two fields or with a
    /// placeholder (yara-l §3.7).
    fn joins(&mut self, left: ExprId, right: ExprId, binary: &Binary) -> Option<()> {
        let Some(span) = self.quantifier_in_use() else {
            return Some(());
        };
        if self.is_literal(left) || self.is_literal(right) {
            return Some(());
        }
        self.report(
            Diagnostic::error(
                codes::BAD_QUANTIFIER,
                Some(span),
                "`any` and `all` compare with a constant only",
            )
            .secondary(
                binary.span(),
                "neither side of this comparison is a constant",
            ),
        );
        None
    }

    /// Google SecOps cannot parse a predicate that begins with an arithmetic
    /// parenthesis (yara-l §1).
    fn leading_parenthesis(&mut self, lhs: &Expr) {
        let begins = match lhs {
            Expr::Paren(_) => true,
            Expr::Chain(chain)
                if matches!(
                    chain.kind(),
                    ChainKind::Additive | ChainKind::Multiplicative
                ) =>
            {
                matches!(chain.first(), Some(Expr::Paren(_)))
            }
            _ => false,
        };
        if begins && self.place == super::Place::Events {
            let diagnostic = Diagnostic::new(
                self.validity(),
                codes::LEADING_PARENTHESIS,
                Some(lhs.span()),
                "Google SecOps cannot read a predicate that begins with an arithmetic parenthesis",
            )
            .help("turn the comparison around: `1 < ($a - $b) / 3600`");
            self.report(diagnostic);
        }
    }
}

/// The first few values that end in this word: `USER_LOGIN` for `LOGIN`.
fn longer_names(of: EnumId, word: &str) -> Vec<&'static str> {
    const SHOWN_MAX: usize = 3;
    let word = word.to_ascii_uppercase();
    let names = of.values().map(|(name, _)| name);
    let longer = names.filter(|name| {
        name.strip_suffix(word.as_str())
            .is_some_and(|front| front.ends_with('_'))
    });
    longer.take(SHOWN_MAX).collect()
}

fn compare_op(op: BinaryOp) -> Option<CompareOp> {
    Some(match op {
        BinaryOp::Eq => CompareOp::Eq,
        BinaryOp::Ne => CompareOp::Ne,
        BinaryOp::Lt => CompareOp::Lt,
        BinaryOp::Le => CompareOp::Le,
        BinaryOp::Gt => CompareOp::Gt,
        BinaryOp::Ge => CompareOp::Ge,
        _ => return None,
    })
}
