//! Calls of `metrics.*`: named arguments in any order, checked one by one.
//!
//! A call asks a series of the past for one number (yara-l §11). Everything
//! but the values of its fields is known when the rule is compiled, so that an
//! engine knows beforehand which series it has to have.

use yaral_ir::functions::near;
use yaral_ir::limits::METRIC_FIELDS_MAX;
use yaral_ir::metrics::{self, AGGS, Agg, Family, MEASURES, Measure, Metric, Period, Series};
use yaral_ir::plan::{Expr as Plan, ExprId};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_syntax::ast::{Call, Expr, LiteralValue, NamedArg, Path, Segment};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::{FieldKind, FieldPath, Root};

use super::{Lower, Place, with_article};
use crate::codes;

/// The named arguments that are no field of the event.
const WORDS: [&str; 5] = ["agg", "filter", "metric", "period", "window"];

/// A call's arguments, by name.
struct Parts {
    call: Span,
    /// Those of [`WORDS`], in their order.
    words: [Option<NamedArg>; 5],
    /// The others: path, its place, and the argument.
    fields: Vec<(String, Span, NamedArg)>,
}

impl Parts {
    fn word(&self, name: &str) -> Option<&NamedArg> {
        let at = WORDS.binary_search(&name).ok()?;
        self.words.get(at)?.as_ref()
    }
}

/// The fields of a call.
struct Fields {
    /// Paths with the values asked for, sorted by path.
    by: Vec<(String, ExprId)>,
    /// The path whose values are counted.
    each: Option<(String, Span)>,
}

