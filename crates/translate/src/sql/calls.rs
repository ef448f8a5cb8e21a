//! Calls of functions. One that `DuckDB` cannot say exactly is refused by name.

use yaral_ir::plan::{Expr, ExprId};
use yaral_ir::regex::Pattern;
use yaral_ir::types::{Elem, Type};
use yaral_ir::value::Value;

use super::expr::{folded, pattern_of};
use super::quote;
use super::scope::{Scope, Writer, Written};

/// A percent sign without two hexadecimal digits behind it.
const BAD_PERCENT: &str = "%([^0-9A-Fa-f]|$|[0-9A-Fa-f]([^0-9A-Fa-f]|$))";

/// The parts of a call.
struct Made<'c> {
    id: ExprId,
    args: &'c [ExprId],
    pattern: Option<&'c Pattern>,
    scope: &'c Scope,
}

impl Writer<'_> {
    /// A call.
    pub(super) fn call(&mut self, id: ExprId, scope: &Scope) -> Written {
        let plan = self.plan;
        let Expr::Call {
            function,
            args,
            patterns,
        } = &plan.node(id).expr
        else {
            return Err(self.cannot(id, "no call"));
        };
        let pattern = patterns.first();
        let made = Made {
            id,
            args,
            pattern,
            scope,
        };
        match function.name {
            "re.regex" | "re.capture" | "re.capture_all" | "re.replace" => {
                self.regex_call(function.name, &made)
            }
            "arrays.contains" | "arrays.index_to_str" | "arrays.join_string" | "arrays.length" => {
                self.list_call(function.name, &made)
            }
            "cast.as_string" => self.cast_as_string(&made),
            "net.ip_in_range_cidr" => self.ip_in_range(&made),
            "timestamp.as_unix_seconds" | "timestamp.now" | "timestamp.current_seconds" => {
                Err(self.cannot(id, format!("`{}` has no SQL yet", function.name)))
            }
            name => self.text_call(name, &made),
        }
    }

    fn regex_call(&mut self, name: &str, made: &Made<'_>) -> Written {
        let (Some(pattern), Some(first)) = (made.pattern, made.args.first()) else {
            return Err(self.cannot(made.id, "a call without its pattern"));
        };
        let text = self.as_text(*first, made.scope)?;
        let group = pattern.groups().min(1);
        let written = pattern_of(pattern);
        // `\C` can take a part of a character, which the database would hand on.
        if name != "re.regex" && pattern.text().contains(r"\C") {
            return Err(self.cannot(made.id, r"`\C` in what is captured or replaced has no SQL"));
        }
        Ok(match name {
            "re.regex" => format!("regexp_matches({text}, {written})"),
            "re.capture" => format!("regexp_extract({text}, {written}, {group})"),
            "re.capture_all" => format!("regexp_extract_all({text}, {written}, {group})"),
            _ => {
                let with = made.args.get(2).map(|with| &self.plan.node(*with).expr);
                let Some(Expr::Literal(Value::Str(with))) = with else {
                    return Err(
                        self.cannot(made.id, "a replacement that is no constant has no SQL")
                    );
                };
                if pattern.check_replacement(with).is_err() {
                    return Ok(text);
                }
                format!(
                    "regexp_replace({text}, {written}, {}, 'g')",
                    quote::text(with)
                )
            }
        })
    }

    fn list_call(&mut self, name: &str, made: &Made<'_>) -> Written {
        let list = self.arg(made, 0)?;
        let of = self.arg_type(made, 0);
        let texts = matches!(of, Type::List(Elem::Str));
        match name {
            "arrays.length" => Ok(format!("len({list})")),
            "arrays.contains" if texts && self.arg_type(made, 1).is_text() => {
                let one = self.arg(made, 1)?;
                Ok(format!("list_contains({list}, {one})"))
            }
            "arrays.index_to_str" if texts => {
                let index = self.arg(made, 1)?;
                Ok(self.with(&list, |this, list| {
                    this.with(&index, |_, at| {
                        format!(
                            "coalesce({list}[CASE WHEN {at} < 0 THEN {at} ELSE {at} + 1 END], '')"
                        )
                    })
                }))
            }
            "arrays.join_string" if texts => {
                let between = match made.args.len() {
                    1 => "''".to_owned(),
                    _ => self.text_arg(made, 1)?,
                };
                Ok(format!("coalesce(array_to_string({list}, {between}), '')"))
            }
            _ => Err(self.cannot(made.id, format!("`{name}` of such a list has no SQL yet"))),
        }
    }

    fn text_call(&mut self, name: &str, made: &Made<'_>) -> Written {
        let texts: Result<Vec<_>, _> = (0..made.args.len())
            .map(|at| self.text_arg(made, at))
            .collect();
        let texts = texts?;
        let one = texts.first().cloned().unwrap_or_default();
        let other = texts.get(1).cloned().unwrap_or_default();
        Ok(match name {
            "strings.concat" => format!("concat({})", texts.join(", ")),
            "strings.coalesce" => {
                let unset = texts.iter().map(|text| format!("nullif({text}, '')"));
                format!("coalesce({}, '')", unset.collect::<Vec<_>>().join(", "))
            }
            "strings.contains" if texts.len() == 2 => format!("contains({one}, {other})"),
            "strings.starts_with" if texts.len() == 2 => {
                format!("({other} <> '' AND starts_with({one}, {other}))")
            }
            "strings.ends_with" if texts.len() == 2 => {
                format!("({other} <> '' AND ends_with({one}, {other}))")
            }
            "strings.to_lower" => {
                self.nearly(
                    made.id,
                    "a Greek sigma at the end of a word keeps its usual form",
                );
                folded(&one)
            }
            "strings.url_decode" => self.with(&one, |_, text| {
                format!(
                    "CASE WHEN regexp_matches({text}, '{BAD_PERCENT}') THEN '' \
                     ELSE coalesce(try(url_decode({text})), '') END"
                )
            }),
            _ => return Err(self.cannot(made.id, format!("`{name}` has no SQL yet"))),
        })
    }

    fn cast_as_string(&mut self, made: &Made<'_>) -> Written {
        match self.arg_type(made, 0) {
            Type::Str | Type::Int | Type::Bool | Type::Enum(_) => self.text_arg(made, 0),
            Type::Uint => {
                let number = self.arg(made, 0)?;
                let otherwise = match made.args.len() {
                    1 => "''".to_owned(),
                    _ => self.text_arg(made, 1)?,
                };
                Ok(format!(
                    "CASE WHEN {number} <= {} THEN CAST({number} AS VARCHAR) ELSE {otherwise} END",
                    i64::MAX
                ))
            }
            _ => Err(self.cannot(made.id, "SQL spells its value otherwise")),
        }
    }

    fn ip_in_range(&mut self, made: &Made<'_>) -> Written {
        let range = made.args.get(1).map(|range| &self.plan.node(*range).expr);
        let Some(Expr::Literal(range)) = range else {
            return Err(self.cannot(made.id, "a range that is no constant has no SQL"));
        };
        let Ok(range) = range.text().parse() else {
            return Ok("FALSE".to_owned());
        };
        let text = self.text_arg(made, 0)?;
        Ok(self.in_range(&text, &range))
    }

    fn arg(&mut self, made: &Made<'_>, at: usize) -> Written {
        match made.args.get(at) {
            Some(arg) => self.value(*arg, made.scope),
            None => Err(self.cannot(made.id, "an argument is missing")),
        }
    }

    fn text_arg(&mut self, made: &Made<'_>, at: usize) -> Written {
        match made.args.get(at) {
            Some(arg) => self.as_text(*arg, made.scope),
            None => Err(self.cannot(made.id, "an argument is missing")),
        }
    }

    fn arg_type(&self, made: &Made<'_>, at: usize) -> Type {
        made.args
            .get(at)
            .map_or(Type::Any, |arg| self.type_of(*arg))
    }
}
