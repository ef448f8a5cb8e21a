//! Metrics from end to end: what a run counts, and what rules get of it, on
//! both evaluators.

use std::sync::Arc;

use proptest::prelude::*;

use yaral_compiler::{Options, compile};
use yaral_engine::metrics::{MetricCollector, MetricStore};
use yaral_engine::naive::{Seen, detect_with};
use yaral_engine::{Context, Engine, Knowledge};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldPath, FieldSet, Root, Timestamp, ValueRef, read_event};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// Midnight UTC of the day on which the rules look back.
const TODAY: i64 = 20_000 * DAY;

fn plans(text: &str) -> Vec<Plan> {
    let compiled = compile(text, &Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    compiled
        .rules
        .into_iter()
        .filter_map(|rule| rule.plan)
        .collect()
}

fn event(json: &str, at: i64) -> Event {
    let mut event = Event::default();
    read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
    let path = FieldPath::resolve(Root::Event, "metadata.event_timestamp").expect("a field");
    let time = Timestamp {
        seconds: at,
        nanos: 0,
    };
    event.set(&path, ValueRef::Timestamp(time));
    event
}

fn login(user: &str, action: &str, at: i64) -> Event {
    let json = format!(
        r#"{{"metadata":{{"event_type":"USER_LOGIN"}},"target":{{"user":{{"userid":"{user}"}}}},
            "security_result":[{{"action":["{action}"]}}]}}"#
    );
    event(&json, at)
}

fn counted(plans: &[Plan], events: &[Event]) -> MetricStore {
    let mut collector = MetricCollector::new(plans);
    for event in events {
        collector.see(event);
    }
    collector.finish()
}

