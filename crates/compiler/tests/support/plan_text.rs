//! A plan as text: what the compiler understood, for a reader.
//!
//! Expressions are written as `(operator operand …)`; whatever is no boolean
//! has its type behind a colon. `[n]` in front of a path is the axis whose
//! element it starts at.

use std::fmt::Write;

use yaral_ir::correlation::{Correlation, WindowKind};
use yaral_ir::plan::{
    ArithmeticOp, Axis, Binding, CompareOp, Expr, ExprId, FieldRef, Plan, TimePart, VariableId,
    WholeRef,
};
use yaral_ir::source::Source;
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_udm::Root;

/// The plan's sections, one line for each entry.
pub(crate) fn print(plan: &Plan) -> String {
    let mut out = format!("rule {}\n", plan.name);
    for variable in &plan.variables {
        let from = source(&variable.source);
        let _ = writeln!(out, "variable {}{from}", shown(&variable.name));
        for (at, axis) in variable.axes.iter().enumerate() {
            let _ = writeln!(out, "  axis [{at}] {}", axis_text(axis));
        }
    }
    for placeholder in &plan.placeholders {
        let (word, bound) = match &placeholder.binding {
            Binding::To(id) => ("is", expr(plan, *id)),
            Binding::OneOf(list) => ("is one of", exprs(plan, list)),
        };
        let from = variable(plan, placeholder.variable);
        let _ = writeln!(
            out,
            "placeholder ${}:{} from {from} {word} {bound}",
            placeholder.name, placeholder.ty
        );
        for (on, id) in &placeholder.elsewhere {
            let _ = writeln!(
                out,
                "  without it, of {} {}",
                variable(plan, *on),
                expr(plan, *id)
            );
        }
    }
    for (branch, needs) in plan.branches.iter().zip(&plan.needs) {
        let _ = writeln!(out, "branch {}", variable(plan, branch.variable));
        for &conjunct in &branch.conjuncts {
            let _ = writeln!(out, "  {}", expr(plan, conjunct));
        }
        for need in needs {
            let _ = writeln!(out, "  needs {need}");
        }
    }
    if let Some(correlation) = &plan.correlation {
        out.push_str(&correlation_text(plan, correlation));
    }
    if let Some(seconds) = plan.suppression_s {
        let _ = writeln!(out, "suppression {seconds} s");
    }
    for outcome in &plan.outcomes {
        let _ = writeln!(
            out,
            "outcome ${} = {}",
            outcome.name,
            expr(plan, outcome.expr)
        );
    }
    let _ = writeln!(out, "condition {}", expr(plan, plan.condition));
    for export in &plan.exports {
        for (column, value) in &export.columns {
            let _ = writeln!(out, "writes %{}.{column} {value:?}", export.table);
        }
    }
    for (path, keys) in plan.fields.paths() {
        let keys = if keys.is_empty() {
            String::new()
        } else {
            format!(" {keys:?}")
        };
        let of = match path.root() {
            Root::Event => "",
            Root::Entity => "entity ",
            Root::Detection => "detection ",
        };
        let _ = writeln!(out, "reads {of}{path}{keys}");
    }
    out
}

