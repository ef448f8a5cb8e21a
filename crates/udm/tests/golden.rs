//! Documents of every form, read and written again.
//!
//! `NAME.in.json` gives `NAME.out.json`, one event a line, and `NAME.report.txt`, what was
//! left out of each or why the document is refused. A name that starts with `entity` is
//! read as entities. `YARAL_UPDATE=1` rewrites the expected files.

use std::fmt::Write as _;
use std::path::Path;

use yaral_udm::{Event, FieldSet, Root, read_events, write_event};

#[test]
fn goldens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/json");
    let update = std::env::var_os("YARAL_UPDATE").is_some();
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_suffix(".in.json")
                .map(str::to_owned)
        })
        .collect();
    names.sort_unstable();
    assert!(names.len() >= 20, "only {} cases", names.len());
    let mut wrong = String::new();
    for name in names {
        let (out, report) = run(&folder, &name);
        for (suffix, text) in [("out.json", out), ("report.txt", report)] {
            let file = folder.join(format!("{name}.{suffix}"));
            if update {
                std::fs::write(&file, text).expect("the expected file can be written");
            } else {
                let expected = std::fs::read_to_string(&file).unwrap_or_default();
                if expected != text {
                    let _ = writeln!(
                        wrong,
                        "{name}.{suffix}\n  expected {expected}\n  got      {text}"
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn run(folder: &Path, name: &str) -> (String, String) {
    let json = std::fs::read(folder.join(format!("{name}.in.json"))).expect("the case can be read");
    let root = if name.starts_with("entity") {
        Root::Entity
    } else {
        Root::Event
    };
    let (mut out, mut told) = (String::new(), String::new());
    let mut event = Event::new(root);
    let done = read_events(&json, &FieldSet::all(), &mut event, |event, report| {
        write_event(event, &mut out);
        out.push('\n');
        let kind = format!("{:?}", event.kind()).to_lowercase();
        let _ = write!(
            told,
            "{kind}: {} unknown, {} mismatched",
            report.unknown, report.mismatched
        );
        let _ = write!(
            told,
            ", id {:?}, time {}",
            event.event_id(),
            event
                .event_time()
                .map_or_else(|| "none".to_owned(), |t| t.to_string())
        );
        told.push_str(
            &report
                .first
                .as_ref()
                .map_or_else(String::new, |first| format!("; {first}")),
        );
        told.push('\n');
    });
    if let Err(error) = done {
        let _ = writeln!(told, "error: {error}");
    }
    (out, told)
}
