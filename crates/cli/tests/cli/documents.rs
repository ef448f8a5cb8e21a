//! Completion scripts and manual pages, read by those they are made for.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::bench::{Bench, skip};

/// Runs a program with this text on standard input; `None` where it is not
/// installed. What it says on standard error is handed back too.
fn through(program: &str, arguments: &[&str], text: &str) -> Option<(bool, String, String)> {
    let mut command = Command::new(program);
    let command = command.args(arguments).env("MANWIDTH", "80");
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().ok()?;
    let mut input = child.stdin.take().expect("it is piped");
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("it can be waited for");
    let _ = writer.join();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Some((
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    ))
}

#[test]
fn completion_scripts_name_commands_and_flags() {
    let bench = Bench::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = bench.run(&["completion", shell]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        for word in ["normalize", "hunt", "fail-level", "version"] {
            assert!(ran.out.contains(word), "{shell}: {word}");
        }
        assert!(!ran.out.contains("semantics-base"), "{shell}");
    }
    assert_eq!(bench.run(&["completion", "tcsh"]).code, Some(2));
}

#[test]
fn shells_read_their_scripts() {
    let bench = Bench::new();
    for (shell, arguments) in [
        ("bash", ["-n"]),
        ("zsh", ["-n"]),
        ("fish", ["--no-execute"]),
    ] {
        let script = bench.run(&["completion", shell]).out;
        match through(shell, &arguments, &script) {
            Some((ok, _, err)) => assert!(ok && err.is_empty(), "{shell}: {err}"),
            None => skip(format_args!("{shell} is not installed")),
        }
    }
}

#[test]
fn manual_pages_are_typeset() {
    let bench = Bench::new();
    let ran = bench.run(&["man", "--out", "pages"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(bench.read("pages/yaral.1"), bench.run(&["man"]).out);
    let page = bench.read("pages/yaral-scan.1");
    assert!(!page.contains("semantics\\-base"), "{page}");
    match through("groff", &["-man", "-Tascii", "-ww", "-P-cbou"], &page) {
        Some((ok, text, err)) => {
            assert!(ok && err.is_empty(), "{err}");
            for word in ["yaral-scan(1)", "--lateness", "Examples:"] {
                assert!(text.contains(word), "{word}: {text}");
            }
        }
        None => skip("groff is not installed"),
    }
}