fn correlation_text(plan: &Plan, correlation: &Correlation) -> String {
    let mut out = String::new();
    for key in &correlation.keys {
        let name = &plan.placeholders[usize::from(key.placeholder.0)].name;
        let filtered = if key.filtered { " if not zero" } else { "" };
        let _ = writeln!(out, "match ${name}{filtered}");
        for (at, by) in key.by.iter().enumerate() {
            if let Some(id) = by {
                let of = shown(&plan.variables[at].name);
                let _ = writeln!(out, "  of {of} {}", expr(plan, *id));
            }
        }
    }
    let window = match correlation.window.kind {
        WindowKind::Hop => "over".to_owned(),
        WindowKind::Tumbling => "by".to_owned(),
        WindowKind::Before(pivot) => format!("before {}", variable(plan, pivot)),
        WindowKind::After(pivot) => format!("after {}", variable(plan, pivot)),
    };
    let _ = writeln!(out, "window {window} {} s", correlation.window.length_s);
    for join in &correlation.joins {
        let how = if join.hashable {
            "by spelling"
        } else {
            "by comparison"
        };
        let _ = writeln!(out, "join {how}");
        for (on, id) in &join.members {
            let _ = writeln!(out, "  {} {}", variable(plan, *on), expr(plan, *id));
        }
    }
    for cross in &correlation.cross {
        let names: Vec<_> = cross
            .variables
            .iter()
            .map(|&id| variable(plan, id))
            .collect();
        let _ = writeln!(
            out,
            "cross {}\n  {}",
            names.join(" "),
            expr(plan, cross.test)
        );
    }
    for (at, required) in correlation.required.iter().enumerate() {
        let word = if *required { "required" } else { "optional" };
        let _ = writeln!(out, "{word} {}", shown(&plan.variables[at].name));
    }
    let _ = writeln!(
        out,
        "more events {}",
        if correlation.monotone {
            "cannot undo it"
        } else {
            "may undo it"
        }
    );
    out
}

fn axis_text(axis: &Axis) -> String {
    let parent = axis
        .parent
        .map_or(String::new(), |parent| format!("[{}].", parent.0));
    format!(
        "{parent}{}",
        axis.steps
            .iter()
            .map(|step| step.name())
            .collect::<Vec<_>>()
            .join(".")
    )
}

fn variable(plan: &Plan, id: VariableId) -> String {
    shown(&plan.variables[usize::from(id.0)].name)
}

/// A variable's name; that of a table has its sign.
fn shown(name: &str) -> String {
    if name.starts_with('%') {
        name.to_owned()
    } else {
        format!("${name}")
    }
}

/// What a variable ranges over, unless it is events.
fn source(source: &Source) -> String {
    match source {
        Source::Event => String::new(),
        Source::Detection => " of detections".to_owned(),
        Source::Table(table) => format!(" of {} rows", table.rows.len()),
        Source::Entity(None) => " of entities".to_owned(),
        Source::Entity(Some(edit)) => {
            let on = edit
                .on
                .iter()
                .map(|(path, at)| format!(" {path} = {}", edit.table.columns[*at].spec.name));
            let (kind, table) = (edit.kind, &edit.table.name);
            format!(
                " of entities, {kind:?} by %{table}{}",
                on.collect::<String>()
            )
        }
    }
}

fn exprs(plan: &Plan, list: &[ExprId]) -> String {
    list.iter()
        .map(|&id| expr(plan, id))
        .collect::<Vec<_>>()
        .join(" ")
}

fn expr(plan: &Plan, id: ExprId) -> String {
    let node = plan.node(id);
    let text = form(plan, &node.expr);
    if node.ty == Type::Bool && !matches!(node.expr, Expr::Literal(_)) {
        text
    } else {
        format!("{text}:{}", node.ty)
    }
}

