//! What must always hold, over random rules and random events: the fast
//! evaluator, with its index, agrees with the naive one; what is derived as a
//! need is really needed; and the projection changes nothing.

use proptest::prelude::*;
use yaral_engine::{Context, Engine, naive};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldId, FieldSet, Need, NeedTest, NodeRef, ValueRef, read_event};

/// Fields of every kind that rows are made of, and a few values for each.
const FIELDS: &[(&str, &[&str])] = &[
    (
        "$e.metadata.event_type",
        &["USER_LOGIN", "PROCESS_LAUNCH", "EVENTTYPE_UNSPECIFIED"],
    ),
    ("$e.principal.hostname", &["a", "b", ""]),
    ("$e.principal.ip", &["1.1.1.1", "2.2.2.2", ""]),
    ("$e.target.ip", &["1.1.1.1", "2.2.2.2", "3.3.3.3"]),
    ("$e.about.hostname", &["a", "b", ""]),
    ("$e.about.ip", &["1.1.1.1", "2.2.2.2"]),
    (
        "$e.security_result.action",
        &["ALLOW", "BLOCK", "UNKNOWN_ACTION"],
    ),
    ("$e.security_result.summary", &["a", "b"]),
    ("$e.additional.fields[\"k\"]", &["a", "b", ""]),
    ("$e.metadata.ingestion_labels[\"k\"]", &["a", "b"]),
    ("$e.principal.ip[0]", &["1.1.1.1", "2.2.2.2"]),
];

/// Text fields that two of may be compared.
const TEXTS: &[&str] = &[
    "$e.principal.hostname",
    "$e.principal.ip",
    "$e.target.ip",
    "$e.about.ip",
    "$e.about.hostname",
];

fn atom() -> impl Strategy<Value = String> {
    let constant = (
        0..FIELDS.len(),
        any::<prop::sample::Index>(),
        prop::sample::select(vec!["=", "!="]),
    )
        .prop_map(|(field, value, op)| {
            let (field, values) = FIELDS[field];
            format!("{field} {op} \"{}\"", value.get(values))
        });
    let pattern = (
        0..TEXTS.len(),
        prop::sample::select(vec!["^a", "1", "2\\.2$", "^$", "[ab]", "."]),
    )
        .prop_map(|(field, pattern)| format!("re.regex({}, `{pattern}`)", TEXTS[field]));
    let pair = (0..TEXTS.len(), 0..TEXTS.len())
        .prop_filter("two fields", |(a, b)| a != b)
        .prop_map(|(a, b)| format!("{} = {}", TEXTS[a], TEXTS[b]));
    let quantified = (
        prop::sample::select(vec!["any", "all"]),
        1..3_usize,
        prop::sample::select(vec!["=", "!="]),
    )
        .prop_map(|(word, value, op)| {
            format!("{word} $e.principal.ip {op} \"{value}.{value}.{value}.{value}\"")
        });
    let nocase = prop::sample::select(vec!["A", "b"])
        .prop_map(|value| format!("$e.principal.hostname = \"{value}\" nocase"));
    let bound = (0..TEXTS.len()).prop_map(|field| format!("$p = {}", TEXTS[field]));
    prop_oneof![4 => constant, 1 => pattern, 1 => pair, 1 => quantified, 1 => nocase, 1 => bound]
}

fn predicate() -> impl Strategy<Value = String> {
    atom().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|list| format!("({})", list.join(" or "))),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|list| format!("({})", list.join(" and "))),
            inner
                .prop_filter("a negated equality binds nothing", |p| !p.contains("$p"))
                .prop_map(|p| format!("not ({p})")),
        ]
    })
}

fn rule() -> impl Strategy<Value = String> {
    (prop::collection::vec(predicate(), 1..4), any::<bool>()).prop_map(|(predicates, outcomes)| {
        let bound = predicates.iter().any(|p| p.contains("$p"));
        let mut text = format!("rule r {{ meta: events: $e.metadata.description != \"zzz\"\n {}\n", predicates.join("\n"));
        if outcomes {
            text.push_str("outcome: $rows = count($e.metadata.description) $ips = array($e.principal.ip) $hosts = array_distinct($e.about.hostname)\n");
            text.push_str("$pairs = count_distinct(strings.concat($e.target.ip, $e.about.ip)) $total = sum(if($e.principal.ip = \"1.1.1.1\", 2, 3)) $all_of_it = array(strings.concat($e.target.ip, $e.principal.ip, $e.about.ip, $e.security_result.summary))\n");
            if bound {
                text.push_str("$ps = array($p)\n");
            }
        }
        let counted = if bound { "condition: $e and #p >= 1 }" } else { "condition: $e }" };
        text + counted
    })
}

fn texts(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(values), 0..3).prop_map(|list| {
        format!(
            "[{}]",
            list.iter()
                .map(|v| format!("\"{v}\""))
                .collect::<Vec<_>>()
                .join(",")
        )
    })
}

