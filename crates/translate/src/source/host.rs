//! Sensors of Linux hosts: starts of processes, opened files, connections.

use super::{Words, capture, closed, own};
use crate::filter::{Filter, Op, Test, Text};
use crate::loss::Effect;
use crate::source::Kind;

/// Fields that all kinds of events of a host have.
const COMMON: &[(&str, &str)] = &[
    ("about.user.userid", "LoginUser"),
    ("principal.hostname", "Host"),
    ("principal.user.group_identifiers", "Groups"),
    ("principal.user.user_display_name", "UserName"),
    ("principal.user.userid", "User"),
    ("label:container_id", "ContainerId"),
    ("label:cwd", "CurrentDirectory"),
    ("label:audit_cwd", "CurrentDirectory"),
];

/// Fields of the start of a process: it is the target, its parent acts.
const PROCESS: &[(&str, &str)] = &[
    ("principal.process.command_line", "ParentCommandLine"),
    ("principal.process.file.full_path", "ParentImage"),
    ("target.process.command_line", "CommandLine"),
    ("target.process.file.full_path", "Image"),
    (
        "target.process.parent_process.command_line",
        "ParentCommandLine",
    ),
    (
        "target.process.parent_process.file.full_path",
        "ParentImage",
    ),
    ("target.user.userid", "User"),
];

/// Fields of everything else: the process acts.
const ACTOR: &[(&str, &str)] = &[
    ("principal.process.command_line", "CommandLine"),
    ("principal.process.file.full_path", "Image"),
    (
        "principal.process.parent_process.command_line",
        "ParentCommandLine",
    ),
    (
        "principal.process.parent_process.file.full_path",
        "ParentImage",
    ),
    ("target.file.full_path", "TargetFilename"),
    ("label:path_resolved", "TargetFilename"),
    ("target.ip", "DestinationIp"),
    ("target.port", "DestinationPort"),
];

impl Words<'_> {
    /// A field whose test becomes another test; `None` for those that are texts.
    pub(super) fn host(&mut self, name: &str, test: &Test) -> Option<Filter> {
        match (name, self.kind) {
            ("label:net_operation", kind) => {
                let listens = if kind == Kind::Listener { "listen" } else { "" };
                Some(closed(test, vec![(listens, Filter::Const(true))]))
            }
            ("label:exec_words", Kind::Process) => match &test.op {
                Op::Regex(re) => Some(Filter::Test(Test {
                    of: own("CommandLine"),
                    op: Op::Regex(super::words::loosened(re)),
                    id: test.id,
                })),
                _ => None,
            },
            _ => None,
        }
    }

    /// What is lost wherever a field is read.
    pub(super) fn host_note(&mut self, name: &str, test: &Test) {
        match (name, self.kind) {
            ("label:exec_program", Kind::Process) => {
                let what = "the name of the program is the end of its path; what a wrapper or another name starts is not seen";
                self.approximate(test, Effect::Differs, what);
            }
            ("label:exec_words", Kind::Process) => {
                let what = "words are found in the whole command line, with any flags between them";
                self.approximate(test, Effect::Wider, what);
            }
            ("label:path_resolved", Kind::File) => {
                let what = "the path is compared as the target writes it: links, `.` and `..` are not followed";
                self.approximate(test, Effect::Narrower, what);
            }
            _ => {}
        }
    }

    /// A field that is a text of the event.
    pub(super) fn host_text(&mut self, name: &str) -> Option<Text> {
        let own_fields = match self.kind {
            Kind::Process => PROCESS,
            _ => ACTOR,
        };
        match (name, self.kind) {
            ("label:exec_program", Kind::Process) => return Some(capture(own("Image"), "[^/]+$")),
            ("label:exec_words", Kind::Process) => return Some(own("CommandLine")),
            ("principal.ip", Kind::Listener) => return Some(own("LocalIp")),
            ("principal.port", Kind::Listener) => return Some(own("LocalPort")),
            _ => {}
        }
        let mut rows = COMMON.iter().chain(own_fields);
        let found = rows.find(|(own, _)| *own == name);
        found.map(|(_, raw)| own(raw))
    }
}