impl Lower<'_> {
    /// Lowers a call of the metric with this name, without `metrics.`.
    pub(super) fn metric(&mut self, call: &Call, name: &str, span: Span) -> Option<ExprId> {
        let family = self.family(name, span)?;
        let place = match self.place {
            Place::Aggregate => None,
            Place::Outcome => Some((
                "needs an aggregate around it",
                format!(
                    "write `max(metrics.{name}(…))`; on equal rows every aggregate is the same"
                ),
            )),
            Place::Events | Place::Condition => Some((
                "stands in the `outcome` section only",
                "give it to an outcome variable, and compare that in the condition".to_owned(),
            )),
        };
        if let Some((why, help)) = place {
            let message = format!("`metrics.{name}` {why}");
            let found = Diagnostic::error(codes::METRIC_MISPLACED, Some(span), message);
            self.report(found.help(help));
            return None;
        }
        let parts = self.metric_parts(call)?;
        // All are looked at, so that each reports its own mistakes.
        let period = self.period(&parts);
        let measure = self.measure(&parts, family);
        let agg = self.agg(&parts);
        let fields = self.metric_fields(&parts, family);
        let filter = match parts.word("filter") {
            Some(filter) => self.filter(filter, family).map(Some),
            None => Some(None),
        };
        let (period, measure, agg) = (period?, measure?, agg?);
        let (fields, filter) = (fields?, filter?);
        self.unique(&parts, measure, &fields)?;
        self.periods.push((period, span));
        let (by, values) = fields.by.into_iter().unzip();
        let metric = Metric {
            series: Series {
                family: family.name.to_owned(),
                period,
                by,
                each: fields.each.map(|(path, _)| path),
            },
            by: values,
            measure,
            agg,
            filter,
        };
        let ty = if metric.is_whole() {
            Type::Int
        } else {
            Type::Float
        };
        self.add(Plan::Metric(Box::new(metric)), ty, call.span())
    }

    fn family(&mut self, name: &str, span: Span) -> Option<&'static Family> {
        if let Some(family) = metrics::find(name) {
            return Some(family);
        }
        let found = if metrics::undefined(name) {
            let message = format!("nothing public says which events `metrics.{name}` counts");
            Diagnostic::error(codes::UNDEFINED_METRIC, Some(span), message)
                .help("`yaral docs metrics` lists those that are defined")
        } else {
            let message = format!("there is no metric `metrics.{name}`");
            let found = Diagnostic::error(codes::UNKNOWN_METRIC, Some(span), message);
            let near = metrics::suggest(name);
            let near: Vec<_> = near.iter().map(|n| format!("`metrics.{n}`")).collect();
            if near.is_empty() || self.is_full() {
                found.help("`yaral docs metrics` lists them")
            } else {
                found.help(format!("did you mean {}?", near.join(" or ")))
            }
        };
        self.report(found);
        None
    }

    fn metric_parts(&mut self, call: &Call) -> Option<Parts> {
        let mut parts = Parts {
            call: call.span(),
            words: [const { None }; 5],
            fields: Vec::new(),
        };
        if let Some(arg) = call.args().next() {
            return self.bad_argument(
                arg.span(),
                "a metric takes named arguments only",
                "write `field: value`, as in `target.user.userid: $user`",
            );
        }
        for arg in call.named_args() {
            let name = arg.name()?;
            let known = WORDS.binary_search(&name.text.as_str());
            let twice = match known {
                Ok(at) => parts.words[at].replace(arg).is_some(),
                Err(_) if !name.text.contains('.') => {
                    let near = near(&name.text, WORDS.into_iter());
                    let help = match near.first() {
                        Some(word) => format!("did you mean `{word}`?"),
                        None => {
                            "a field of the event has dots, as in `principal.asset.ip`".to_owned()
                        }
                    };
                    let message = format!("a metric has no argument `{}`", name.text);
                    return self.bad_argument(name.span, &message, &help);
                }
                Err(_) => {
                    let twice = parts.fields.iter().any(|(path, ..)| *path == name.text);
                    parts.fields.push((name.text.clone(), name.span, arg));
                    twice
                }
            };
            if twice {
                let message = format!("`{}` is given twice", name.text);
                return self.bad_argument(name.span, &message, "give each argument once");
            }
        }
        let lacks = |name: &&&str| **name != "filter" && parts.word(name).is_none();
        let lacking: Vec<_> = WORDS
            .iter()
            .filter(lacks)
            .map(|n| format!("`{n}`"))
            .collect();
        if lacking.is_empty() {
            return Some(parts);
        }
        let message = format!("the metric lacks {}", lacking.join(", "));
        self.bad_argument(
            parts.call,
            &message,
            "it takes `period:1d, window:30d, metric:event_count_sum, agg:max`, and fields with their values",
        )
    }

    fn bad_argument<T>(&mut self, span: Span, message: &str, help: &str) -> Option<T> {
        let found = Diagnostic::error(codes::METRIC_ARGUMENTS, Some(span), message);
        self.report(found.help(help));
        None
    }

    /// The period, if the window is the one that goes with it.
    fn period(&mut self, parts: &Parts) -> Option<Period> {
        let (period, window) = (parts.word("period")?, parts.word("window")?);
        let known = [Period::Day, Period::Hour];
        let length = |arg: &NamedArg| match arg.expr()? {
            Expr::Literal(literal) => match literal.value()? {
                LiteralValue::Duration(length) => Some(length.seconds),
                _ => None,
            },
            _ => None,
        };
        let seconds = length(period);
        let found = known
            .into_iter()
            .find(|one| seconds == Some(one.seconds().unsigned_abs()));
        let fits = found.filter(|one| match one {
            Period::Day => length(window) == Some(30 * 86_400),
            Period::Hour => window.word().is_some_and(|word| word.text == "today"),
        });
        if fits.is_some() {
            return fits;
        }
        let (span, message) = match found {
            None => (period.span(), "a period is `1d` or `1h`".to_owned()),
            Some(one) => {
                let (word, own) = (one.word(), one.window());
                let message = format!("the window of a period of `{word}` is `{own}`");
                (window.span(), message)
            }
        };
        let diagnostic = Diagnostic::error(codes::METRIC_PERIOD, Some(span), message)
            .help("write `period:1d, window:30d` or `period:1h, window:today`");
        self.report(diagnostic);
        None
    }

    fn measure(&mut self, parts: &Parts, family: &Family) -> Option<Measure> {
        let arg = parts.word("metric")?;
        let measure = self.word_of(arg, &MEASURES)?;
        if measure == Measure::ValueSum {
            self.sums(family, arg.span())?;
        }
        Some(measure)
    }

    fn sums(&mut self, family: &Family, span: Span) -> Option<()> {
        if !family.value.is_empty() {
            return Some(());
        }
        let message = format!(
            "`metrics.{}` sums nothing, so it has no `value_sum`",
            family.name
        );
        let found = Diagnostic::error(codes::METRIC_MEASURE, Some(span), message)
            .help("metrics with `bytes` in their name have one; others count: `event_count_sum`");
        self.report(found);
        None
    }

    fn agg(&mut self, parts: &Parts) -> Option<Agg> {
        self.word_of(parts.word("agg")?, &AGGS)
    }

    /// What the word of an argument stands for.
    fn word_of<T: Copy>(&mut self, arg: &NamedArg, known: &[(&'static str, T)]) -> Option<T> {
        let word = arg.word();
        let text = word.as_ref().map_or("", |word| word.text.as_str());
        if let Some((_, meaning)) = known.iter().find(|(name, _)| *name == text) {
            return Some(*meaning);
        }
        let argument = arg.name()?.text;
        let names: Vec<_> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message = format!("`{argument}` is one of {}", names.join(", "));
        let near = near(text, known.iter().map(|(name, _)| *name));
        let mut found = Diagnostic::error(codes::METRIC_MEASURE, Some(arg.span()), message);
        if let Some(name) = near.first() {
            found = found.help(format!("did you mean `{name}`?"));
        }
        self.report(found);
        None
    }

    fn metric_fields(&mut self, parts: &Parts, family: &Family) -> Option<Fields> {
        if parts.fields.len() > METRIC_FIELDS_MAX {
            let text = format!("the metric has more than {METRIC_FIELDS_MAX} fields");
            return self.fail(codes::RULE_TOO_LARGE, parts.call, text);
        }
        let mut by = Vec::new();
        let mut each = None;
        let mut fine = true;
        for (path, span, arg) in &parts.fields {
            let Some(kind) = self.metric_field(path, *span) else {
                fine = false;
                continue;
            };
            if let Some(star) = arg.any_value() {
                if each.is_some() {
                    let message = "only one field may have any value";
                    return self.fail(codes::METRIC_MEASURE, star, message);
                }
                each = Some((path.clone(), star));
                continue;
            }
            match self.metric_value(path, kind, arg) {
                Some(value) => by.push((path.clone(), value)),
                None => fine = false,
            }
        }
        if !fine {
            return None;
        }
        by.sort();
        let mut paths: Vec<&str> = parts
            .fields
            .iter()
            .map(|(path, ..)| path.as_str())
            .collect();
        paths.sort_unstable();
        self.combination(family, &paths, parts.call);
        Some(Fields { by, each })
    }

    /// The kind of a field that a metric counts by.
    fn metric_field(&mut self, path: &str, span: Span) -> Option<FieldKind> {
        match FieldPath::resolve(Root::Event, path) {
            Ok(resolved) => {
                let kind = resolved.leaf().kind();
                let scalar = !matches!(
                    kind,
                    FieldKind::Message(_) | FieldKind::Struct | FieldKind::Map
                );
                if scalar {
                    return Some(kind);
                }
                let message = format!("`{path}` is a whole message, not a value");
                self.fail(codes::NOT_A_VALUE, span, message)
            }
            Err(error) => {
                let message = format!(
                    "an event has no field `{path}`: there is no `{}`",
                    error.text
                );
                let mut found = Diagnostic::error(codes::UNKNOWN_FIELD, Some(span), message);
                if let Some(near) = error.suggestions.first() {
                    found = found.help(format!("did you mean `{near}`?"));
                }
                self.report(found);
                None
            }
        }
    }

    /// The value that a field is asked for.
    fn metric_value(&mut self, path: &str, kind: FieldKind, arg: &NamedArg) -> Option<ExprId> {
        let Some(expr) = arg.expr() else {
            let message = format!("`{path}` needs a value, such as `$placeholder`");
            return self.bad_argument(arg.span(), &message, "text stands in quotes");
        };
        let value = self.value(&expr)?;
        let ty = self.ty(value);
        let fits = match kind {
            FieldKind::Bool => ty == Type::Bool,
            FieldKind::String | FieldKind::Bytes | FieldKind::Enum(_) => ty.is_text(),
            _ => ty.is_number(),
        };
        let constant = match &self.nodes[value.0 as usize].expr {
            Plan::Literal(constant) => Some(constant.clone()),
            _ => None,
        };
        let message = match (kind, constant) {
            _ if !fits && ty != Type::Any => {
                format!("`{path}` cannot be {}", with_article(ty))
            }
            (_, Some(zero)) if zero.is_zero() && !metrics::is_namespace(path) => {
                format!("a metric joins no default value, so nothing is found for `{path}`")
            }
            (FieldKind::Enum(of), Some(Value::Str(name))) if of.number(&name).is_none() => {
                format!("`{name}` is no value of {}", of.name())
            }
            _ => return Some(value),
        };
        self.fail(codes::METRIC_VALUE, expr.span(), message)
    }

    /// Google keeps series for documented combinations of fields only; ours
    /// are made of what rules ask for.
    fn combination(&mut self, family: &Family, paths: &[&str], span: Span) {
        if family.supports(paths) {
            return;
        }
        let severity = self.validity();
        let fields: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
        let fields = if fields.is_empty() {
            "no field".to_owned()
        } else {
            fields.join(", ")
        };
        let message = format!(
            "`metrics.{}` is not documented to go by {fields}",
            family.name
        );
        let found =
            Diagnostic::new(severity, codes::METRIC_FIELDS, Some(span), message).help(format!(
                "`yaral docs metrics.{}` lists the combinations",
                family.name
            ));
        self.report(found);
    }

    /// `num_unique_filter_values` and a field with `*` go together.
    fn unique(&mut self, parts: &Parts, measure: Measure, fields: &Fields) -> Option<()> {
        let (span, message) = match (measure == Measure::NumUniqueFilterValues, &fields.each) {
            (true, Some(_)) | (false, None) => return Some(()),
            (true, None) => {
                let span = parts.word("metric").map_or(parts.call, NamedArg::span);
                let message = "`num_unique_filter_values` counts the values of a field with `*`";
                (span, message)
            }
            (false, Some((_, star))) => {
                let message = "`*` goes with `metric:num_unique_filter_values` only";
                (*star, message)
            }
        };
        let found = Diagnostic::error(codes::METRIC_MEASURE, Some(span), message)
            .help("write `metric:num_unique_filter_values`, and `field: *` for the field to count");
        self.report(found);
        None
    }

    /// A predicate on the measures of one period, and on nothing else.
    fn filter(&mut self, arg: &NamedArg, family: &'static Family) -> Option<ExprId> {
        let Some(expr) = arg.expr() else {
            return self.fail(
                codes::METRIC_FILTER,
                arg.span(),
                "a filter compares a measure",
            );
        };
        let mut paths = expr.syntax().descendants().filter_map(Path::cast);
        if let Some(variable) = paths.find_map(|path| path.variable()) {
            let message = "a filter reads the measures of a period, no variables";
            return self.fail(codes::METRIC_FILTER, variable.span, message);
        }
        let outer = self.filtered.replace(family);
        let (lowered, _) = self.apart(|lower| lower.predicate(&expr));
        self.filtered = outer;
        lowered
    }

    /// A word in the filter of a metric.
    pub(super) fn measure_named(&mut self, family: &'static Family, path: &Path) -> Option<ExprId> {
        let mut segments = path.segments();
        let (Some(Segment::Field(word, span)), None) = (segments.next(), segments.next()) else {
            let message = "a filter reads the measures of a period, no fields";
            return self.fail(codes::METRIC_FILTER, path.span(), message);
        };
        let readable = &MEASURES[..4];
        let Some(at) = readable.iter().position(|(name, _)| *name == word) else {
            let message = format!("`{word}` is no measure that a filter reads");
            let near = near(&word, readable.iter().map(|(name, _)| *name));
            let help = match near.first() {
                Some(name) => format!("did you mean `{name}`?"),
                None => "it reads event_count_sum, first_seen, last_seen and value_sum".to_owned(),
            };
            let found = Diagnostic::error(codes::METRIC_FILTER, Some(span), message);
            self.report(found.help(help));
            return None;
        };
        if readable[at].1 == Measure::ValueSum && self.sums(family, span).is_none() {
            return None;
        }
        let slot = u8::try_from(at).ok();
        slot.and_then(|slot| self.add(Plan::Element(slot), Type::Int, span))
    }

    /// What an aggregate over the periods of a metric sorts by and yields.
    pub(super) fn period_start(
        &mut self,
        name: &str,
        (id, arg): (ExprId, &Expr),
    ) -> Option<(ExprId, ExprId)> {
        let (most, start) = if name == "period_start_for_max" {
            (Agg::Max, Agg::StartOfMax)
        } else {
            (Agg::Min, Agg::StartOfMin)
        };
        let Plan::Metric(metric) = &mut self.nodes[id.0 as usize].expr else {
            let message = format!("`{name}` takes a metric; nothing else has periods");
            let found = Diagnostic::error(codes::PERIOD_START, Some(arg.span()), message)
                .help(format!("write `{name}(metrics.…(…))`"));
            self.report(found);
            return None;
        };
        metric.agg = most;
        let mut starts = metric.clone();
        starts.agg = start;
        self.nodes[id.0 as usize].ty = Type::Int;
        let starts = self.add(Plan::Metric(starts), Type::Int, arg.span())?;
        Some((id, starts))
    }

    /// Google asks that hours are only looked at together with days.
    pub(crate) fn hours_with_days(&mut self) {
        if self
            .periods
            .iter()
            .any(|(period, _)| *period == Period::Day)
        {
            return;
        }
        let Some((_, span)) = self.periods.first().copied() else {
            return;
        };
        let message = "Google SecOps takes an hourly metric only beside a daily one";
        let severity = self.validity();
        let found = Diagnostic::new(severity, codes::METRIC_HOURS, Some(span), message)
            .help("ask for `period:1d, window:30d` in another outcome variable too");
        self.report(found);
    }
}
