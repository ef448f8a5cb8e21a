//! Constants.

use yaral_ir::plan::{Expr as Plan, ExprId};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_syntax::ast::{Array, Literal, LiteralValue};

use super::Lower;
use crate::codes;

impl Lower<'_> {
    /// Lowers a constant.
    pub(crate) fn literal(&mut self, literal: &Literal) -> Option<ExprId> {
        let (value, ty) = match literal.value()? {
            LiteralValue::Str(text) => (Value::string(text), Type::Str),
            LiteralValue::Int(number) => match i64::try_from(number) {
                Ok(number) => (Value::Int(number), Type::Int),
                Err(_) => (Value::Uint(number), Type::Uint),
            },
            LiteralValue::Float(number) => (Value::Float(number), Type::Float),
            LiteralValue::Bool(yes) => (Value::Bool(yes), Type::Bool),
            LiteralValue::Duration(_) => {
                return self.fail(
                    codes::TYPE_MISMATCH,
                    literal.span(),
                    "a duration stands in windows and options only; write seconds as a number",
                );
            }
            LiteralValue::Null => {
                return self.fail(
                    codes::UNDOCUMENTED_FORM,
                    literal.span(),
                    "there is no null in rules; an unset field reads as \"\", 0 or false",
                );
            }
        };
        self.add(Plan::Literal(value), ty, literal.span())
    }

    /// Lowers an array of constants, as some functions take.
    pub(super) fn array(&mut self, array: &Array) -> Option<ExprId> {
        let mut items = Vec::new();
        let mut elem = None;
        for item in array.items() {
            let id = self.value(&item)?;
            let Plan::Literal(value) = &self.nodes[id.0 as usize].expr else {
                return self.fail(
                    codes::TYPE_MISMATCH,
                    item.span(),
                    "arrays hold constants only",
                );
            };
            items.push(value.clone());
            let own = self.ty(id).elem();
            elem = Some(elem.map_or(own, |known| {
                if known == own {
                    own
                } else {
                    yaral_ir::types::Elem::Any
                }
            }));
        }
        let ty = Type::List(elem.unwrap_or(yaral_ir::types::Elem::Any));
        self.add(Plan::Literal(Value::List(items)), ty, array.span())
    }
}