/// The outcomes of the first detection on these events, which both
/// evaluators agree on.
fn outcomes(plans: &[Plan], store: Option<MetricStore>, events: &[Event]) -> Vec<String> {
    let knowledge = Knowledge {
        metrics: store.map(|store| Arc::new(store) as _),
        ..Knowledge::default()
    };
    let ids: Vec<_> = (0..events.len()).map(|at| format!("e{at}")).collect();
    let seen: Vec<_> = events
        .iter()
        .zip(&ids)
        .map(|(event, id)| Seen { event, id })
        .collect();
    let naive = detect_with(&plans[0], &seen, &knowledge, 0);
    let mut engine = Engine::with(plans.to_vec(), Arc::new(knowledge));
    let mut found = Vec::new();
    for (event, event_id) in events.iter().zip(&ids) {
        let context = Context { event_id, now: 0 };
        engine.evaluate(event, &context, &mut found);
    }
    engine.finish(&mut found);
    let fast = found.first().map(|made| made.outcomes.clone());
    assert_eq!(fast, naive.first().map(|made| made.outcomes.clone()));
    let values = fast.into_iter().flatten();
    values
        .map(|(name, value): (String, Value<'_>)| format!("{name}={value}"))
        .collect()
}

const FAILED: &str = r#"rule r { meta: events:
    $e.metadata.event_type = "USER_LOGIN"
    $u = $e.target.user.userid
  match: $u over 1h
  outcome:
    $usual = max(metrics.auth_attempts_fail(period:1d, window:30d, metric:event_count_sum, agg:avg, target.user.userid:$u))
    $worst = max(metrics.auth_attempts_fail(period:1d, window:30d, metric:event_count_sum, agg:max, target.user.userid:$u))
    $days = max(metrics.auth_attempts_fail(period:1d, window:30d, metric:event_count_sum, agg:num_metric_periods, target.user.userid:$u))
    $first = max(metrics.auth_attempts_fail(period:1d, window:30d, metric:first_seen, agg:min, target.user.userid:$u))
    $today = max(metrics.auth_attempts_fail(period:1h, window:today, metric:event_count_sum, agg:sum, target.user.userid:$u))
    $busy = max(metrics.auth_attempts_fail(period:1d, window:30d, metric:event_count_sum, agg:num_metric_periods, target.user.userid:$u, filter:event_count_sum >= 2))
    $when = period_start_for_max(metrics.auth_attempts_fail(period:1d, window:30d, metric:event_count_sum, agg:max, target.user.userid:$u))
  condition: $e }"#;

#[test]
fn whole_periods_before_the_window_count() {
    let plans = plans(FAILED);
    let past = [
        login("u", "BLOCK", TODAY - 30 * DAY),
        login("u", "BLOCK", TODAY - 30 * DAY - 1), // the day before the thirty
        login("u", "BLOCK", TODAY - DAY),
        login("u", "BLOCK", TODAY - 1),
        login("u", "FAIL", TODAY - 1),
        login("u", "ALLOW", TODAY - 1),
        login("v", "BLOCK", TODAY - 1),
        login("u", "BLOCK", TODAY),
        login("u", "BLOCK", TODAY + HOUR - 1),
        login("u", "BLOCK", TODAY + HOUR), // the hour is not over
    ];
    let now = [login("u", "ALLOW", TODAY + HOUR + 1_800)];
    let got = outcomes(&plans, Some(counted(&plans, &past)), &now);
    let first = TODAY - 30 * DAY;
    let when = TODAY - DAY;
    let wanted = [
        "usual=2".to_owned(),
        "worst=3".to_owned(),
        "days=2".to_owned(),
        format!("first={first}"),
        "today=2".to_owned(),
        "busy=1".to_owned(),
        format!("when={when}"),
    ];
    assert_eq!(got, wanted);
}

#[test]
fn without_data_everything_is_zero() {
    let plans = plans(FAILED);
    let now = [login("u", "ALLOW", TODAY)];
    let zeros = [
        "usual=0", "worst=0", "days=0", "first=0", "today=0", "busy=0", "when=0",
    ];
    assert_eq!(outcomes(&plans, None, &now), zeros);
    assert_eq!(outcomes(&plans, Some(MetricStore::default()), &now), zeros);
}

#[test]
fn the_window_starts_with_its_first_event() {
    let plans = plans(FAILED);
    let past = [login("u", "BLOCK", TODAY - DAY)];
    let now = [
        login("u", "ALLOW", TODAY - 60),
        login("u", "ALLOW", TODAY + 60),
    ];
    let got = outcomes(&plans, Some(counted(&plans, &past)), &now);
    assert_eq!(got[1], "worst=0", "the day before is not over at the start");
}

#[test]
fn a_rule_without_match_looks_back_from_its_event() {
    let plans = plans(
        r#"rule r { meta: events: $e.metadata.event_type = "NETWORK_CONNECTION"
      outcome:
        $sent = max(metrics.network_bytes_outbound(period:1d, window:30d, metric:value_sum, agg:sum, principal.asset.ip:$e.principal.asset.ip))
        $when = period_start_for_min(metrics.network_bytes_outbound(period:1d, window:30d, metric:value_sum, agg:sum, principal.asset.ip:$e.principal.asset.ip))
      condition: $e and $sent > 5 }"#,
    );
    let traffic = |ips: &str, sent: u32, at| {
        let json = format!(
            r#"{{"metadata":{{"event_type":"NETWORK_CONNECTION"}},"network":{{"sent_bytes":"{sent}"}},
                "principal":{{"asset":{{"ip":[{ips}]}}}}}}"#
        );
        event(&json, at)
    };
    let past = [
        traffic(r#""10.0.0.1","10.0.0.2""#, 5, TODAY - 2 * DAY),
        traffic(r#""10.0.0.2""#, 3, TODAY - DAY),
        traffic(r#""10.0.0.2""#, 0, TODAY - DAY),
    ];
    let store = counted(&plans, &past);
    let one = [traffic(r#""10.0.0.1""#, 1, TODAY)];
    assert_eq!(outcomes(&plans, Some(store.clone()), &one), [""; 0]);
    let both = [traffic(r#""10.0.0.1","10.0.0.2""#, 1, TODAY)];
    let when = TODAY - DAY;
    let wanted = ["sent=8".to_owned(), format!("when={when}")];
    assert_eq!(outcomes(&plans, Some(store), &both), wanted);
}

#[test]
fn different_values_of_one_field_are_counted() {
    let plans = plans(
        r#"rule r { meta: events: $e.metadata.event_type = "USER_LOGIN"
      outcome:
        $apps = max(metrics.auth_attempts_total(period:1d, window:30d, metric:num_unique_filter_values, agg:max,
          target.user.userid:$e.target.user.userid, target.application:*))
        $often = max(metrics.auth_attempts_total(period:1d, window:30d, metric:num_unique_filter_values, agg:max,
          target.user.userid:$e.target.user.userid, target.application:*, filter:event_count_sum > 1))
      condition: $e }"#,
    );
    let at = |app: &str, days: i64| {
        let json = format!(
            r#"{{"metadata":{{"event_type":"USER_LOGIN"}},"target":{{"application":"{app}","user":{{"userid":"u"}}}}}}"#
        );
        event(&json, TODAY - days * DAY)
    };
    let past = [at("a", 1), at("a", 1), at("b", 1), at("a", 2), at("", 2)];
    let got = outcomes(&plans, Some(counted(&plans, &past)), &[at("a", 0)]);
    assert_eq!(got, ["apps=2", "often=1"]);
}

#[test]
fn a_namespace_may_be_empty_and_a_dimension_may_not() {
    let plans = plans(
        r#"rule r { meta: events: $e.metadata.event_type = "USER_LOGIN"
      outcome:
        $none = max(metrics.auth_attempts_total(period:1d, window:30d, metric:event_count_sum, agg:max,
          target.user.userid:$e.target.user.userid, target.namespace:$e.target.namespace))
      condition: $e }"#,
    );
    let at = |user: &str, space: &str, days: i64| {
        let json = format!(
            r#"{{"metadata":{{"event_type":"USER_LOGIN"}},"target":{{"namespace":"{space}","user":{{"userid":"{user}"}}}}}}"#
        );
        event(&json, TODAY - days * DAY)
    };
    let past = [
        at("u", "", 1),
        at("u", "x", 1),
        at("u", "x", 1),
        at("", "", 1),
    ];
    let store = counted(&plans, &past);
    let of = |user, space| outcomes(&plans, Some(store.clone()), &[at(user, space, 0)]);
    assert_eq!(of("u", ""), ["none=1"]);
    assert_eq!(of("u", "x"), ["none=2"]);
    assert_eq!(of("", ""), ["none=0"]);
}

#[test]
fn each_family_counts_the_events_it_says() {
    let http = |code: u32| {
        format!(
            r#"{{"network":{{"http":{{"method":"GET","response_code":{code}}}}},"target":{{"hostname":"h"}}}}"#
        )
    };
    let dns = |code: u32, port: u32, protocol: &str| {
        format!(
            r#"{{"network":{{"sent_bytes":"9","ip_protocol":"{protocol}","dns":{{"id":7,"response_code":{code}}}}},
                "target":{{"hostname":"h","ip":["10.0.0.9"],"port":{port}}}}}"#
        )
    };
    let events: Vec<_> = [
        http(200),
        http(399),
        http(400),
        http(0),
        dns(0, 53, "UDP"),
        dns(3, 3000, "TCP"),
        dns(0, 3000, "UDP"),
    ]
    .iter()
    .map(|json| event(json, TODAY - DAY))
    .collect();
    let of = |family: &str, path: &str, value: &str| {
        let text = format!(
            r#"rule r {{ meta: events: $e.metadata.event_type = "USER_LOGIN" outcome:
              $n = max(metrics.{family}(period:1d, window:30d, metric:event_count_sum, agg:max, {path}:"{value}")) condition: $e }}"#
        );
        let plans = plans(&text);
        let now = [event(r#"{"metadata":{"event_type":"USER_LOGIN"}}"#, TODAY)];
        outcomes(&plans, Some(counted(&plans, &events)), &now).concat()
    };
    assert_eq!(of("http_queries_total", "target.hostname", "h"), "n=4");
    assert_eq!(of("http_queries_success", "target.hostname", "h"), "n=3");
    assert_eq!(of("http_queries_fail", "target.hostname", "h"), "n=1");
    assert_eq!(of("dns_queries_total", "target.hostname", "h"), "n=3");
    assert_eq!(of("dns_queries_success", "target.hostname", "h"), "n=2");
    assert_eq!(of("dns_queries_fail", "target.hostname", "h"), "n=1");
    assert_eq!(of("dns_bytes_outbound", "target.ip", "10.0.0.9"), "n=2");
}

#[test]
fn metric_value_bytes_max_and_metric_combinations_max() {
    let plans = plans(FAILED);
    let long = "u".repeat(yaral_engine::limits::METRIC_VALUE_BYTES_MAX);
    let fits = counted(&plans, &[login(&long, "BLOCK", TODAY)]);
    assert_eq!((fits.rows().count(), fits.refused()), (2, 0));
    let beyond = counted(&plans, &[login(&format!("{long}u"), "BLOCK", TODAY)]);
    assert_eq!((beyond.rows().count(), beyond.refused()), (0, 2));

    let plans = self::plans(
        r#"rule r { meta: events: $e.metadata.event_type = "USER_LOGIN" outcome:
          $n = max(metrics.auth_attempts_total(period:1d, window:30d, metric:event_count_sum, agg:max,
            principal.asset.ip:$e.principal.asset.ip)) condition: $e }"#,
    );
    let ips = |count: usize| {
        let list: Vec<_> = (0..count)
            .map(|at| format!(r#""10.0.{}.{}""#, at / 256, at % 256))
            .collect();
        let json = format!(
            r#"{{"metadata":{{"event_type":"USER_LOGIN"}},"principal":{{"asset":{{"ip":[{}]}}}}}}"#,
            list.join(",")
        );
        counted(&plans, &[event(&json, TODAY)])
    };
    let max = yaral_engine::limits::METRIC_COMBINATIONS_MAX;
    assert_eq!(ips(max).rows().count(), max);
    assert_eq!(
        (ips(max + 1).rows().count(), ips(max + 1).refused()),
        (0, 1)
    );
}

fn any_login() -> impl Strategy<Value = Event> {
    (0..3_u8, any::<bool>(), -40 * DAY..DAY).prop_map(|(user, allowed, at)| {
        let action = if allowed { "ALLOW" } else { "BLOCK" };
        login(&format!("u{user}"), action, TODAY + at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn two_stores_merged_are_one_of_both(
        a in prop::collection::vec(any_login(), 0..12),
        b in prop::collection::vec(any_login(), 0..12),
    ) {
        let plans = plans(FAILED);
        let both: Vec<_> = a.iter().chain(&b).cloned().collect();
        let mut merged = counted(&plans, &a);
        merged.merge(&counted(&plans, &b));
        let mut whole = counted(&plans, &both);
        prop_assert_eq!(&merged, &whole);
        merged.forget_old();
        whole.forget_old();
        prop_assert_eq!(merged, whole);
    }

    #[test]
    fn the_order_of_events_does_not_matter(
        events in prop::collection::vec(any_login(), 0..16).prop_shuffle(),
    ) {
        let plans = plans(FAILED);
        let mut sorted = events.clone();
        sorted.sort_by_key(Event::event_time);
        prop_assert_eq!(counted(&plans, &events), counted(&plans, &sorted));
    }
}
