//! The documentation of functions, as Markdown.
//!
//! One page for each function: signature, what it does, details, the examples
//! that the tests run. The command line shows a page, the documentation holds
//! them all.

use std::fmt::Write as _;

use crate::function::{Accepts, Arity, Function, Lit, Param, Returns};

/// The call with its parameters and result, on one line:
/// `strings.split(text: string[, delimiter: string]) -> list of strings`.
#[must_use]
pub fn signature(function: &Function) -> String {
    let mut out = format!("{}(", function.name);
    for (i, param) in function.params.iter().enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        let Param {
            name,
            accepts,
            arity,
        } = param;
        let kind = accepts_name(*accepts);
        let (open, close) = match arity {
            Arity::Required => ("", ""),
            Arity::Optional => ("[", "]"),
            Arity::Repeated => ("", ", …"),
        };
        let _ = write!(out, "{open}{comma}{name}: {kind}{close}");
    }
    let returns = match function.returns {
        Returns::Always(kind) => kind.to_string(),
        Returns::SameAs(index) => {
            let like = function.params.get(index).map_or("argument", |p| p.name);
            format!("the type of {like}")
        }
        Returns::Numeric => "float if any argument is one, else integer".to_owned(),
    };
    format!("{out}) -> {returns}")
}

/// The page of one function.
#[must_use]
pub fn page(function: &Function) -> String {
    let mut out = format!("### `{}`\n\n{}\n\n", function.name, function.summary);
    let _ = write!(out, "```text\n{}\n```\n\n", signature(function));
    if !function.details.is_empty() {
        let _ = write!(out, "{}\n\n", function.details);
    }
    table(
        &mut out,
        "Call",
        function
            .examples
            .iter()
            .map(|e| (call(function.name, e.args), e.gives, e.note)),
    );
    out
}

/// The pages of all functions, and what later versions are to bring.
#[must_use]
pub fn pages() -> String {
    let mut out = String::new();
    let mut namespace = "";
    for function in super::all() {
        let here = function.name.split('.').next().unwrap_or_default();
        if here != namespace {
            let _ = write!(out, "## `{here}`\n\n");
            namespace = here;
        }
        out += &page(function);
        out.push('\n');
    }
    out += "## Not in this version\n\n| Function | What it waits for |\n|---|---|\n";
    for (name, missing) in super::later() {
        let _ = writeln!(out, "| `{name}` | {missing} |");
    }
    out
}

/// A table of examples: what is passed, what comes out, why it is here.
pub(crate) fn table(
    out: &mut String,
    heading: &str,
    rows: impl Iterator<Item = (String, Lit, &'static str)>,
) {
    let _ = write!(out, "| {heading} | Result | |\n|---|---|---|\n");
    for (given, gives, note) in rows {
        let _ = writeln!(
            out,
            "| {} | {} | {note} |",
            code(&given),
            code(&literal(&gives))
        );
    }
}

/// A literal as a rule would write it where a rule can; bytes and negative
/// numbers have no spelling in rules and get the usual one.
pub(crate) fn literal(lit: &Lit) -> String {
    match lit {
        Lit::Str(s) => format!("{s:?}"),
        Lit::Int(i) => i.to_string(),
        Lit::Uint(u) => u.to_string(),
        Lit::Float(f) => format!("{f:?}"),
        Lit::Bool(b) => b.to_string(),
        Lit::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Lit::List(items) => format!(
            "[{}]",
            items.iter().map(literal).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// How a parameter's kind is named.
pub(crate) fn accepts_name(accepts: Accepts) -> &'static str {
    match accepts {
        Accepts::Str => "string",
        Accepts::StrOrBytes => "string or bytes",
        Accepts::Int => "integer",
        Accepts::Number => "number",
        Accepts::IntOrStr => "integer or string",
        Accepts::Bool => "boolean",
        Accepts::Scalar => "value",
        Accepts::List => "list",
        Accepts::StrList => "list of strings",
        Accepts::NumberList => "list of numbers",
        Accepts::Pattern => "regular expression",
        Accepts::WholeField => "repeated field",
    }
}

fn call(name: &str, args: &[Lit]) -> String {
    let args: Vec<String> = args.iter().map(argument).collect();
    format!("{name}({})", args.join(", "))
}

/// An argument; negative numbers as rules have to write them.
fn argument(lit: &Lit) -> String {
    match lit {
        Lit::Int(i) if *i < 0 => format!("0-{}", i.unsigned_abs()),
        Lit::Float(f) if *f < 0.0 => format!("0-{:?}", -f),
        other => literal(other),
    }
}

/// Inline code in a table cell: the fence is longer than any run of backticks
/// inside, and bars are escaped.
fn code(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        let of = |name| super::super::find(name).map(signature);
        for (name, spelled) in [
            ("timestamp.now", "timestamp.now() -> integer"),
            (
                "strings.split",
                "strings.split(text: string[, delimiter: string]) -> list of strings",
            ),
            (
                "strings.coalesce",
                "strings.coalesce(text: string, other: string, …) -> string",
            ),
            ("math.abs", "math.abs(number: number) -> the type of number"),
            (
                "re.regex",
                "re.regex(text: string, pattern: regular expression) -> boolean",
            ),
        ] {
            assert_eq!(of(name).as_deref(), Some(spelled));
        }
    }

    #[test]
    fn cells_survive_markdown() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(argument(&Lit::Int(i64::MIN)), "0-9223372036854775808");
        assert_eq!(argument(&Lit::Float(-1.0)), "0-1.0");
        assert_eq!(literal(&Lit::Bytes(b"\xff\"")), "b\"\\xff\\\"\"");
    }

    #[test]
    fn a_page_has_all_parts() {
        for function in super::super::all() {
            let page = page(function);
            assert!(page.starts_with(&format!("### `{}`\n", function.name)));
            assert!(page.contains(function.summary) && page.contains(function.details));
            assert_eq!(
                page.lines().filter(|l| l.starts_with("| ")).count(),
                function.examples.len() + 1
            );
        }
        assert!(pages().contains("## `strings`"));
    }
}
