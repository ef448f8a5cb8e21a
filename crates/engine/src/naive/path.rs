//! Reading an event at a path, and the operators that need nothing else.

use yaral_ir::plan::{ArithmeticOp, CompareOp, TimePart, WholeRef};
use yaral_ir::semantics::Semantics;
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldId, FieldKind, NodeId, NodeRef, ValueRef};

use super::value::Owned;

/// All values at a path that is read as a whole; none without an event.
pub(super) fn all(event: Option<&Event>, path: &WholeRef) -> Vec<Owned> {
    let ends = event.map(|event| ends(event, path)).unwrap_or_default();
    ends.into_iter()
        .filter_map(|node| leaf(node, path.part))
        .collect()
}

fn ends<'e>(event: &'e Event, path: &WholeRef) -> Vec<NodeRef<'e>> {
    below(event, event.root().id(), &path.steps)
}

/// The nodes that the steps lead to from a node.
fn below<'e>(event: &'e Event, from: NodeId, steps: &[(FieldId, Option<u32>)]) -> Vec<NodeRef<'e>> {
    let mut nodes = vec![event.node(from)];
    for (field, index) in steps {
        let children =
            |node: NodeRef<'_>| -> Vec<NodeId> { node.all(*field).map(NodeRef::id).collect() };
        nodes = nodes
            .into_iter()
            .flat_map(|node| {
                let list = children(node);
                match (index, field.repeated()) {
                    (Some(index), _) => list.get(*index as usize).copied().into_iter().collect(),
                    (None, true) => list,
                    (None, false) => list.into_iter().take(1).collect::<Vec<_>>(),
                }
            })
            .map(|id| event.node(id))
            .collect();
    }
    nodes
}

/// The first value with this key in a Struct or label list, as text.
pub(super) fn keyed(event: Option<&Event>, path: &WholeRef, key: &str) -> Owned {
    for node in event.map(|event| ends(event, path)).unwrap_or_default() {
        let found = match node.value() {
            ValueRef::Struct(_) => node.entry(key).and_then(text),
            ValueRef::Message(_) => label(node, key),
            _ => None,
        };
        if let Some(found) = found {
            return Value::string(found);
        }
    }
    Value::EMPTY
}

/// The first value at the steps within a message that a map holds under a key.
pub(super) fn entry(
    event: Option<&Event>,
    map: &WholeRef,
    key: &str,
    steps: &[(FieldId, Option<u32>)],
) -> Option<Owned> {
    let event = event?;
    let maps = ends(event, map).into_iter();
    let messages = maps.filter_map(|node| node.entry(key));
    let mut values = messages.flat_map(|message| below(event, message.id(), steps));
    values.find_map(|node| leaf(node, None))
}

/// The number in a column of a data table's row.
pub(super) fn cell(event: Option<&Event>, column: &str) -> Option<Owned> {
    let cells = event?.root().get(FieldId::UDM_ADDITIONAL)?;
    leaf(cells.entry(column)?, None)
}

fn label(node: NodeRef<'_>, wanted: &str) -> Option<String> {
    let FieldKind::Message(message) = node.field()?.kind() else {
        return None;
    };
    let (key, value) = message.label_like()?;
    if node.get(key).and_then(text)? != wanted {
        return None;
    }
    Some(node.get(value).and_then(text).unwrap_or_default())
}

fn text(node: NodeRef<'_>) -> Option<String> {
    if let ValueRef::Str(text) = node.value() {
        Some(text.to_owned())
    } else {
        None
    }
}

/// Sees every node that the steps lead to, in event order.
pub(super) fn visit<'e>(from: NodeRef<'e>, steps: &[FieldId], see: &mut dyn FnMut(NodeRef<'e>)) {
    match steps {
        [] => see(from),
        [field, rest @ ..] if field.repeated() => {
            from.all(*field).for_each(|next| visit(next, rest, see));
        }
        [field, rest @ ..] => from
            .get(*field)
            .into_iter()
            .for_each(|next| visit(next, rest, see)),
    }
}

