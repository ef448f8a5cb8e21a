//! Calls: functions, `if` and aggregates.

use yaral_ir::aggregates::{self, Aggregate, Arguments};
use yaral_ir::function::{Accepts, Function, Param, Returns};
use yaral_ir::functions;
use yaral_ir::limits::CALL_DEPTH_MAX;
use yaral_ir::plan::{Expr as Plan, ExprId};
use yaral_ir::regex::Pattern;
use yaral_ir::types::{Elem, Type};
use yaral_ir::value::Value;
use yaral_syntax::ast::{Call, Expr, LiteralValue};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use super::{Lower, Place, with_article};
use crate::codes;
use crate::rewrite::unwrap;
use crate::variables::Kind;

impl Lower<'_> {
    /// Lowers a call for its value.
    pub(super) fn call(&mut self, call: &Call) -> Option<ExprId> {
        let name = call.name()?;
        self.call_depth += 1;
        if self.call_depth == CALL_DEPTH_MAX + 1 {
            let message = format!("Google SecOps allows calls {CALL_DEPTH_MAX} deep");
            self.report(Diagnostic::new(
                self.validity(),
                codes::CALLS_TOO_DEEP,
                Some(name.span),
                message,
            ));
        }
        let lowered = self.call_by_name(call, &name.text, name.span);
        self.call_depth -= 1;
        lowered
    }

    fn call_by_name(&mut self, call: &Call, name: &str, span: Span) -> Option<ExprId> {
        if let Some(argument) = call.named_args().next() {
            return self.fail(
                codes::WRONG_ARGUMENTS,
                argument.span(),
                format!("`{name}` takes no named arguments"),
            );
        }
        if name.eq_ignore_ascii_case("if") {
            return self.conditional(call);
        }
        // Aggregates without a dot are keywords, which are read in any case.
        let keyword = name.to_ascii_lowercase();
        let word = if name.contains('.') { name } else { &keyword };
        if let Some(aggregate) = aggregates::find(word) {
            return self.aggregate(call, aggregate, span);
        }
        match functions::find(name) {
            Some(function) => self.function(call, function),
            None => self.unknown_function(name, span),
        }
    }

    fn unknown_function(&mut self, name: &str, span: Span) -> Option<ExprId> {
        let message = format!("there is no function `{name}`");
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_FUNCTION, Some(span), message);
        let near = if self.is_full() {
            Vec::new()
        } else {
            functions::suggest(name)
        };
        let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
        if !near.is_empty() {
            diagnostic = diagnostic.help(format!("did you mean {}?", near.join(" or ")));
        }
        self.report(diagnostic);
        None
    }

    /// `if(condition, then [, otherwise])`; the last may be left out for
    /// numbers, where it is 0 (yara-l §5).
    fn conditional(&mut self, call: &Call) -> Option<ExprId> {
        let args: Vec<_> = call.args().collect();
        if !(2..=3).contains(&args.len()) {
            return self.fail(
                codes::WRONG_ARGUMENTS,
                call.span(),
                "`if` takes a condition, a value, and a value for otherwise",
            );
        }
        let condition = self.predicate(&args[0]);
        let then = self.value(&args[1]);
        let otherwise = match args.get(2) {
            Some(otherwise) => self.value(otherwise)?,
            None => match self.ty(then?) {
                Type::Int | Type::Uint => {
                    self.add(Plan::Literal(Value::Int(0)), Type::Int, call.span())?
                }
                Type::Float => {
                    self.add(Plan::Literal(Value::Float(0.0)), Type::Float, call.span())?
                }
                ty => {
                    let message = format!(
                        "`if` needs a value for otherwise, since this is {}",
                        with_article(ty)
                    );
                    return self.fail(codes::IF_BRANCHES, call.span(), message);
                }
            },
        };
        let (condition, then) = (condition?, then?);
        let (a, b) = (self.ty(then), self.ty(otherwise));
        let ty = match (a, b) {
            _ if a == b => a,
            (Type::Any, other) | (other, Type::Any) => other,
            (Type::Int | Type::Uint, Type::Int | Type::Uint) => Type::Int,
            _ if a.is_number() && b.is_number() => Type::Float,
            _ if a.is_text() && b.is_text() => Type::Str,
            _ => {
                let message = format!(
                    "the branches are {} and {}; they must be of one type",
                    with_article(a),
                    with_article(b)
                );
                return self.fail(codes::IF_BRANCHES, call.span(), message);
            }
        };
        self.add(
            Plan::If {
                condition,
                then,
                otherwise,
            },
            ty,
            call.span(),
        )
    }

    fn aggregate(
        &mut self,
        call: &Call,
        aggregate: &'static Aggregate,
        span: Span,
    ) -> Option<ExprId> {
        let name = aggregate.name;
        match self.place {
            Place::Outcome => {}
            Place::Aggregate => {
                return self.fail(
                    codes::AGGREGATE_MISPLACED,
                    span,
                    format!("`{name}` cannot stand inside another aggregate"),
                );
            }
            Place::Events | Place::Condition => {
                return self.fail(
                    codes::AGGREGATE_MISPLACED,
                    span,
                    format!("`{name}` stands in the `outcome` section only"),
                );
            }
        }
        if aggregate.needs_window() && self.matching.is_none() {
            let message = format!("`{name}` needs a `match` section");
            let found = Diagnostic::error(codes::AGGREGATE_MISPLACED, Some(span), message)
                .help("its values come from all events of a match window");
            self.report(found);
            return None;
        }
        let args: Vec<_> = call.args().collect();
        let (by, arg, ignore_zero) = match (aggregate.arguments, args.as_slice()) {
            (_, [arg]) if aggregate.arguments != Arguments::Sorted => (None, arg, false),
            (Arguments::OneAndIgnoreZeros, [arg, flag]) => (None, arg, self.flag(name, flag)?),
            (Arguments::Sorted, [by, arg]) => (Some(by), arg, false),
            (arguments, _) => {
                let takes = match arguments {
                    Arguments::One => "one argument",
                    Arguments::OneAndIgnoreZeros => "a value, and `true` to ignore zeros",
                    Arguments::Sorted => "two arguments: what to sort by, and the value",
                };
                let message = format!("`{name}` takes {takes}");
                return self.fail(codes::WRONG_ARGUMENTS, call.span(), message);
            }
        };
        self.place = Place::Aggregate;
        let by = by.map(|by| self.sort_key(name, by));
        let lowered = self.value(arg);
        self.place = Place::Outcome;
        let (by, lowered) = (by.map_or(Some(None), |by| by.map(Some))?, lowered?);
        let ty = self.ty(lowered);
        let element = match ty {
            // A pair is one value for each row.
            _ if by.is_some() => ty,
            // What is read as a whole contributes its elements.
            Type::List(Elem::Str) => Type::Str,
            Type::List(Elem::Int) => Type::Int,
            Type::List(Elem::Float) => Type::Float,
            Type::List(Elem::Bool) => Type::Bool,
            Type::List(Elem::Any) => Type::Any,
            scalar => scalar,
        };
        if !accepts(aggregate.accepts, element) {
            let message = format!("`{name}` cannot aggregate {}", with_article(element));
            return self.fail(codes::TYPE_MISMATCH, arg.span(), message);
        }
        let ty = aggregate.returns.of(element);
        self.add(
            Plan::Aggregate {
                aggregate,
                arg: lowered,
                by,
                ignore_zero,
            },
            ty,
            call.span(),
        )
    }

    /// What an aggregate sorts by: a number of each row.
    fn sort_key(&mut self, name: &str, by: &Expr) -> Option<ExprId> {
        let lowered = self.value(by)?;
        let ty = self.ty(lowered);
        if accepts(Accepts::Number, ty) {
            return Some(lowered);
        }
        let message = format!("`{name}` sorts by a number, this is {}", with_article(ty));
        self.fail(codes::TYPE_MISMATCH, by.span(), message)
    }

    /// Whether an aggregate ignores zeros: a constant.
    fn flag(&mut self, name: &str, flag: &Expr) -> Option<bool> {
        if let Expr::Literal(literal) = flag
            && let LiteralValue::Bool(flag) = literal.value()?
        {
            return Some(flag);
        }
        let message = format!("the second argument of `{name}` is `true` or `false`");
        self.fail(codes::WRONG_ARGUMENTS, flag.span(), message)
    }

    fn function(&mut self, call: &Call, function: &'static Function) -> Option<ExprId> {
        let args: Vec<_> = call.args().collect();
        let (min, max) = (function.args_min(), function.args_max());
        if args.len() < min || max.is_some_and(|max| args.len() > max) {
            let params: Vec<_> = function.params.iter().map(|param| param.name).collect();
            let diagnostic = Diagnostic::error(
                codes::WRONG_ARGUMENTS,
                Some(call.span()),
                format!(
                    "`{}` does not take {} argument{}",
                    function.name,
                    args.len(),
                    if args.len() == 1 { "" } else { "s" }
                ),
            )
            .help(format!(
                "it takes ({}); see `yaral docs {}`",
                params.join(", "),
                function.name
            ));
            self.report(diagnostic);
            return None;
        }
        let nocase = call.nocase();
        if let Some(span) = nocase
            && !function
                .params
                .iter()
                .any(|param| param.accepts == Accepts::Pattern)
        {
            return self.fail(
                codes::BAD_NOCASE,
                span,
                format!("`nocase` has no meaning for `{}`", function.name),
            );
        }
        if function.name == "re.regex"
            && let [subject, pattern] = args.as_slice()
            && let Expr::List(list) = unwrap(pattern.clone())
        {
            return self.cell_pattern(subject, &list, (nocase.is_some(), call.span()));
        }
        let mut lowered = Vec::new();
        let mut patterns = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            let param = function.param(at)?;
            let id = if param.accepts == Accepts::Pattern {
                self.pattern_arg(arg, function, nocase.is_some(), &mut patterns)
            } else {
                self.arg(arg, function, param)
            };
            lowered.push(id);
        }
        let lowered = lowered.into_iter().collect::<Option<Vec<_>>>()?;
        self.one_event_variable(&lowered, function, call)?;
        self.replacement(&lowered, &patterns)?;
        let ty = match function.returns {
            Returns::Always(ty) => ty,
            Returns::SameAs(at) => lowered.get(at).map_or(Type::Any, |&id| self.ty(id)),
            Returns::Numeric => {
                let float = lowered.iter().any(|&id| self.ty(id) == Type::Float);
                if float { Type::Float } else { Type::Int }
            }
        };
        self.add(
            Plan::Call {
                function,
                args: lowered,
                patterns,
            },
            ty,
            call.span(),
        )
    }

    fn arg(&mut self, arg: &Expr, function: &Function, param: &Param) -> Option<ExprId> {
        let whole = matches!(
            param.accepts,
            Accepts::WholeField | Accepts::List | Accepts::StrList | Accepts::NumberList
        );
        let id = match arg {
            Expr::Path(path) if whole && path.segments().next().is_some() => {
                self.whole_field(path)?
            }
            _ => self.value(arg)?,
        };
        let ty = self.ty(id);
        if accepts(param.accepts, ty) {
            return Some(id);
        }
        let message = format!(
            "`{}` of `{}` cannot be {}",
            param.name,
            function.name,
            with_article(ty)
        );
        let mut diagnostic = Diagnostic::error(codes::WRONG_ARGUMENTS, Some(arg.span()), message);
        if param.accepts == Accepts::Str && (ty.is_number() || ty == Type::Bool) {
            diagnostic = diagnostic.help("`cast.as_string(…)` makes a string of it");
        } else if matches!(param.accepts, Accepts::Int | Accepts::Number) && ty == Type::Str {
            diagnostic = diagnostic.help("`cast.as_int(…)` makes a number of it");
        }
        self.report(diagnostic);
        None
    }

    /// A pattern must be known when the rule is compiled; `re.capture` and
    /// its kin take one with at most one group (yara-l §8).
    fn pattern_arg(
        &mut self,
        arg: &Expr,
        function: &Function,
        nocase: bool,
        patterns: &mut Vec<Pattern>,
    ) -> Option<ExprId> {
        let text = match arg {
            Expr::Regex(regex) => regex.value(),
            Expr::Literal(literal) => match literal.value()? {
                LiteralValue::Str(text) => text,
                _ => {
                    return self.fail(
                        codes::WRONG_ARGUMENTS,
                        arg.span(),
                        "a pattern is a string or a /regex/",
                    );
                }
            },
            Expr::Paren(paren) => {
                return self.pattern_arg(&paren.expr()?, function, nocase, patterns);
            }
            _ => {
                return self.fail(
                    codes::WRONG_ARGUMENTS,
                    arg.span(),
                    "a pattern is a constant: a string or a /regex/",
                );
            }
        };
        let pattern = self.pattern(&text, nocase, arg.span())?;
        if function.name.starts_with("re.capture") && pattern.groups() > 1 {
            let diagnostic = Diagnostic::error(
                codes::BAD_REGEX,
                Some(arg.span()),
                format!(
                    "`{}` takes a pattern with at most one group, this has {}",
                    function.name,
                    pattern.groups()
                ),
            )
            .help("make the other groups non-capturing: `(?:…)`");
            self.report(diagnostic);
            return None;
        }
        patterns.push(pattern);
        self.add(Plan::Literal(Value::string(text)), Type::Str, arg.span())
    }

    /// A replacement that is a constant may only name groups that exist.
    fn replacement(&mut self, args: &[ExprId], patterns: &[Pattern]) -> Option<()> {
        let ([_, _, replacement], [pattern]) = (args, patterns) else {
            return Some(());
        };
        let Plan::Literal(Value::Str(text)) = &self.nodes[replacement.0 as usize].expr else {
            return Some(());
        };
        match pattern.check_replacement(text) {
            Ok(()) => Some(()),
            Err(error) => self.fail(codes::BAD_REGEX, self.span(*replacement), error.message),
        }
    }

    /// A call depends on one event variable at most (yara-l §3.1), but for a
    /// range that a row holds (§10.3).
    fn one_event_variable(
        &mut self,
        args: &[ExprId],
        function: &Function,
        call: &Call,
    ) -> Option<()> {
        if self.variables.events.len() < 2 {
            return Some(());
        }
        let mut found = Vec::new();
        for &arg in args {
            self.event_variables(arg, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        if found.len() < 2 {
            return Some(());
        }
        if let ("net.ip_in_range_cidr", [_, range]) = (function.name, args) {
            let row = |at: u16| self.variables.kind(at) == Kind::Row;
            let held_by = self.nodes[range.0 as usize].variable();
            if let Some(span) = self.quantifier_in_use()
                && held_by.is_some_and(|variable| row(variable.0))
            {
                let message = "`any` and `all` do not go with a data table";
                return self.fail(codes::BAD_QUANTIFIER, span, message);
            }
            if matches!(self.reads(*range)[..], [one] if row(one)) {
                self.count_join(args, call.span());
                return Some(());
            }
        }
        self.fail(
            codes::SEVERAL_VARIABLES,
            call.span(),
            "the arguments of a call come from one event variable",
        )
    }

    /// The event variables that an expression reads.
    pub(crate) fn event_variables(&self, id: ExprId, into: &mut Vec<u16>) {
        for at in self.reachable(id) {
            let node = &self.nodes[at.0 as usize];
            into.extend(node.variable().map(|variable| variable.0));
            if let Plan::Placeholder(which) = node.expr {
                into.extend(self.placeholders.reads(which));
            }
        }
        into.extend(self.quantified.iter().map(|(_, whole, _)| whole.variable.0));
    }
}

/// Whether a parameter takes a value of this type.
fn accepts(accepts: Accepts, ty: Type) -> bool {
    if ty == Type::Any {
        return true;
    }
    match accepts {
        Accepts::Str | Accepts::Pattern => matches!(ty, Type::Str | Type::Enum(_) | Type::Bytes),
        Accepts::StrOrBytes => ty.is_text(),
        Accepts::Int => matches!(ty, Type::Int | Type::Uint),
        Accepts::Number => ty.is_number(),
        Accepts::IntOrStr => matches!(ty, Type::Int | Type::Uint | Type::Str | Type::Enum(_)),
        Accepts::Bool => ty == Type::Bool,
        Accepts::Scalar => !matches!(ty, Type::List(_)),
        Accepts::List | Accepts::WholeField => matches!(ty, Type::List(_)),
        Accepts::StrList => matches!(ty, Type::List(Elem::Str | Elem::Any)),
        Accepts::NumberList => matches!(ty, Type::List(Elem::Int | Elem::Float | Elem::Any)),
    }
}
