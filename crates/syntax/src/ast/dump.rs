//! The typed view as text: one s-expression per rule, for golden files.
//!
//! It prints what the accessors answer, not what the tree holds, so a golden
//! shows exactly what the compiler sees. Missing parts print as `?`.

use std::fmt::{self, Write};

use super::{
    Call, Expr, File, In, InMode, Literal, LiteralValue, MatchSection, NamedArg, Path, Quantifier,
    Quantity, Rule, Segment, Window,
};

/// Prints the typed view of a file, one line per entry or predicate.
#[must_use]
pub fn dump(file: &File) -> String {
    let mut out = String::new();
    for rule in file.rules() {
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", DumpRule(&rule));
    }
    out
}

struct DumpRule<'a>(&'a Rule);

impl fmt::Display for DumpRule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.0;
        let order: Vec<_> = rule
            .sections()
            .map(|section| section.kind.as_str())
            .collect();
        writeln!(f, "(rule {} [{}]", or_missing(rule.name()), order.join(" "))?;
        for entry in rule.meta().iter().flat_map(super::MetaSection::entries) {
            let value = entry
                .value()
                .map_or("?".to_owned(), |value| format!("{value:?}"));
            writeln!(f, "  (meta {} {value})", or_missing(entry.key()))?;
        }
        for operation in rule
            .setup()
            .iter()
            .flat_map(super::SetupSection::operations)
        {
            write!(f, "  (setup {}", or_missing(operation.name()))?;
            list(f, operation.args())?;
            writeln!(f, ")")?;
        }
        for predicate in rule
            .events()
            .iter()
            .flat_map(super::EventsSection::predicates)
        {
            writeln!(f, "  (event {})", Sexp(&predicate))?;
        }
        if let Some(section) = rule.match_() {
            match_section(f, &section)?;
        }
        for assignment in rule
            .outcome()
            .iter()
            .flat_map(super::OutcomeSection::assignments)
        {
            let name = or_missing(assignment.name());
            writeln!(f, "  (outcome {name} {})", Missing(assignment.expr()))?;
        }
        if let Some(section) = rule.condition() {
            writeln!(f, "  (condition {})", Missing(section.expr()))?;
        }
        for entry in rule
            .options()
            .iter()
            .flat_map(super::OptionsSection::entries)
        {
            writeln!(
                f,
                "  (option {} {})",
                or_missing(entry.key()),
                Missing(entry.value())
            )?;
        }
        for export in rule.export().iter().flat_map(super::ExportSection::writes) {
            write!(
                f,
                "  (export {} {}",
                or_missing(export.table()),
                or_missing(export.method())
            )?;
            named(f, export.args())?;
            writeln!(f, ")")?;
        }
        writeln!(f, ")")
    }
}

fn match_section(f: &mut fmt::Formatter<'_>, section: &MatchSection) -> fmt::Result {
    write!(f, "  (match")?;
    for item in section.items() {
        match item.name() {
            Some(name) => write!(f, " {}", name.text)?,
            None => write!(f, " (field {})", Missing(item.path().map(Expr::Path)))?,
        }
    }
    if let Some(window) = section.window() {
        write!(f, " {}", DumpWindow(&window))?;
    }
    writeln!(f, ")")
}

struct DumpWindow<'a>(&'a Window);

impl fmt::Display for DumpWindow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self
            .0
            .kind()
            .map_or("?".to_owned(), |kind| format!("{kind:?}"));
        write!(f, "({}", kind.to_lowercase())?;
        match self.0.duration() {
            Some(duration) => write!(f, " {}={}s", duration.text, duration.seconds)?,
            None => write!(f, " ?")?,
        }
        if let Some(pivot) = self.0.pivot() {
            write!(f, " {}", pivot.text)?;
        }
        if self.0.tumbling().is_some() {
            write!(f, " tumbling")?;
        }
        write!(f, ")")
    }
}

/// An expression that may be missing.
struct Missing(Option<Expr>);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(expr) => Sexp(expr).fmt(f),
            None => f.write_char('?'),
        }
    }
}

struct Sexp<'a>(&'a Expr);

