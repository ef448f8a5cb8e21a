//! Expressions of a plan as SQL expressions, none of which is ever `NULL`.

use yaral_ir::plan::{
    ArithmeticOp, Binding, CompareOp, Expr, ExprId, FieldRef, PlaceholderId, VariableId, WholeRef,
};
use yaral_ir::types::Type;
use yaral_udm::{FieldId, FieldKind};

use super::quote;
use super::scope::{Scope, Stage, Writer, Written};

impl Writer<'_> {
    /// An expression as a truth value.
    pub(super) fn truth(&mut self, id: ExprId, scope: &Scope) -> Written {
        let sql = self.value(id, scope)?;
        Ok(match self.type_of(id) {
            Type::Bool => sql,
            Type::List(_) => format!("(len({sql}) > 0)"),
            Type::Any => return Err(self.cannot(id, "its type is known with the event only")),
            ty => format!("({sql} <> {})", quote::zero(ty)),
        })
    }

    /// An expression as text.
    pub(super) fn as_text(&mut self, id: ExprId, scope: &Scope) -> Written {
        let sql = self.value(id, scope)?;
        match self.type_of(id) {
            Type::Str | Type::Enum(_) | Type::Bytes => Ok(sql),
            Type::Int | Type::Uint | Type::Bool => Ok(format!("CAST({sql} AS VARCHAR)")),
            _ => Err(self.cannot(id, "SQL spells its value otherwise")),
        }
    }

    /// The type of an expression; of comparisons and the like it is a truth value.
    pub(super) fn type_of(&self, id: ExprId) -> Type {
        let node = self.plan.node(id);
        match &node.expr {
            Expr::And(_)
            | Expr::Or(_)
            | Expr::Not(_)
            | Expr::Compare { .. }
            | Expr::Matches { .. }
            | Expr::InList { .. }
            | Expr::Quantified { .. } => Type::Bool,
            Expr::EventCount(_) | Expr::PlaceholderCount(_) => Type::Int,
            _ => node.ty,
        }
    }

    /// An expression.
    pub(super) fn value(&mut self, id: ExprId, scope: &Scope) -> Written {
        if let Some(grouped) = self.grouped(id, scope) {
            return grouped;
        }
        let node = self.plan.node(id);
        match &node.expr {
            Expr::Literal(value) => {
                quote::value(value).ok_or_else(|| self.cannot(id, "SQL has no such constant"))
            }
            Expr::Field(field) => self.field(id, field, scope),
            Expr::Indexed(path) => {
                self.is_scalar(id, path)?;
                let column = self.fields.indexed(path, node.ty);
                Ok(column_of(scope, path.variable, &column, node.ty))
            }
            Expr::Whole(path) => {
                self.is_scalar(id, path)?;
                let column = self.fields.whole(path);
                Ok(column_of(scope, path.variable, &column, node.ty))
            }
            Expr::Keyed(path, key) => match self.fields.keyed(path, key) {
                Some(column) => Ok(column_of(scope, path.variable, &column, Type::Str)),
                None => Err(self.cannot(id, "the JSON does not tell what is under this key")),
            },
            Expr::Placeholder(which) => self.placeholder(*which, scope),
            Expr::Element(slot) => match scope.visited.get(usize::from(*slot)) {
                Some(element) => Ok(element.clone()),
                None => Err(self.cannot(id, "an element outside of its quantifier")),
            },
            Expr::And(list) => self.joined(list, " AND ", scope),
            Expr::Or(list) => self.joined(list, " OR ", scope),
            Expr::Not(one) => Ok(format!("(NOT {})", self.truth(*one, scope)?)),
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => self.compare(id, (*op, *nocase), (*left, *right), scope),
            Expr::Matches { subject, pattern } => {
                let subject = self.as_text(*subject, scope)?;
                Ok(format!(
                    "regexp_matches({subject}, {})",
                    pattern_of(pattern)
                ))
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } => {
                let subject = self.as_text(*subject, scope)?;
                Ok(self.in_list(&subject, list, *nocase))
            }
            Expr::Arithmetic { op, left, right } => {
                self.arithmetic(id, *op, (*left, *right), scope)
            }
            Expr::Call { .. } => self.call(id, scope),
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.truth(*condition, scope)?;
                let branches = (
                    self.branch(id, *then, scope)?,
                    self.branch(id, *otherwise, scope)?,
                );
                Ok(format!(
                    "CASE WHEN {condition} THEN {} ELSE {} END",
                    branches.0, branches.1
                ))
            }
            Expr::Quantified { .. } => self.quantified(id, scope),
            _ => Err(self.cannot(id, "this construct has no SQL yet")),
        }
    }

    fn joined(&mut self, list: &[ExprId], with: &str, scope: &Scope) -> Written {
        let parts: Result<Vec<_>, _> = list.iter().map(|one| self.truth(*one, scope)).collect();
        let parts = parts?;
        Ok(match parts.len() {
            0 => if with.contains("AND") {
                "TRUE"
            } else {
                "FALSE"
            }
            .to_owned(),
            _ => format!("({})", parts.join(with)),
        })
    }

    /// A branch of an `if`, in the type of the whole.
    fn branch(&mut self, whole: ExprId, id: ExprId, scope: &Scope) -> Written {
        match (self.plan.node(whole).ty, self.type_of(id)) {
            (Type::Str, _) => self.as_text(id, scope),
            (a, b) if a == b || (a.is_number() && b.is_number()) => self.value(id, scope),
            _ => Err(self.cannot(whole, "its branches have different types")),
        }
    }

    fn field(&mut self, id: ExprId, field: &FieldRef, scope: &Scope) -> Written {
        let ty = self.plan.node(id).ty;
        if field.steps.last().is_some_and(|step| !is_scalar(*step)) {
            return Err(self.cannot(id, "a duration or a map has no SQL yet"));
        }
        let Some(axis) = field.axis else {
            let column = self.fields.single(&field.steps, field.part, ty);
            return Ok(column_of(scope, field.variable, &column, ty));
        };
        let Some(element) = scope.elements.get(&(field.variable.0, axis.0)).cloned() else {
            return Ok(quote::zero(ty));
        };
        let above = self.way(field.variable, axis.0);
        if above
            .last()
            .is_some_and(|last| field.steps.is_empty() && !is_scalar(*last))
        {
            return Err(self.cannot(id, "a duration or a map has no SQL yet"));
        }
        Ok(self
            .fields
            .below(&element, (&above, &field.steps), field.part, ty))
    }

    /// The steps from the event to an element of an axis.
    pub(super) fn way(&self, variable: VariableId, axis: u16) -> Vec<FieldId> {
        let own = self.plan.variables.get(usize::from(variable.0));
        let all = own.map(|own| &*own.axes).unwrap_or_default();
        let mut chain = Vec::new();
        let mut next = Some(axis);
        while let Some(axis) = next.and_then(|at| all.get(usize::from(at))) {
            chain.push(&axis.steps);
            next = axis.parent.map(|parent| parent.0);
        }
        chain
            .iter()
            .rev()
            .flat_map(|steps| steps.iter().copied())
            .collect()
    }

    fn is_scalar(&self, id: ExprId, path: &WholeRef) -> Result<(), crate::Loss> {
        match path.steps.last() {
            Some((step, _)) if is_scalar(*step) => Ok(()),
            _ => Err(self.cannot(id, "a message, duration or map as a value has no SQL yet")),
        }
    }

    fn placeholder(&mut self, which: PlaceholderId, scope: &Scope) -> Written {
        if let Some(known) = scope.placeholders.get(&which.0) {
            return Ok(known.clone());
        }
        let placeholder = &self.plan.placeholders[usize::from(which.0)];
        match &placeholder.binding {
            Binding::To(bound) => self.value(*bound, scope),
            Binding::OneOf(_) => Ok(quote::zero(placeholder.ty)),
        }
    }

    fn compare(
        &mut self,
        id: ExprId,
        (op, nocase): (CompareOp, bool),
        (left, right): (ExprId, ExprId),
        scope: &Scope,
    ) -> Written {
        let (a, b) = (self.value(left, scope)?, self.value(right, scope)?);
        let types = (self.type_of(left), self.type_of(right));
        let sign = match op {
            CompareOp::Ne => "<>",
            other => other.sign(),
        };
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        match types {
            (a_ty, b_ty) if a_ty.is_text() && b_ty.is_text() => {
                let enums = [a_ty, b_ty]
                    .iter()
                    .filter(|ty| matches!(ty, Type::Enum(_)))
                    .count();
                if (enums > 0 && !equality) || (enums == 2 && a_ty != b_ty) {
                    return Err(self.cannot(id, "the order of an enum's values has no SQL yet"));
                }
                if nocase && equality {
                    return Ok(format!("({} {sign} {})", folded(&a), folded(&b)));
                }
                Ok(format!("({a} {sign} {b})"))
            }
            (Type::Float, b_ty) | (b_ty, Type::Float) if b_ty.is_number() => {
                // To the database NaN is a number like others.
                let real = |side: &str| format!("NOT isnan(CAST({side} AS DOUBLE))");
                let sign = if equality { "=" } else { sign };
                let test = format!("({} AND {} AND {a} {sign} {b})", real(&a), real(&b));
                Ok(if op == CompareOp::Ne {
                    format!("(NOT {test})")
                } else {
                    test
                })
            }
            (a_ty, b_ty) if a_ty.is_number() && b_ty.is_number() => Ok(format!("({a} {sign} {b})")),
            (Type::Bool, Type::Bool) => Ok(format!("({a} {sign} {b})")),
            (Type::Bool, b_ty) | (b_ty, Type::Bool) if b_ty.is_number() => {
                Ok(format!("(CAST({a} AS DOUBLE) {sign} CAST({b} AS DOUBLE))"))
            }
            _ => Err(self.cannot(id, "a comparison of these types has no SQL yet")),
        }
    }

    fn arithmetic(
        &mut self,
        id: ExprId,
        op: ArithmeticOp,
        (left, right): (ExprId, ExprId),
        scope: &Scope,
    ) -> Written {
        let (a, b) = (self.value(left, scope)?, self.value(right, scope)?);
        let types = [self.type_of(left), self.type_of(right)];
        let sign = match op {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Sub => "-",
            ArithmeticOp::Mul => "*",
            ArithmeticOp::Div | ArithmeticOp::Rem => {
                return Err(self.cannot(id, "a division has no SQL yet"));
            }
        };
        if types.iter().any(|ty| !ty.is_number()) {
            return Err(self.cannot(id, "arithmetic with what is no number has no SQL yet"));
        }
        if types.contains(&Type::Float) {
            return Ok(format!("(CAST({a} AS DOUBLE) {sign} CAST({b} AS DOUBLE))"));
        }
        // A result beyond 64 bits is the nearest number that is not.
        let wide = |side: &str| format!("least(CAST({side} AS HUGEINT), {})", i64::MAX);
        if op == ArithmeticOp::Mul {
            return Err(self.cannot(id, "a product of integers has no SQL yet"));
        }
        Ok(format!(
            "CAST(greatest(least({} {sign} {}, {}), CAST('{}' AS HUGEINT)) AS BIGINT)",
            wide(&a),
            wide(&b),
            i64::MAX,
            i64::MIN
        ))
    }

    fn quantified(&mut self, id: ExprId, scope: &Scope) -> Written {
        let Expr::Quantified {
            all,
            field,
            body,
            slot,
        } = &self.plan.node(id).expr
        else {
            return Err(self.cannot(id, "no quantifier"));
        };
        self.is_scalar(id, field)?;
        let column = self.fields.whole(field);
        let list = column_of(
            scope,
            field.variable,
            &column,
            Type::List(yaral_ir::types::Elem::Any),
        );
        let one = self.fields.lambda();
        let mut inner = scope.clone();
        inner.visited.truncate(usize::from(*slot));
        inner.visited.push(one.clone());
        let body = self.truth(*body, &inner)?;
        Ok(if !*all {
            format!("(len(list_filter({list}, lambda {one}: {body})) > 0)")
        } else if self.plan.semantics.all_on_empty {
            format!("(len(list_filter({list}, lambda {one}: NOT {body})) = 0)")
        } else {
            let fits = format!("(len(list_filter({list}, lambda {one}: NOT {body})) = 0)");
            format!("(len({list}) > 0 AND {fits})")
        })
    }

    /// What an expression is that reads more than a row; `None` for others.
    fn grouped(&mut self, id: ExprId, scope: &Scope) -> Option<Written> {
        match &scope.stage {
            Stage::Row => None,
            Stage::Event(group) => self.in_event(id, group, scope),
            Stage::Window(row) => self.in_window(id, row, scope),
        }
    }
}

/// A column of the relation of an event variable.
pub(super) fn column_of(scope: &Scope, variable: VariableId, column: &str, ty: Type) -> String {
    match scope.relations.get(usize::from(variable.0)) {
        Some(Some(relation)) if relation.optional => {
            format!("coalesce({}{column}, {})", relation.prefix, quote::zero(ty))
        }
        Some(Some(relation)) => format!("{}{column}", relation.prefix),
        _ => quote::zero(ty),
    }
}

/// A pattern with its modifier.
pub(super) fn pattern_of(pattern: &yaral_ir::regex::Pattern) -> String {
    let flags = if pattern.nocase() { "(?i)" } else { "" };
    quote::text(&format!("{flags}{}", pattern.text()))
}

/// Text without regard to case. The one letter whose lower case is two
/// characters is spelt so, as everywhere in the language.
pub(super) fn folded(sql: &str) -> String {
    format!("lower(replace({sql}, 'İ', 'i̇'))")
}

fn is_scalar(step: FieldId) -> bool {
    !matches!(
        step.kind(),
        FieldKind::Duration | FieldKind::Struct | FieldKind::Map | FieldKind::Message(_)
    )
}