fn form(plan: &Plan, form: &Expr) -> String {
    let one = |id: &ExprId| expr(plan, *id);
    match form {
        Expr::And(list) => format!("(and {})", exprs(plan, list)),
        Expr::Or(list) => format!("(or {})", exprs(plan, list)),
        Expr::Not(inner) => format!("(not {})", one(inner)),
        Expr::Compare {
            op,
            left,
            right,
            nocase,
        } => {
            format!(
                "({}{} {} {})",
                compare(*op),
                case(*nocase),
                one(left),
                one(right)
            )
        }
        Expr::Matches { subject, pattern } => {
            format!(
                "(matches{} {} /{}/)",
                case(pattern.nocase()),
                one(subject),
                pattern.text()
            )
        }
        Expr::InList {
            subject,
            list,
            nocase,
        } => {
            format!(
                "(in-{}{} {} %{})",
                list.kind().name(),
                case(*nocase),
                one(subject),
                list.name()
            )
        }
        Expr::Arithmetic { op, left, right } => {
            format!("({} {} {})", arithmetic(*op), one(left), one(right))
        }
        Expr::Call {
            function,
            args,
            patterns,
        } => {
            let folded = patterns.iter().any(yaral_ir::regex::Pattern::nocase);
            format!("({}{} {})", function.name, case(folded), exprs(plan, args))
        }
        Expr::If {
            condition,
            then,
            otherwise,
        } => {
            format!("(if {} {} {})", one(condition), one(then), one(otherwise))
        }
        Expr::Quantified {
            all,
            field,
            body,
            slot,
        } => {
            let word = if *all { "all" } else { "any" };
            format!("({word} #{slot} {} {})", whole(plan, field), one(body))
        }
        Expr::Aggregate {
            aggregate,
            arg,
            by,
            ignore_zero,
        } => {
            let by = by.map_or(String::new(), |by| format!(" by {}", one(&by)));
            let zero = if *ignore_zero { " nonzero" } else { "" };
            format!("({}{zero} {}{by})", aggregate.name, one(arg))
        }
        Expr::MatchesCell {
            subject,
            cell,
            nocase,
            ..
        } => format!(
            "(cell-regex{} {} {})",
            case(*nocase),
            one(subject),
            one(cell)
        ),
        Expr::PlaceholderCount(inner) => format!("(values {})", one(inner)),
        leaf => without_operands(plan, leaf).unwrap_or_default(),
    }
}

fn without_operands(plan: &Plan, leaf: &Expr) -> Option<String> {
    Some(match leaf {
        Expr::Literal(value) => literal(value),
        Expr::Field(path) => field(plan, path),
        Expr::Indexed(path) => format!("(at {})", whole(plan, path)),
        Expr::Whole(path) => format!("(whole {})", whole(plan, path)),
        Expr::Keyed(path, key) => format!("(key {} {key:?})", whole(plan, path)),
        Expr::Entry { map, key, steps } => {
            let steps = steps
                .iter()
                .map(|(step, _)| step.name())
                .collect::<Vec<_>>();
            format!("(entry {} {key:?} {})", whole(plan, map), steps.join("."))
        }
        Expr::Cell(id, column) => format!("(cell {} {column})", variable(plan, *id)),
        Expr::Placeholder(id) => format!("${}", plan.placeholders[usize::from(id.0)].name),
        Expr::Outcome(at) => format!("(outcome ${})", plan.outcomes[usize::from(*at)].name),
        Expr::Element(slot) => format!("#{slot}"),
        Expr::WindowStart => "window_start".to_owned(),
        Expr::WindowEnd => "window_end".to_owned(),
        Expr::EventCount(id) => format!("(events {})", variable(plan, *id)),
        _ => return None,
    })
}

fn literal(value: &Value<'_>) -> String {
    match value {
        Value::Str(text) => format!("{text:?}"),
        Value::Enum(of, number) => of.value_name(*number).unwrap_or("?").to_owned(),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(literal).collect::<Vec<_>>().join(" ")
        ),
        other => other.to_string(),
    }
}

fn field(plan: &Plan, path: &FieldRef) -> String {
    let mut parts = vec![variable(plan, path.variable)];
    parts.extend(path.axis.map(|axis| format!("[{}]", axis.0)));
    parts.extend(path.steps.iter().map(|step| step.name().to_owned()));
    parts.extend(part(path.part));
    parts.join(".")
}

fn whole(plan: &Plan, path: &WholeRef) -> String {
    let mut parts = vec![variable(plan, path.variable)];
    for (step, index) in &path.steps {
        let index = index.map_or(String::new(), |index| format!("[{index}]"));
        parts.push(format!("{}{index}", step.name()));
    }
    parts.extend(part(path.part));
    parts.join(".")
}

fn part(part: Option<TimePart>) -> Option<String> {
    Some(match part? {
        TimePart::Seconds => "seconds".to_owned(),
        TimePart::Nanos => "nanos".to_owned(),
    })
}

fn case(nocase: bool) -> &'static str {
    if nocase { "-nocase" } else { "" }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "=",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
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
