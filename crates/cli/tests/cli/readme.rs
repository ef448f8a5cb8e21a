//! The pictures in the README are what the commands above them print.

use std::path::Path;
use std::process::Command;

use crate::bench::finish;

/// The commands of the README that read the samples, each with the block of
/// output that follows it.
fn pictures(readme: &str) -> Vec<(Vec<String>, String)> {
    let mut pictures = Vec::new();
    let mut command: Option<Vec<String>> = None;
    let mut blocks = readme.split("```");
    // What stands before the first fence is prose.
    blocks.next();
    for block in blocks.step_by(2) {
        if let Some(shell) = block.strip_prefix("sh\n") {
            let starts = [
                "scan samples/",
                "explain samples/",
                "test samples/",
                "doctor samples",
            ];
            let start = starts.iter().find_map(|start| shell.find(start));
            if let Some(arguments) = start.and_then(|at| shell.get(at..)) {
                let arguments = arguments.trim();
                command = Some(arguments.split(' ').map(str::to_owned).collect());
            }
        } else if let (Some(text), Some(arguments)) = (block.strip_prefix("text\n"), &command) {
            pictures.push((arguments.clone(), text.to_owned()));
            command = None;
        }
    }
    pictures
}

#[test]
fn pictures_of_the_readme_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let pictures = pictures(&readme);
    assert_eq!(pictures.len(), 9);
    for (arguments, picture) in pictures {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yaral"));
        let ran = finish(command.args(&arguments).current_dir(&root));
        let mut printed = ran.out.lines();
        for line in picture.lines() {
            // How fast it was is of the machine, and the dots are where it is cut.
            let cut =
                line.starts_with("[ …") || line.starts_with(" speed ") || line.ends_with(" ms");
            assert!(
                cut || printed.any(|other| other == line),
                "{arguments:?} does not print, where the README has it:\n{line}\n{}",
                ran.err
            );
        }
    }
}
