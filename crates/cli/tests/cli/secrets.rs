//! No secret of our recordings is in any output, whatever the format, the
//! file, and the rule that fires: the samples always, the recordings in full if
//! `YARAL_TELEMETRY` names their folder.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::bench::{Bench, root, skip};

/// The secrets that were put into the lab, as they are, in base64 and in
/// hexadecimal.
const PLANTED: [&str; 10] = [
    "Sup3rS3cret!",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "pg-Example-77!",
    "ghp_EXAMPLE",
    "cGctRXhhbXBsZS03NyE",
    "Z2hwX0VYQU1QTEU",
    "U3VwM3JTM2NyZXQh",
    "537570337253336372657421",
    "70672D4578616D706C652D373721",
    "774A616C725855746E46454D49",
];

/// Fires on every event and says everything in which a secret may stand.
const RULE: &str = r#"rule everything {
  meta:
    author = "test"
    severity = "LOW"
  events:
    $e.metadata.product_name != "none"
    $line = re.replace($e.target.process.command_line, `^x{3}$`, "")
  outcome:
    $command = $line
    $by = $e.principal.process.command_line
    $parent = $e.target.process.parent_process.command_line
    $words = $e.additional.fields["exec_words"]
    $k8s = $e.additional.fields["k8s_command"]
    $url = $e.target.url
    $agent = $e.network.http.user_agent
    $text = $e.metadata.description
    $why = array_distinct($e.security_result.description)
    $labels = array_distinct($e.target.resource.attribute.labels.value)
  condition:
    $e
}
"#;

/// A file's content, unpacked.
fn content(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a log can be read");
    let mut unpacked = Vec::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut reader = flate2::read::MultiGzDecoder::new(bytes.as_slice());
        reader
            .read_to_end(&mut unpacked)
            .expect("a log can be unpacked");
    } else {
        unpacked = bytes;
    }
    String::from_utf8_lossy(&unpacked).into_owned()
}

/// The payloads and signatures of the tokens in a text, and in what it has in
/// hexadecimal.
fn tokens(text: &str, out: &mut BTreeSet<String>) {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    for word in text
        .split(|c| !inside(c))
        .filter(|word| word.contains("eyJ"))
    {
        let parts = word[word.find("eyJ").unwrap_or(0)..].split('.').skip(1);
        out.extend(parts.filter(|part| part.len() >= 16).map(str::to_owned));
    }
    for digits in text.split(|c: char| !c.is_ascii_hexdigit()) {
        if digits.len() < 40 || digits.len() % 2 != 0 {
            continue;
        }
        let bytes = (0..digits.len())
            .step_by(2)
            .filter_map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok());
        let plain = String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned();
        if plain.contains("eyJ") {
            tokens(&plain, out);
        }
    }
}

/// Every log below a folder.
fn logs(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of logs is there") {
        let path = entry.expect("a folder can be read").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && name != "scripts" {
            out.extend(logs(&path));
        } else if ["log", "json"].iter().any(|word| name.contains(word)) && !name.contains("steps")
        {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// The samples, and the recordings if their folder is named, which is the
/// second answer.
fn inputs() -> (Vec<PathBuf>, bool) {
    let mut files = logs(&root().join("samples"));
    let telemetry = std::env::var_os("YARAL_TELEMETRY").map(PathBuf::from);
    let in_full = telemetry.is_some();
    match telemetry {
        Some(folder) => files.extend(logs(&folder)),
        None => {
            skip("the recordings in full: YARAL_TELEMETRY is not set");
        }
    }
    (files, in_full)
}

#[test]
fn no_secret_is_in_any_output() {
    let (files, in_full) = inputs();
    assert!(files.len() >= 10, "too few logs: {files:?}");
    let mut secrets: BTreeSet<String> = PLANTED.iter().map(|&text| text.to_owned()).collect();
    let mut there = 0;
    for file in &files {
        let text = content(file);
        there += secrets
            .iter()
            .filter(|secret| text.contains(&***secret))
            .count();
        tokens(&text, &mut secrets);
    }
    let tokens = secrets.len() - PLANTED.len();
    assert!(
        there > 0 && (there > 3 || !in_full),
        "the logs hold secrets to begin with: {there}, and {tokens} tokens"
    );
    let bench = Bench::new();
    bench.write("everything.yaral", RULE);
    for file in &files {
        let name = file.to_str().unwrap();
        let mut runs: Vec<Vec<&str>> = Vec::new();
        let mut scan = |format: &'static str, rules: &[&'static str]| {
            let common = [
                "scan",
                name,
                "--format",
                format,
                "--explain",
                "--rejects",
                "r",
            ];
            runs.push([&common[..], rules].concat());
        };
        for format in ["human", "ndjson", "json", "csv", "secops"] {
            scan(format, &["-r", "everything.yaral"]);
        }
        scan("csv", &["-r", "everything.yaral", "--html", "page"]);
        scan("ndjson", &[]);
        for format in ["human", "ndjson", "json"] {
            for mapping in ["default", "secops"] {
                runs.push(vec![
                    "normalize",
                    name,
                    "--format",
                    format,
                    "--mapping",
                    mapping,
                    "--rejects",
                    "r",
                ]);
            }
        }
        // A log that is taken for another is rejected line by line.
        for log_type in [
            "UDM",
            "AUDITD",
            "KUBERNETES_AUDIT",
            "DOCKER_ENGINE",
            "FALCO_IDS",
            "TETRAGON",
        ] {
            runs.push(vec![
                "normalize",
                name,
                "--log-type",
                log_type,
                "--rejects",
                "r",
            ]);
        }
        for run in runs {
            let ran = bench.run(&run);
            assert!(
                ran.code.is_some_and(|code| code <= 4),
                "{run:?}: {}",
                ran.err
            );
            let rejects = std::fs::read_to_string(bench.path("r")).unwrap_or_default();
            let page = std::fs::read_to_string(bench.path("page")).unwrap_or_default();
            for (what, text) in [
                ("output", &ran.out),
                ("messages", &ran.err),
                ("rejects", &rejects),
                ("page", &page),
            ] {
                let found = secrets.iter().find(|secret| text.contains(&***secret));
                let around = found.and_then(|secret| text.find(&**secret)).map(|at| {
                    let start = text.floor_char_boundary(at.saturating_sub(150));
                    let end = text.ceil_char_boundary((at + 60).min(text.len()));
                    &text[start..end]
                });
                assert_eq!(around, None, "in the {what} of {run:?}");
            }
        }
    }
}