impl fmt::Display for Sexp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::Literal(literal) => write_literal(f, literal),
            Expr::Regex(regex) => write!(f, "(regex {:?})", regex.value()),
            Expr::Path(path) => write_path(f, path),
            Expr::Call(call) => write_call(f, call),
            Expr::Binary(binary) => {
                let op = binary.op().map_or("?", super::BinaryOp::as_str);
                write!(
                    f,
                    "({op} {} {}",
                    Missing(binary.lhs()),
                    Missing(binary.rhs())
                )?;
                suffix(f, binary.nocase().is_some(), " nocase)", ")")
            }
            Expr::Chain(chain) => {
                write!(f, "({:?} {}", chain.kind(), Missing(chain.first()))?;
                for link in chain.links() {
                    write!(f, " {} {}", link.op.as_str(), Sexp(&link.rhs))?;
                }
                f.write_char(')')
            }
            Expr::Not(not) => write!(f, "(not {})", Missing(not.expr())),
            Expr::Bang(bang) => write!(f, "(! {})", Missing(bang.expr())),
            Expr::In(within) => write_in(f, within),
            Expr::IsNull(test) => {
                suffix(f, test.negated(), "(is-not-null ", "(is-null ")?;
                write!(f, "{})", Missing(test.expr()))
            }
            Expr::Paren(paren) => write!(f, "(paren {})", Missing(paren.expr())),
            Expr::Count(count) => write!(f, "#{}", or_missing(count.name())),
            Expr::NOf(n_of) => {
                match n_of.quantity() {
                    Some(Quantity::Any) => write!(f, "(any-of")?,
                    Some(Quantity::All) => write!(f, "(all-of")?,
                    Some(Quantity::Number(number)) => write!(f, "({number}-of")?,
                    None => write!(f, "(?-of")?,
                }
                list(f, n_of.items())?;
                f.write_char(')')
            }
            Expr::Array(array) => {
                write!(f, "(array")?;
                list(f, array.items())?;
                f.write_char(')')
            }
            Expr::List(found) => {
                write!(f, "%{}", or_missing(found.name()))?;
                found
                    .column()
                    .map_or(Ok(()), |column| write!(f, ".{}", column.text))
            }
        }
    }
}

fn write_literal(f: &mut fmt::Formatter<'_>, literal: &Literal) -> fmt::Result {
    match literal.value() {
        Some(LiteralValue::Str(text)) if literal.is_raw_string() => write!(f, "raw{text:?}"),
        Some(LiteralValue::Str(text)) => write!(f, "{text:?}"),
        Some(LiteralValue::Int(number)) => write!(f, "{number}"),
        Some(LiteralValue::Float(number)) => write!(f, "{number:?}"),
        Some(LiteralValue::Bool(value)) => write!(f, "{value}"),
        Some(LiteralValue::Duration(duration)) => {
            write!(f, "{}={}s", duration.text, duration.seconds)
        }
        Some(LiteralValue::Null) => write!(f, "null"),
        None => write!(f, "(bad {:?})", literal.text()),
    }
}

fn write_path(f: &mut fmt::Formatter<'_>, path: &Path) -> fmt::Result {
    match path.quantifier() {
        Some(Quantifier::Any) => write!(f, "any ")?,
        Some(Quantifier::All) => write!(f, "all ")?,
        None => {}
    }
    if let Some(variable) = path.variable() {
        write!(f, "${}", variable.text)?;
    }
    for segment in path.segments() {
        match segment {
            Segment::Field(name, _) => write!(f, ".{name}")?,
            Segment::Index(index, _) => write!(f, "[{index}]")?,
            Segment::Key(key, _) => write!(f, "[{key:?}]")?,
        }
    }
    Ok(())
}

fn write_call(f: &mut fmt::Formatter<'_>, call: &Call) -> fmt::Result {
    write!(f, "(call {}", or_missing(call.name()))?;
    list(f, call.args())?;
    named(f, call.named_args())?;
    suffix(f, call.nocase().is_some(), " nocase)", ")")
}

fn write_in(f: &mut fmt::Formatter<'_>, within: &In) -> fmt::Result {
    suffix(f, within.negated(), "(not-in", "(in")?;
    let mode = match within.mode() {
        InMode::Exact => "",
        InMode::Regex => "-regex",
        InMode::Cidr => "-cidr",
    };
    write!(
        f,
        "{mode} {} {}",
        Missing(within.lhs()),
        Missing(within.rhs())
    )?;
    suffix(f, within.nocase().is_some(), " nocase)", ")")
}

fn suffix(f: &mut fmt::Formatter<'_>, is: bool, yes: &str, no: &str) -> fmt::Result {
    f.write_str(if is { yes } else { no })
}

fn list(f: &mut fmt::Formatter<'_>, mut exprs: impl Iterator<Item = Expr>) -> fmt::Result {
    exprs.try_for_each(|expr| write!(f, " {}", Sexp(&expr)))
}

fn named(f: &mut fmt::Formatter<'_>, mut args: impl Iterator<Item = NamedArg>) -> fmt::Result {
    args.try_for_each(|arg| {
        write!(f, " {}: ", or_missing(arg.name()))?;
        match arg.word() {
            Some(word) => write!(f, "{}", word.text),
            None if arg.any_value().is_some() => f.write_str("*"),
            None => write!(f, "{}", Missing(arg.expr())),
        }
    })
}

fn or_missing(name: Option<super::Name>) -> String {
    name.map_or_else(|| "?".to_owned(), |name| name.text)
}
