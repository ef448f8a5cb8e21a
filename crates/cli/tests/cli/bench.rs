//! The workbench of these tests: a folder, the binary, and sample files.

use std::ffi::OsStr;
use std::fmt::Display;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A rule that fires on reads of secrets by people.
pub(crate) const RULE: &str = r#"rule secrets_read {
  meta:
    author = "tests"
    severity = "High"
  events:
    $e.metadata.event_type = "RESOURCE_READ"
    $e.target.resource.resource_subtype = "secrets"
    $e.metadata.product_event_type = "list" or $e.metadata.product_event_type = "get"
    $e.principal.user.userid = $user
    not $e.principal.user.userid = /^system:/
  outcome:
    $risk_score = max(85)
    $namespace = array_distinct($e.target.namespace)
  condition:
    $e
}
"#;

/// A rule with two mistakes.
pub(crate) const BROKEN: &str = r#"rule broken {
  meta:
    severity = "Low"
  events:
    $e.principal.ipp = "1"
    re.regx($e.principal.hostname, "a")
  condition:
    $e
}
"#;

/// A folder of its own, and the binary run within it.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What a run printed and how it ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Bench {
            folder: tempfile::tempdir().unwrap(),
        };
        bench.write("rule.yaral", RULE);
        bench.write("broken.yaral", BROKEN);
        bench.write("audit.log", audit());
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary, in this folder, with an environment of which it knows nothing.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yaral"));
        command.args(arguments).current_dir(self.folder.path());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("YARAL_") {
                command.env_remove(name);
            }
        }
        command.env("XDG_CONFIG_HOME", self.path("of-user"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments).stdin(Stdio::null()))
    }

    /// Runs with this text on standard input.
    pub(crate) fn pipe(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A run that does not want its input closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input);
        ran(&child.wait_with_output().unwrap())
    }
}

/// A folder whose rule names a playbook, with two readings of the same actor and a
/// third whose actor and object bear this name.
pub(crate) fn investigated(evil: &str) -> Bench {
    let bench = Bench::new();
    let meta = "severity = \"High\"\n    playbook = \"docs/playbook/read.md\"\n    response = \"Ask who that was.\"";
    bench.write("rule.yaral", RULE.replace("severity = \"High\"", meta));
    let log = record(1, "alice", "get", "secrets", "db")
        + &record(2, "alice", "get", "secrets", "it's")
        + &record(3, evil, "get", "secrets", evil);
    bench.write("audit.log", log);
    bench
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Says on the terminal itself what is skipped: a runner keeps what macros print to
/// itself, and this must be seen.
pub(crate) fn skip(what: impl Display) {
    let _ = writeln!(&mut std::io::stderr(), "SKIP {what}");
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Ran {
    ran(&command.output().unwrap())
}

fn ran(output: &std::process::Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

impl Ran {
    /// Everything a person sees, with what differs between runs masked.
    pub(crate) fn seen(&self) -> String {
        format!(
            "exit {}\n--- out\n{}--- err\n{}",
            self.code.unwrap_or(-1),
            masked(&self.out),
            masked(&self.err)
        )
    }
}

/// Speeds and times replaced by marks.
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let rules = line
            .trim_end()
            .strip_suffix(" ms")
            .filter(|l| l.contains(" rule"));
        if line.starts_with(" speed ") {
            out.push_str(" speed       [speed]");
        } else if let Some(rest) = rules {
            out.push_str(
                rest.trim_end_matches(|c: char| c.is_ascii_digit())
                    .trim_end(),
            );
            out.push_str(" [time]");
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// One audit record.
pub(crate) fn record(id: u32, user: &str, verb: &str, resource: &str, name: &str) -> String {
    let minute = id % 60;
    format!(
        r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"00000000-0000-0000-0000-{id:012}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/dev/{resource}/{name}","verb":"{verb}","user":{{"username":"{user}"}},"sourceIPs":["10.0.0.7"],"objectRef":{{"resource":"{resource}","namespace":"dev","name":"{name}","apiVersion":"v1"}},"responseStatus":{{"metadata":{{}},"code":200}},"requestReceivedTimestamp":"2026-08-01T10:{minute:02}:12.000000Z","stageTimestamp":"2026-08-01T10:{minute:02}:12.100000Z","annotations":{{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}}}"#
    ) + "\n"
}

/// Three records, two of which the rule fires on. The last user's name would
/// take over a terminal.
pub(crate) fn audit() -> String {
    record(1, "alice", "get", "secrets", "db")
        + &record(2, "bob", "get", "pods", "web-1")
        + &record(
            3,
            "mallory\\u001b[2J\\u202eevil\\u009b",
            "list",
            "secrets",
            "",
        )
}
