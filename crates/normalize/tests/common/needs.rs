//! What the property tests of all log types share: needs that rules might have,
//! and what it means that an event satisfies one.

use proptest::prelude::*;
use yaral_normalize::{LogType, Mapping, Setup};
use yaral_udm::{
    Event, FieldKind, FieldPath, FieldSet, Need, NeedTest, Needs, NodeRef, Root, ValueRef,
};

use super::{Built, Collected, collect};

pub(crate) fn texts(pool: &'static [&'static str]) -> prop::sample::Select<&'static str> {
    prop::sample::select(pool)
}

/// Needs over some fields, each a path and a key, and some literals.
pub(crate) fn needs(
    asked: &'static [(&'static str, &'static str)],
    literals: &'static [&'static str],
) -> impl Strategy<Value = Needs> {
    let literals = move || prop::collection::vec(texts(literals).prop_map(str::to_owned), 0..3);
    let test = prop_oneof![
        literals().prop_map(NeedTest::Equals),
        literals().prop_map(|list| NeedTest::EqualsNoCase(
            list.iter().map(|l| l.to_ascii_lowercase()).collect()
        )),
        literals().prop_map(NeedTest::Contains),
        Just(NeedTest::Present),
    ];
    let need = (prop::sample::select(asked), test).prop_map(|((path, key), test)| Need {
        path: FieldPath::resolve(Root::Event, path).expect("a field of the schema"),
        key: (!key.is_empty()).then(|| key.to_owned()),
        test,
    });
    prop::collection::vec(prop::collection::vec(need, 0..4), 0..4).prop_map(|rules| Needs { rules })
}

pub(crate) fn setup(mapping: Mapping, needs: Needs) -> Setup {
    Setup {
        mapping,
        needs,
        ..Setup::default()
    }
}

pub(crate) fn mapping() -> impl Strategy<Value = Mapping> {
    prop_oneof![Just(Mapping::Default), Just(Mapping::Secops)]
}

/// The texts of a path in an event.
pub(crate) fn values(
    node: NodeRef<'_>,
    steps: &[yaral_udm::FieldId],
    key: Option<&str>,
    out: &mut Vec<String>,
) {
    if let Some((first, rest)) = steps.split_first() {
        for child in node.all(*first) {
            values(child, rest, key, out);
        }
        return;
    }
    match (node.value(), key) {
        (ValueRef::Struct(object), Some(key)) => {
            out.extend(object.entry(key).and_then(NodeRef::text).map(str::to_owned));
        }
        (ValueRef::Message(label), Some(key)) => {
            let text = |name: &str| {
                let field = label.children().find(|child| {
                    let field = child.field();
                    field.is_some_and(|field| field.name() == name)
                });
                field.and_then(NodeRef::text)
            };
            if text("key") == Some(key) {
                out.extend(text("value").map(str::to_owned));
            }
        }
        (ValueRef::Str(text), _) => out.push(text.to_owned()),
        (ValueRef::Int(number), _) => out.push(number.to_string()),
        (ValueRef::Enum(id, number), _) => out.extend(id.value_name(number).map(str::to_owned)),
        (ValueRef::Timestamp(time), _) => out.push(time.to_string()),
        _ => out.push("a message".to_owned()),
    }
}

/// Whether a need holds for sure, or, with an absent field, may hold because
/// the default of its type is asked for.
pub(crate) fn holds(event: &Event, need: &Need) -> bool {
    let mut found = Vec::new();
    values(
        event.root(),
        need.path.steps(),
        need.key.as_deref(),
        &mut found,
    );
    if found.is_empty() && need.test != NeedTest::Present {
        found.push(match need.path.leaf().kind() {
            FieldKind::Enum(id) => id.value_name(0).unwrap_or_default().to_owned(),
            FieldKind::Int32 => "0".to_owned(),
            _ => String::new(),
        });
    }
    found.iter().any(|text| match &need.test {
        NeedTest::Equals(literals) => literals.contains(text),
        NeedTest::EqualsNoCase(literals) => literals
            .iter()
            .any(|literal| literal.eq_ignore_ascii_case(text)),
        NeedTest::Contains(literals) => literals
            .iter()
            .any(|literal| text.contains(literal.as_str())),
        NeedTest::Present => true,
    })
}

pub(crate) fn keys(found: &Collected) -> Vec<(u64, u32, String)> {
    let key = |event: &Built| (event.position.line, event.position.item, event.json.clone());
    found.events.iter().map(key).collect()
}

/// Holds a log against the prefilter: a record that was passed over fails a need
/// of every rule, and the prefilter changes nothing else.
pub(crate) fn sound(
    log_type: LogType,
    mapping: Mapping,
    needs: &Needs,
    log: &[u8],
) -> Result<(), TestCaseError> {
    let all = collect(log_type, &setup(mapping, Needs { rules: Vec::new() }), log);
    let some = collect(log_type, &setup(mapping, needs.clone()), log);
    prop_assert_eq!(&all.rejects, &some.rejects);
    prop_assert_eq!(all.counts.duplicates, some.counts.duplicates);
    prop_assert_eq!(
        all.counts.events,
        some.counts.events + some.counts.passed_over
    );
    let (every, kept) = (keys(&all), keys(&some));
    prop_assert!(kept.iter().all(|key| every.contains(key)));
    for (event, key) in all.events.iter().zip(every) {
        if !kept.contains(&key) {
            let mut rules = needs.rules.iter();
            let matched = rules.any(|rule| rule.iter().all(|need| holds(&event.full, need)));
            prop_assert!(!matched, "{} was passed over by {:?}", event.json, needs);
        }
    }
    Ok(())
}

/// The projected event holds what the full one holds, for every field asked for.
pub(crate) fn part_of_whole(
    log_type: LogType,
    mapping: Mapping,
    asked: &[(&str, &str)],
    log: &[u8],
) -> Result<(), TestCaseError> {
    let mut want = FieldSet::empty();
    let path = |path| FieldPath::resolve(Root::Event, path).expect("a field of the schema");
    for (field, key) in asked {
        if key.is_empty() {
            want.insert(&path(field));
        } else {
            want.insert_key(&path(field), key);
        }
    }
    let setup = Setup {
        mapping,
        want,
        redact: false,
        ..Setup::default()
    };
    for built in &collect(log_type, &setup, log).events {
        let mut projected = Event::default();
        yaral_udm::read_event(built.projected.as_bytes(), &FieldSet::all(), &mut projected)
            .expect("it was written as an event");
        for (field, key) in asked {
            let path = path(field);
            let key = (!key.is_empty()).then_some(*key);
            let (mut part, mut whole) = (Vec::new(), Vec::new());
            values(projected.root(), path.steps(), key, &mut part);
            values(built.full.root(), path.steps(), key, &mut whole);
            // A number that is zero is not written.
            part.retain(|text| text != "0");
            whole.retain(|text| text != "0");
            prop_assert_eq!(part, whole);
        }
    }
    Ok(())
}
