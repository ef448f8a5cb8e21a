//! Whether an event, as far as it was read, may satisfy a need.
//!
//! The answer "no" must be right: an absent field passes if the default of its
//! type is asked for, and what has no text form passes.

use yaral_udm::{Event, FieldId, FieldKind, Need, NeedTest, NodeRef, ValueRef};

/// Whether the event may satisfy every need of the rule.
pub(super) fn admits(event: &Event, rule: &[Need]) -> bool {
    rule.iter().all(|need| may_hold(event, need))
}

fn may_hold(event: &Event, need: &Need) -> bool {
    if need.path.root() != event.kind() {
        return false;
    }
    let mut found = Found::default();
    visit(event.root(), need.path.steps(), need, &mut found);
    found.passed || (!found.any && passes_absent(need))
}

#[derive(Default)]
struct Found {
    any: bool,
    passed: bool,
}

/// Visits the values of a path; the depth is that of the path.
fn visit(node: NodeRef<'_>, steps: &[FieldId], need: &Need, found: &mut Found) {
    let Some((first, rest)) = steps.split_first() else {
        leaf(node, need, found);
        return;
    };
    for child in node.all(*first) {
        visit(child, rest, need, found);
        if found.passed {
            return;
        }
    }
}

fn leaf(node: NodeRef<'_>, need: &Need, found: &mut Found) {
    let Some(key) = &need.key else {
        found.any = true;
        found.passed |= holds(node, &need.test);
        return;
    };
    match node.value() {
        ValueRef::Struct(object) => {
            for entry in object.children().filter(|entry| entry.key() == Some(key)) {
                found.any = true;
                found.passed |= holds(entry, &need.test);
            }
        }
        ValueRef::Message(label) => {
            let text = |name: &str| {
                let field = node.field().and_then(|field| match field.kind() {
                    FieldKind::Message(message) => message.field(name),
                    _ => None,
                });
                field.and_then(|field| label.get(field))
            };
            if text("key").and_then(NodeRef::text).unwrap_or_default() == key {
                found.any = true;
                found.passed |= text("value").is_none_or(|value| holds(value, &need.test));
            }
        }
        _ => found.passed = true,
    }
}

fn holds(node: NodeRef<'_>, asked: &NeedTest) -> bool {
    match node.value() {
        ValueRef::Bool(value) => text_holds(if value { "true" } else { "false" }, asked),
        ValueRef::Int(value) => text_holds(&value.to_string(), asked),
        ValueRef::Uint(value) => text_holds(&value.to_string(), asked),
        ValueRef::Enum(id, number) => id
            .value_name(number)
            .is_none_or(|name| text_holds(name, asked)),
        ValueRef::Str(text) => text_holds(text, asked),
        ValueRef::Bytes(_)
        | ValueRef::Float(_)
        | ValueRef::Timestamp(_)
        | ValueRef::Duration(_)
        | ValueRef::Message(_)
        | ValueRef::Struct(_)
        | ValueRef::List(_)
        | ValueRef::Null => true,
    }
}

fn text_holds(text: &str, asked: &NeedTest) -> bool {
    match asked {
        NeedTest::Equals(literals) => literals.iter().any(|literal| literal == text),
        NeedTest::EqualsNoCase(literals) => literals
            .iter()
            .any(|literal| literal.eq_ignore_ascii_case(text)),
        NeedTest::Contains(literals) => literals
            .iter()
            .any(|literal| text.contains(literal.as_str())),
        // A text may be there and empty, which reads as absent; let it pass.
        NeedTest::Present => true,
    }
}

fn passes_absent(need: &Need) -> bool {
    let zero = match need.path.leaf().kind() {
        FieldKind::Enum(id) => id.value_name(0).unwrap_or_default(),
        FieldKind::Timestamp | FieldKind::Duration => return true,
        _ => "",
    };
    let default = |literal: &String| {
        matches!(literal.as_str(), "" | "0" | "false" | "null")
            || literal.eq_ignore_ascii_case(zero)
    };
    match &need.test {
        NeedTest::Equals(literals) | NeedTest::EqualsNoCase(literals) => {
            literals.iter().any(default)
        }
        NeedTest::Contains(literals) => literals
            .iter()
            .any(|literal| default(literal) || zero.contains(literal.as_str())),
        NeedTest::Present => false,
    }
}