fn event() -> impl Strategy<Value = String> {
    const IPS: &[&str] = &["1.1.1.1", "2.2.2.2", "3.3.3.3"];
    let about = prop::collection::vec((texts(IPS), prop::sample::select(vec!["", "a", "b"])), 0..3)
        .prop_map(|list| {
            list.iter()
                .map(|(ips, host)| format!("{{\"ip\":{ips},\"hostname\":\"{host}\"}}"))
                .collect::<Vec<_>>()
                .join(",")
        });
    let results = prop::collection::vec(
        (
            texts(&["ALLOW", "BLOCK"]),
            prop::sample::select(vec!["a", "b"]),
        ),
        0..3,
    )
    .prop_map(|list| {
        list.iter()
            .map(|(actions, summary)| format!("{{\"action\":{actions},\"summary\":\"{summary}\"}}"))
            .collect::<Vec<_>>()
            .join(",")
    });
    let labels =
        prop::collection::vec(prop::sample::select(vec!["a", "b"]), 0..3).prop_map(|list| {
            list.iter()
                .map(|v| format!("{{\"key\":\"k\",\"value\":\"{v}\"}}"))
                .collect::<Vec<_>>()
                .join(",")
        });
    let kind = prop::sample::select(vec![
        "",
        "\"eventType\":\"USER_LOGIN\",",
        "\"eventType\":\"PROCESS_LAUNCH\",",
    ]);
    let host = prop::sample::select(vec!["", "a", "A", "b"]);
    let extra = prop::sample::select(vec!["{}", "{\"k\":\"a\"}", "{\"k\":\"b\"}", "{\"k\":1}"]);
    (kind, labels, host, texts(IPS), texts(IPS), about, results, extra).prop_map(
        |(kind, labels, host, from, to, about, results, extra)| {
            format!(
                "{{\"metadata\":{{{kind}\"ingestionLabels\":[{labels}]}},\"principal\":{{\"hostname\":\"{host}\",\"ip\":{from}}},\
                 \"target\":{{\"ip\":{to}}},\"about\":[{about}],\"securityResult\":[{results}],\"additional\":{extra}}}"
            )
        },
    )
}

fn parse(json: &str, want: &FieldSet) -> Event {
    let mut event = Event::default();
    read_event(json.as_bytes(), want, &mut event).expect("generated UDM JSON is valid");
    event
}

/// Whether some value at the need's place passes its test.
fn met(event: &Event, need: &Need) -> bool {
    let mut values = Vec::new();
    collect(
        event.root(),
        need.path.steps(),
        need.key.as_deref(),
        &mut values,
    );
    values.iter().any(|value| match &need.test {
        NeedTest::Equals(list) => list.contains(value),
        NeedTest::EqualsNoCase(list) => list.contains(&value.to_ascii_lowercase()),
        NeedTest::Contains(list) => list.iter().any(|one| value.contains(one.as_str())),
        NeedTest::Present => true,
    })
}

fn collect(node: NodeRef<'_>, steps: &[FieldId], key: Option<&str>, into: &mut Vec<String>) {
    if let Some((&step, rest)) = steps.split_first() {
        return node
            .all(step)
            .for_each(|next| collect(next, rest, key, into));
    }
    match (key, node.value()) {
        (Some(key), ValueRef::Struct(_)) => {
            into.extend(node.entry(key).and_then(NodeRef::text).map(str::to_owned));
        }
        (Some(key), ValueRef::Message(_)) => {
            let mut children = node.children();
            let named = children.clone().next().and_then(NodeRef::text) == Some(key);
            into.extend(
                named
                    .then(|| children.nth(1).and_then(NodeRef::text))
                    .flatten()
                    .map(str::to_owned),
            );
        }
        (None, ValueRef::Enum(of, number)) => into.extend(of.value_name(number).map(str::to_owned)),
        (None, _) => into.extend(node.text().map(str::to_owned)),
        _ => {}
    }
}

fn compiled(text: &str) -> Option<Plan> {
    let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
    assert!(
        !compiled.has_errors(),
        "{text}\n{:#?}",
        compiled.diagnostics
    );
    compiled.rules.into_iter().next()?.plan
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn fast_and_naive_agree(rule in rule(), events in prop::collection::vec(event(), 1..6)) {
        let plan = compiled(&rule).expect("generated rules are valid");
        let mut engine = Engine::new(vec![plan.clone()]);
        let projection = engine.projection();
        for json in &events {
            let event = parse(json, &FieldSet::all());
            let context = Context { event_id: "e", now: 0 };
            let slow = naive::evaluate(&plan, &event, &context);
            let mut fast = Vec::new();
            engine.evaluate(&event, &context, &mut fast);
            prop_assert_eq!(fast.len(), usize::from(slow.is_some()), "{}\n{}", rule, json);

            let mut projected = Vec::new();
            engine.evaluate(&parse(json, &projection), &context, &mut projected);
            prop_assert_eq!(format!("{projected:?}"), format!("{fast:?}"), "{}\n{}", rule, json);

            let explained = engine.explain(0, &event, &context);
            if let (Some(slow), Some(fast)) = (slow, fast.first()) {
                prop_assert_eq!(&fast.outcomes, &slow.outcomes, "{}\n{}", rule, json);
                prop_assert_eq!(explained.rows, slow.rows as u64, "{}\n{}", rule, json);
                let needed = plan.needs.iter().any(|needs| needs.iter().all(|need| met(&event, need)));
                prop_assert!(needed, "a rule fires without its needs\n{}\n{}\n{:?}", rule, json, plan.needs);
            }
        }
    }
}
