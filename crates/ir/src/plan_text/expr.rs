//! Expressions of a plan as text, close to how rules write them.
//!
//! What a rule leaves unsaid is said: `[*]` behind a repeated field is the one
//! element that a row picks, `all of` in front of a path are all its values at
//! once, and `it` is the element that the quantifier around it visits (`it2`
//! within a second one).

use yaral_udm::FieldId;

use super::PlanText;
use crate::metrics::Metric;
use crate::plan::{ArithmeticOp, AxisId, Expr, ExprId, FieldRef, TimePart, VariableId, WholeRef};
use crate::source::Source;
use crate::types::Type;
use crate::value::Value;

/// How closely an expression holds together; the looser one of two is put in
/// parentheses within the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    /// `and`, `or`, and what begins with a quantifier.
    Loosely,
    /// Comparisons and memberships.
    AsTest,
    /// Arithmetic.
    AsSum,
    /// Whatever is one word, or encloses itself.
    Tightly,
}

impl PlanText<'_> {
    /// An expression, with its type behind a colon if types are asked for and
    /// it is no boolean.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> String {
        self.typed(id).0
    }

    /// An expression within another one that holds together this closely.
    fn within(&self, id: ExprId, around: Binds) -> String {
        let (text, binds) = self.typed(id);
        if binds <= around && binds < Binds::Tightly {
            format!("({text})")
        } else {
            text
        }
    }

    fn typed(&self, id: ExprId) -> (String, Binds) {
        let node = self.plan.node(id);
        let (text, binds) = self.form(&node.expr);
        if !self.types || node.ty == Type::Bool {
            return (text, binds);
        }
        let text = if binds < Binds::Tightly {
            format!("({text}):{}", node.ty)
        } else {
            format!("{text}:{}", node.ty)
        };
        (text, Binds::Tightly)
    }

    /// The one place that lists every form; a new one is a new line here.
    fn form(&self, form: &Expr) -> (String, Binds) {
        use Binds::{AsSum, AsTest, Loosely, Tightly};
        match form {
            Expr::Literal(value) => (literal(value), Tightly),
            Expr::Field(path) => (self.field(path), Tightly),
            Expr::Indexed(path) => (self.whole(path), Tightly),
            Expr::Whole(path) => (format!("all of {}", self.whole(path)), AsTest),
            Expr::Keyed(path, key) if self.is_table(path.variable) => {
                (self.cell(path.variable, key), Tightly)
            }
            Expr::Keyed(path, key) => (format!("{}[{key:?}]", self.whole(path)), Tightly),
            Expr::Entry { map, key, steps } => {
                let steps = steps.iter().map(indexed).collect::<Vec<_>>();
                let map = self.whole(map);
                (format!("{map}[{key:?}].{}", steps.join(".")), Tightly)
            }
            Expr::Cell(variable, column) => (self.cell(*variable, column), Tightly),
            Expr::Placeholder(id) => (self.placeholder(*id), Tightly),
            Expr::Outcome(at) => (self.outcome(*at), Tightly),
            Expr::And(list) => (self.chain(list, " and "), Loosely),
            Expr::Or(list) => (self.chain(list, " or "), Loosely),
            Expr::Not(one) => (format!("not {}", self.within(*one, AsTest)), AsTest),
            Expr::Compare { .. }
            | Expr::Matches { .. }
            | Expr::MatchesCell { .. }
            | Expr::InList { .. } => self.test(form),
            Expr::Arithmetic { op, left, right } => (
                format!(
                    "{} {} {}",
                    self.within(*left, AsSum),
                    arithmetic(*op),
                    self.within(*right, AsSum)
                ),
                AsSum,
            ),
            Expr::Call { .. }
            | Expr::If { .. }
            | Expr::Quantified { .. }
            | Expr::Aggregate { .. } => self.call(form),
            Expr::Metric(metric) => (self.metric(metric), Tightly),
            Expr::Element(slot) => (element(*slot), Tightly),
            Expr::WindowStart => ("window_start".to_owned(), Tightly),
            Expr::WindowEnd => ("window_end".to_owned(), Tightly),
            Expr::EventCount(id) => (format!("#{}", self.variable_name(*id)), Tightly),
            Expr::PlaceholderCount(inner) => match &self.plan.node(*inner).expr {
                Expr::Placeholder(id) => (self.placeholder(*id).replace('$', "#"), Tightly),
                _ => (format!("#({})", self.expr(*inner)), Tightly),
            },
        }
    }

    /// The forms that compare a value with something.
    fn test(&self, form: &Expr) -> (String, Binds) {
        use Binds::AsTest;
        match form {
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => (
                format!(
                    "{} {} {}{}",
                    self.within(*left, AsTest),
                    op.sign(),
                    self.within(*right, AsTest),
                    case(*nocase)
                ),
                AsTest,
            ),
            Expr::Matches { subject, pattern } => {
                let (subject, case) = (self.within(*subject, AsTest), case(pattern.nocase()));
                (format!("{subject} = /{}/{case}", pattern.text()), AsTest)
            }
            Expr::MatchesCell {
                subject,
                cell,
                nocase,
                ..
            } => {
                let call = [*subject, *cell];
                let case = case(*nocase);
                (format!("re.regex({}){case}", self.list(&call)), AsTest)
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } => {
                let (subject, case) = (self.within(*subject, AsTest), case(*nocase));
                let kind = match list.kind().name() {
                    "string" => String::new(),
                    kind => format!("{kind} "),
                };
                (format!("{subject} in {kind}%{}{case}", list.name()), AsTest)
            }
            _ => (String::new(), AsTest),
        }
    }

    /// The forms that enclose what they work on.
    fn call(&self, form: &Expr) -> (String, Binds) {
        use Binds::{AsTest, Loosely, Tightly};
        match form {
            Expr::Call {
                function,
                args,
                patterns,
            } => {
                let folded = patterns.iter().any(crate::regex::Pattern::nocase);
                let call = format!("{}({}){}", function.name, self.list(args), case(folded));
                (call, if folded { AsTest } else { Tightly })
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => (
                format!("if({})", self.list(&[*condition, *then, *otherwise])),
                Tightly,
            ),
            Expr::Quantified {
                all,
                field,
                body,
                slot,
            } => {
                let word = if *all { "all" } else { "any" };
                let (it, path) = (element(*slot), self.whole(field));
                let body = self.within(*body, Loosely);
                (format!("{word} {it} of {path}: {body}"), Loosely)
            }
            Expr::Aggregate {
                aggregate,
                arg,
                by,
                ignore_zero,
            } => {
                let by = by.map_or(String::new(), |by| format!(" by {}", self.expr(by)));
                let zero = if *ignore_zero { ", without zeros" } else { "" };
                let arg = self.expr(*arg);
                (format!("{}({arg}{zero}{by})", aggregate.name), Tightly)
            }
            _ => (String::new(), Tightly),
        }
    }

    /// A metric as its call writes it.
    fn metric(&self, metric: &Metric) -> String {
        let series = &metric.series;
        let fields = series.by.iter().zip(&metric.by);
        let fields = fields.map(|(path, id)| format!("{path}: {}", self.expr(*id)));
        let mut parts = vec![
            format!("period: {}", series.period.word()),
            format!("metric: {:?}", metric.measure),
            format!("agg: {:?}", metric.agg),
        ];
        parts.extend(fields);
        parts.extend(series.each.iter().map(|path| format!("{path}: each")));
        parts.extend(metric.filter.map(|id| format!("filter: {}", self.expr(id))));
        format!("metrics.{}({})", series.family, parts.join(", "))
    }

    fn chain(&self, list: &[ExprId], word: &str) -> String {
        let part = |&id: &ExprId| self.within(id, Binds::Loosely);
        list.iter().map(part).collect::<Vec<_>>().join(word)
    }

    fn list(&self, list: &[ExprId]) -> String {
        let part = |&id: &ExprId| self.expr(id);
        list.iter().map(part).collect::<Vec<_>>().join(", ")
    }

    /// The path of an axis, from the event on.
    #[must_use]
    pub fn axis(&self, variable: VariableId, axis: AxisId) -> String {
        let all = self.plan.variables.get(usize::from(variable.0));
        let all = all.map_or(&[][..], |variable| &variable.axes);
        let mut parts = Vec::new();
        let mut open = Some(axis);
        // A parent precedes its child, so this ends.
        while let Some(at) = open {
            let Some(axis) = all.get(usize::from(at.0)) else {
                break;
            };
            let twins = |other: &&crate::plan::Axis| *other == axis;
            let before = all[..usize::from(at.0)].iter().filter(twins).count();
            let mark = if before == 0 {
                "[*]".to_owned()
            } else {
                format!("[*{}]", before + 1)
            };
            parts.push(format!("{}{mark}", names(&axis.steps)));
            open = axis.parent.filter(|parent| parent.0 < at.0);
        }
        parts.reverse();
        parts.join(".")
    }

    fn is_table(&self, id: VariableId) -> bool {
        let variable = self.plan.variables.get(usize::from(id.0));
        variable.is_some_and(|variable| matches!(variable.source, Source::Table(_)))
    }

    fn cell(&self, id: VariableId, column: &str) -> String {
        format!("{}.{column}", self.variable(id))
    }

    fn field(&self, path: &FieldRef) -> String {
        let mut parts = vec![self.variable(path.variable)];
        parts.extend(path.axis.map(|axis| self.axis(path.variable, axis)));
        if !path.steps.is_empty() {
            parts.push(names(&path.steps));
        }
        parts.extend(part(path.part));
        parts.join(".")
    }

    fn whole(&self, path: &WholeRef) -> String {
        let mut parts = vec![self.variable(path.variable)];
        parts.extend(path.steps.iter().map(indexed));
        parts.extend(part(path.part));
        parts.join(".")
    }
}

fn indexed((step, index): &(FieldId, Option<u32>)) -> String {
    let index = index.map_or(String::new(), |index| format!("[{index}]"));
    format!("{}{index}", step.name())
}

fn names(steps: &[FieldId]) -> String {
    let names: Vec<_> = steps.iter().map(|step| step.name()).collect();
    names.join(".")
}

fn literal(value: &Value<'_>) -> String {
    match value {
        Value::Str(text) => format!("{text:?}"),
        Value::Enum(of, number) => of
            .value_name(*number)
            .map_or_else(|| number.to_string(), str::to_owned),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn element(slot: u8) -> String {
    match slot {
        0 => "it".to_owned(),
        deeper => format!("it{}", u16::from(deeper) + 1),
    }
}

fn part(part: Option<TimePart>) -> Option<String> {
    Some(match part? {
        TimePart::Seconds => "seconds".to_owned(),
        TimePart::Nanos => "nanos".to_owned(),
    })
}

fn case(nocase: bool) -> &'static str {
    if nocase { " nocase" } else { "" }
}

fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Sub => "-",
        ArithmeticOp::Mul => "*",
        ArithmeticOp::Div => "/",
        ArithmeticOp::Rem => "%",
    }
}
