//! Texts: where the value that is tested comes from.

use yaral_ir::plan::{AxisId, Binding, Expr, ExprId, FieldRef, VariableId, WholeRef};
use yaral_ir::value::Value;
use yaral_udm::FieldId;

use super::{Lower, Unsaid};
use crate::filter::{Re, Text};
use crate::loss::{Effect, Grade, Loss};

impl Lower<'_> {
    /// The text that an expression stands for.
    pub(crate) fn text(&mut self, id: ExprId) -> Result<Text, Unsaid> {
        if !self.spend() {
            return self.unsaid(id, "the rule unfolds into too many expressions");
        }
        let plan = self.plan;
        Ok(match &plan.node(id).expr {
            Expr::Literal(Value::Str(text)) => Text::Literal(text.clone().into_owned()),
            Expr::Field(field) if field.part.is_none() && self.is_event(field.variable) => {
                Text::Field(self.path(field))
            }
            Expr::Whole(path) if path.part.is_none() && self.is_event(path.variable) => {
                Text::Field(whole(path))
            }
            Expr::Indexed(path) if path.part.is_none() && self.is_event(path.variable) => {
                self.index(id);
                Text::Field(whole(path))
            }
            Expr::Keyed(path, key) if self.is_event(path.variable) => Text::Field(keyed(path, key)),
            Expr::Placeholder(place) => match plan.placeholders.get(usize::from(place.0)) {
                Some(placeholder) => match &placeholder.binding {
                    Binding::To(id) => self.text(*id)?,
                    Binding::OneOf(_) => {
                        return self.unsaid(id, "the placeholder has one value of several");
                    }
                },
                None => return self.unsaid(id, "a placeholder that is not there"),
            },
            Expr::Outcome(index) => match plan.outcomes.get(usize::from(*index)) {
                Some(outcome) => self.text(outcome.expr)?,
                None => return self.unsaid(id, "an outcome that is not there"),
            },
            Expr::Element(slot) => match self.quantified(*slot) {
                Some(name) => Text::Field(name),
                None => return self.unsaid(id, "an element that is not there"),
            },
            Expr::Call { .. } => self.text_call(id)?,
            _ => return self.unsaid(id, "is no text of one event"),
        })
    }

    fn text_call(&mut self, id: ExprId) -> Result<Text, Unsaid> {
        let plan = self.plan;
        let Expr::Call {
            function,
            args,
            patterns,
        } = &plan.node(id).expr
        else {
            return self.unsaid(id, "is no call");
        };
        let first = args.first().copied();
        let re = patterns.first().map(Re::from);
        Ok(match (function.name, first, re) {
            ("strings.concat", ..) => Text::Concat(self.texts(args)?),
            ("strings.coalesce", ..) => Text::Coalesce(self.texts(args)?),
            ("strings.to_lower", Some(of), _) => Text::Lower(Box::new(self.text(of)?)),
            ("strings.url_decode", Some(of), _) => Text::Decode(Box::new(self.text(of)?)),
            ("re.capture", Some(of), Some(re)) => Text::Capture(Box::new(self.text(of)?), re),
            ("re.replace", Some(of), Some(re)) => {
                let with = args.last().map(|id| &plan.node(*id).expr);
                let Some(Expr::Literal(Value::Str(with))) = with else {
                    return self.unsaid(id, "replaces by a text that is worked out");
                };
                Text::Replace(Box::new(self.text(of)?), re, with.clone().into_owned())
            }
            ("arrays.join_string", Some(of), _) => self.joined(id, of)?,
            ("arrays.index_to_str", Some(of), _) => {
                self.index(id);
                self.text(of)?
            }
            (name, ..) => return self.unsaid(id, format!("{name} has no counterpart")),
        })
    }

    fn texts(&mut self, args: &[ExprId]) -> Result<Vec<Text>, Unsaid> {
        args.iter().map(|id| self.text(*id)).collect()
    }

    /// All values of a parameter of a URI, joined by blanks. There is no such
    /// thing elsewhere; what stands between the first and the end comes near.
    fn joined(&mut self, id: ExprId, of: ExprId) -> Result<Text, Unsaid> {
        let plan = self.plan;
        let Expr::Call {
            function,
            args,
            patterns,
        } = &plan.node(of).expr
        else {
            return self.text(of);
        };
        let (Some(pattern), Some(subject), "re.capture_all") =
            (patterns.first(), args.first(), function.name)
        else {
            return self.unsaid(id, format!("{} has no counterpart", function.name));
        };
        let subject = self.text(*subject)?;
        let parameter = pattern.text().strip_prefix("[?&]");
        let Some(name) = parameter.and_then(|rest| rest.strip_suffix("=([^&]*)")) else {
            return self.unsaid(id, "re.capture_all has no counterpart");
        };
        let what =
            "the values of the parameter are joined with whatever stands behind them in the URI";
        let loss = Loss::at(plan, id, Grade::Approximate, Effect::Differs, what);
        self.losses.push(loss);
        let from = Re::new(format!("[?&](?:{name})=([^#]*)"));
        let between = Re::new(format!("&(?:{name})="));
        let rest = Text::Capture(Box::new(subject), from);
        Ok(Text::Replace(Box::new(rest), between, " ".to_owned()))
    }

    fn index(&mut self, id: ExprId) {
        let what = "every value of the repeated field is looked at, not the one at this place";
        let loss = Loss::at(self.plan, id, Grade::Approximate, Effect::Wider, what);
        self.losses.push(loss);
    }

    /// The field that the quantifier with this slot visits.
    fn quantified(&self, slot: u8) -> Option<String> {
        let open = self.open.iter().rev();
        let mut open = open.filter(|(own, _)| *own == slot);
        open.next().map(|(_, name)| name.clone())
    }

    fn path(&self, field: &FieldRef) -> String {
        let mut parts = Vec::new();
        if let Some(axis) = field.axis {
            self.axis(field.variable, axis, &mut parts);
        }
        parts.extend(field.steps.iter().map(|step| step.name()));
        parts.join(".")
    }

    fn axis(&self, variable: VariableId, axis: AxisId, parts: &mut Vec<&'static str>) {
        let axes = self.plan.variables.get(usize::from(variable.0));
        let axes = axes.map_or(&[][..], |variable| &variable.axes);
        let mut steps: Vec<&[FieldId]> = Vec::new();
        let mut open = Some(axis);
        // A parent precedes its child, so this ends.
        while let Some(at) = open {
            let Some(axis) = axes.get(usize::from(at.0)) else {
                break;
            };
            steps.push(&axis.steps);
            open = axis.parent.filter(|parent| parent.0 < at.0);
        }
        for list in steps.into_iter().rev() {
            parts.extend(list.iter().map(|step| step.name()));
        }
    }
}

pub(super) fn whole(path: &WholeRef) -> String {
    let steps: Vec<_> = path.steps.iter().map(|(step, _)| step.name()).collect();
    steps.join(".")
}

/// A label of the event's own is known by its key alone.
fn keyed(path: &WholeRef, key: &str) -> String {
    let path = whole(path);
    if path.starts_with("additional") {
        format!("label:{key}")
    } else {
        format!("{path}[{key}]")
    }
}
