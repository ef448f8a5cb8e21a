//! What holds for every rule of the pack.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{PLANNED, SEVERITIES, Shipped, folder, report, root, shipped};

/// Members that the meta of every rule has.
const META: [&str; 20] = [
    "author",
    "description",
    "rule_id",
    "severity",
    "priority",
    "mitre_attack_tactic",
    "mitre_attack_technique",
    "analytic",
    "reference",
    "data_source",
    "false_positives",
    "response",
    "playbook",
    "sees",
    "blind_spots",
    "tuning",
    "upload",
    "plan_rule",
    "behaviours",
    "reference_2",
];

/// Fails with all that is wrong, so that one run tells all of it.
pub(super) fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_rule_is_strict_and_without_a_remark() {
    let remarks = shipped().iter().flat_map(|rule| {
        let own = rule.remarks.iter();
        own.map(|remark| format!("{}: {remark}", rule.path))
    });
    none(&remarks.collect::<Vec<_>>());
}

#[test]
fn every_rule_says_of_itself_what_a_page_needs() {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    for rule in shipped() {
        let mut say = |what: String| wrong.push(format!("{}: {what}", rule.path));
        for key in META {
            if rule.meta(key).trim().is_empty() {
                say(format!("meta {key} is missing or empty"));
            }
            let times = rule.plan.meta.iter().filter(|(own, _)| own == key).count();
            if times > 1 {
                say(format!("meta {key} stands {times} times"));
            }
        }
        let id = rule.meta("rule_id");
        if id != format!("yr_t1552_007_{}", rule.name()) {
            say(format!("rule_id is {id}"));
        }
        if !ids.insert(id) {
            say(format!("rule_id {id} is another rule's, too"));
        }
        if rule.meta("analytic") != "AN0571" {
            say("analytic is AN0571".to_owned());
        }
        let techniques = rule.meta("mitre_attack_technique").split(',');
        if !techniques.map(str::trim).any(|id| id == "T1552.007") {
            say("mitre_attack_technique does not name T1552.007".to_owned());
        }
        for key in ["severity", "priority"] {
            if !SEVERITIES.contains(&rule.meta(key)) {
                say(format!("{key} is {}", rule.meta(key)));
            }
        }
        if !PLANNED.contains(&rule.meta("plan_rule")) {
            say(format!(
                "plan_rule {} was not planned",
                rule.meta("plan_rule")
            ));
        }
    }
    none(&wrong);
}

/// Upload is claimed for nothing that is not tested under the published mapping.
#[test]
fn every_claim_of_upload_is_tested() {
    let names: BTreeSet<&str> = shipped().iter().map(Shipped::name).collect();
    let mut wrong = Vec::new();
    for rule in shipped() {
        let (upload, mapping) = (rule.meta("upload"), rule.meta("mapping"));
        let tested = fs::read_to_string(root().join(rule.test_path())).unwrap();
        let tested: Value = serde_saphyr::from_str(&tested).unwrap();
        let tested = &tested["mapping"];
        let held = match upload {
            "This text; it is tested under the published mapping." => {
                mapping == "secops" && tested == "secops" && unpublished(rule).is_empty()
            }
            "This text; it is tested under both mappings." => {
                // Detections of variants are those of other rules.
                let beside = folder().join(format!("secops/{}.test.yaml", rule.name()));
                let twice = rule.plan.is_composite() && beside.exists();
                let both = *tested == serde_json::json!(["default", "secops"]);
                mapping.is_empty() && (both || twice)
            }
            _ => {
                let variant = upload
                    .strip_prefix("The variant secops/")
                    .and_then(|rest| rest.split_once(".yaral; "))
                    .map(|(name, _)| name);
                let none = upload.strip_prefix("None: ");
                let known = variant.is_some_and(|name| {
                    name == format!("{}_secops", rule.name()) && names.contains(name)
                });
                mapping == "default" && (known || none.is_some_and(|why| why.len() > 30))
            }
        };
        if !held {
            let fields = unpublished(rule);
            wrong.push(format!(
                "{}: {mapping} {tested} {upload} {fields:?}",
                rule.path
            ));
        }
    }
    none(&wrong);
}

/// What a rule reads that only yaral's own mapping, or more than is published, fills.
fn unpublished(rule: &Shipped) -> Vec<String> {
    let fields = yaral_runtime::scan::event_fields(&rule.plan.fields);
    let requests = rule.name().starts_with("k8s_");
    let own = |field: &String| match field.as_str() {
        "metadata.product_name" => true,
        "target.namespace" | "target.resource.name" | "principal.user.userid" => requests,
        // The published mapping hands these members of a request on as they are.
        other => other.starts_with("additional") && !other.contains("[\"objectRef."),
    };
    fields.into_iter().filter(own).collect()
}

#[test]
fn every_rule_has_tests_enough() {
    let mut wrong = Vec::new();
    for rule in shipped() {
        let tests = rule.tests();
        let count = |key: &str| tests.iter().filter(|test| test[key] == true).count();
        let (positive, real) = (count("positive"), count("real"));
        let silent = tests.len() - positive;
        // The rules that feed a rule over detections speak in all of its tests.
        let enough = if rule.plan.is_composite() {
            positive >= 5
        } else {
            positive >= 2 && silent >= 3
        };
        if !enough || real == 0 {
            wrong.push(format!(
                "{}: {positive} positive (2), {silent} negative (3), {real} on a recorded record (1)",
                rule.test_path()
            ));
        }
    }
    none(&wrong);
}

/// Whether a test file tells of tools, of tables or of a rule over detections
/// and not of one rule over events, which has a story to say why.
fn is_story(file: &Value) -> bool {
    let path = file["file"].as_str().unwrap();
    let parts = ["/tools/", "/tuning/", "/risk_aggregate_actor."];
    parts.iter().any(|part| path.contains(part))
}

#[test]
fn all_tests_pass_and_say_why() {
    let mut wrong = Vec::new();
    for file in report()["files"].as_array().unwrap() {
        let name = &file["file"];
        if let Some(fault) = file.get("fault").filter(|fault| !fault.is_null()) {
            wrong.push(format!("{name}: {fault}"));
        }
        let tests = file["tests"].as_array().map_or(&[][..], Vec::as_slice);
        for test in tests {
            let known = ["pass", "skip", "todo"]
                .iter()
                .any(|v| test["verdict"] == *v);
            if !known {
                wrong.push(format!("{name}:{}: {test}", test["line"]));
            }
            // Stories of several rules are silent for as many reasons.
            let silent = test["positive"] == false && test["strong"] == false;
            if silent && !is_story(file) {
                wrong.push(format!("{name}:{}: no because", test["line"]));
            }
        }
    }
    none(&wrong);
    let summary = &report()["summary"];
    assert_eq!(summary["failed"], 0, "{summary}");
    assert_eq!(summary["could_not_run"], 0, "{summary}");
}

/// A predicate of a rule that could be dropped or turned round without a test
/// that fails is a predicate that nobody knows the worth of.
#[test]
fn every_mutant_is_noticed_or_explained() {
    let mut wrong = Vec::new();
    for file in report()["files"].as_array().unwrap() {
        let living = file["mutation"]["survivors"].as_array();
        for one in living.map_or(&[][..], Vec::as_slice) {
            wrong.push(format!(
                "{}: {} line {}: {}",
                file["file"], one["what"], one["line"], one["predicate"]
            ));
        }
    }
    none(&wrong);
    assert!(report()["summary"]["mutants"]["all"].as_u64() > Some(2_000));
}