/// The value of a scalar.
pub(super) fn leaf(node: NodeRef<'_>, part: Option<TimePart>) -> Option<Owned> {
    Some(match (node.value(), part) {
        (ValueRef::Str(s), _) => Value::string(s.to_owned()),
        (ValueRef::Bytes(b), _) => match node.text() {
            Some(text) => Value::string(text.to_owned()),
            None => Value::Bytes(b.to_vec().into()),
        },
        (ValueRef::Bool(b), _) => Value::Bool(b),
        (ValueRef::Int(i), _) => Value::Int(i),
        (ValueRef::Uint(u), _) => Value::Uint(u),
        (ValueRef::Float(f), _) => Value::Float(f),
        (ValueRef::Enum(of, number), _) => Value::Enum(of, number),
        (ValueRef::Timestamp(t) | ValueRef::Duration(t), Some(TimePart::Nanos)) => {
            Value::Int(t.nanos.into())
        }
        (ValueRef::Timestamp(t) | ValueRef::Duration(t), _) => Value::Int(t.seconds),
        _ => return None,
    })
}

/// What an unset field of this type reads as.
pub(super) fn zero(ty: Type) -> Owned {
    match ty {
        Type::Int => Value::Int(0),
        Type::Uint => Value::Uint(0),
        Type::Float => Value::Float(0.0),
        Type::Bool => Value::Bool(false),
        Type::Enum(of) => Value::Enum(of, 0),
        Type::List(_) => Value::List(Vec::new()),
        Type::Bytes => Value::Bytes(Vec::new().into()),
        Type::Str | Type::Any => Value::EMPTY,
    }
}

/// A comparison.
pub(super) fn compare(op: CompareOp, left: &Owned, right: &Owned, nocase: bool) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match (op, left.compare(right)) {
        (CompareOp::Eq, _) => left.equals(right, nocase),
        (CompareOp::Ne, _) => !left.equals(right, nocase),
        (CompareOp::Lt, order) => order == Some(Less),
        (CompareOp::Gt, order) => order == Some(Greater),
        (CompareOp::Le, order) => matches!(order, Some(Less | Equal)),
        (CompareOp::Ge, order) => matches!(order, Some(Greater | Equal)),
    }
}

/// Arithmetic; what makes no sense is zero.
pub(super) fn calculate(
    op: ArithmeticOp,
    left: &Owned,
    right: &Owned,
    semantics: &Semantics,
) -> Owned {
    let floats = [left, right]
        .iter()
        .any(|side| matches!(side, Value::Float(_)));
    let (x, y) = (left.float(), right.float());
    let (a, b) = (left.int(), right.int());
    match op {
        ArithmeticOp::Div if semantics.integer_division && !floats => {
            Value::Int(if b == 0 { 0 } else { a.wrapping_div(b) })
        }
        ArithmeticOp::Div if y == 0.0 => Value::Float(0.0),
        ArithmeticOp::Div => Value::Float(x / y),
        ArithmeticOp::Rem if y == 0.0 => {
            if floats {
                Value::Float(0.0)
            } else {
                Value::Int(0)
            }
        }
        ArithmeticOp::Rem => {
            if floats {
                Value::Float(x % y)
            } else {
                Value::Int(a.wrapping_rem(b))
            }
        }
        ArithmeticOp::Add => {
            if floats {
                Value::Float(x + y)
            } else {
                Value::Int(a.saturating_add(b))
            }
        }
        ArithmeticOp::Sub => {
            if floats {
                Value::Float(x - y)
            } else {
                Value::Int(a.saturating_sub(b))
            }
        }
        ArithmeticOp::Mul => {
            if floats {
                Value::Float(x * y)
            } else {
                Value::Int(a.saturating_mul(b))
            }
        }
    }
}
