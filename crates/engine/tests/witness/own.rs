//! Rules of our own, for what the public ones do not do: windows around a
//! pivot, absence, fixed blocks, entities, alternatives of a placeholder, thresholds.

use yaral_ir::plan::Plan;

/// A login and a launch on one host.
const PAIR: &str = r#"
    $e.metadata.event_type = "USER_LOGIN"
    $f.metadata.event_type = "PROCESS_LAUNCH"
    $e.principal.hostname = $h
    $f.principal.hostname = $h"#;

/// A connection to an address that an entity knows.
const KNOWN: &str = r#"
    $e.metadata.event_type = "NETWORK_CONNECTION"
    $e.principal.hostname = $h
    $e.target.ip = $ip
    $g.graph.metadata.entity_type = "IP_ADDRESS"
    $g.graph.metadata.source_type = "GLOBAL_CONTEXT"
    $g.graph.entity.ip = $ip"#;

/// Each with events, match, outcome and condition.
const RULES: &[(&str, &str, &str, &str, &str)] = &[
    ("before", PAIR, "$h over 5m before $f", "", "$e and $f"),
    ("after", PAIR, "$h over 5m after $e", "", "$e and #f > 2"),
    ("absence", PAIR, "$h over 5m after $e", "", "$e and !$f"),
    ("absence_in_blocks", PAIR, "$h by 10m", "", "#e > 1 and !$f"),
    ("blocks", PAIR, "$h by 1h", "", "#e >= 3 and $f"),
    ("either", PAIR, "$h over 1m", "", "$e or $f"),
    (
        "bound_in_or",
        r#"
    $e.metadata.event_type = "NETWORK_CONNECTION"
    ($e.principal.ip = $ip or $e.target.ip = $ip)
    $f.metadata.event_type = "NETWORK_DNS"
    $f.principal.ip = $ip"#,
        "$ip over 10m",
        "$ports = count_distinct($e.target.port)",
        "$e and $f and $ports > 4",
    ),
    (
        "order_and_difference",
        r#"
    $e.metadata.event_type = "USER_LOGIN"
    $f.metadata.event_type = "USER_LOGIN"
    $e.target.user.userid = $user
    $f.target.user.userid = $user
    $e.principal.location.country_or_region != $f.principal.location.country_or_region
    $e.metadata.event_timestamp.seconds < $f.metadata.event_timestamp.seconds
    $f.metadata.event_timestamp.seconds - $e.metadata.event_timestamp.seconds > 120"#,
        "$user over 1h",
        "",
        "$e and $f",
    ),
    (
        "functions",
        r#"
    $e.metadata.event_type = "PROCESS_LAUNCH"
    re.capture($e.target.process.command_line, `--user[ =]([a-z]+)`) = $user
    strings.to_lower($e.target.process.file.full_path) = /\\(cmd|pwsh)\.exe$/
    any $e.principal.ip != "127.0.0.1"
    not net.ip_in_range_cidr($e.principal.ip, "10.0.0.0/8")
    $e.additional.fields["shell"] = "yes"
    strings.concat($f.principal.user.userid, "@", $f.principal.administrative_domain) = "root@corp"
    $f.target.user.userid = $user"#,
        "$user over 15m",
        "",
        "$e and $f",
    ),
    (
        "thresholds",
        r#"
    $e.metadata.event_type = "NETWORK_CONNECTION"
    $e.principal.hostname = $h
    $e.target.ip = $ip"#,
        "$h over 1h",
        "$sent = sum($e.network.sent_bytes)
         $middle = window.median($e.network.sent_bytes, true)
         $score = max(if($e.target.port = 4444, 90, 10))",
        "#ip > 3 and $sent > 1000000 and $middle > 1000 and $score > 50",
    ),
    ("entity", KNOWN, "$h over 5m", "", "$e and $g"),
    (
        "entity_after",
        KNOWN,
        "$h over 5m after $e",
        "",
        "#e > 2 and $g",
    ),
    ("entity_in_blocks", KNOWN, "$ip by 10m", "", "$e and #g > 1"),
    ("no_entity", KNOWN, "$h over 5m", "", "$e and !$g"),
    (
        "labels",
        r#"
    $e.security_result.detection_fields.key = "rule"
    $e.security_result.detection_fields.value = $kind
    $e.security_result.action = "BLOCK"
    $f.metadata.ingestion_labels["env"] = $kind
    $f.metadata.event_type >= "USER_LOGIN""#,
        "$kind over 2h",
        "$n = count($e.metadata.id)",
        "#e >= 2 and $f and $n < 100",
    ),
];

/// The rules, compiled.
pub(crate) fn plans() -> Vec<(String, Plan)> {
    let texts = RULES.iter().map(|(name, events, window, outcome, condition)| {
        let outcome = if outcome.is_empty() {
            String::new()
        } else {
            format!("outcome:\n{outcome}\n")
        };
        let text = format!(
            "rule {name} {{ meta: author = \"us\" events: {events}\nmatch: {window}\n{outcome}condition: {condition} }}"
        );
        (name, text)
    });
    texts
        .map(|(name, text)| {
            let compiled = yaral_compiler::compile(&text, &yaral_compiler::Options::default());
            let plan = compiled.rules.into_iter().find_map(|rule| rule.plan);
            assert!(plan.is_some(), "{name}: {:#?}", compiled.diagnostics);
            ((*name).to_owned(), plan.expect("it is there"))
        })
        .collect()
}
