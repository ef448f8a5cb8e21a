//! Which kind of event a system call is.

use super::Kind;

/// A system call, as far as events depend on it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    /// What it does to a socket or an open file; empty if it is about none.
    pub(crate) operation: &'static str,
}

const fn call(kind: Kind) -> Call {
    Call {
        kind,
        operation: "",
    }
}

const fn on_open(kind: Kind, operation: &'static str) -> Call {
    Call { kind, operation }
}

/// The kind of a system call by its name; none for one that is not known.
pub(crate) fn of_call(name: &str) -> Option<Call> {
    Some(match name {
        "execve" | "execveat" | "clone" | "clone3" | "fork" | "vfork" => call(Kind::Launch),
        "exit" | "exit_group" | "procexit" => call(Kind::Termination),
        "init_module" | "finit_module" => call(Kind::ModuleLoad),
        "open" | "openat" | "openat2" | "creat" | "open_by_handle_at" => call(Kind::FileOpen),
        "read" | "pread64" | "readv" | "preadv" => on_open(Kind::FileOpen, "read"),
        "mkdir" | "mkdirat" | "mknod" | "mknodat" | "link" | "linkat" | "symlink" | "symlinkat" => {
            call(Kind::FileCreation)
        }
        "unlink" | "unlinkat" | "rmdir" => call(Kind::FileDeletion),
        "rename" | "renameat" | "renameat2" => call(Kind::FileMove),
        "chmod" | "fchmod" | "fchmodat" | "fchmodat2" | "chown" | "fchown" | "fchownat"
        | "lchown" | "truncate" | "ftruncate" | "setxattr" | "lsetxattr" | "fsetxattr"
        | "removexattr" => call(Kind::FileModification),
        "write" | "pwrite64" | "writev" | "pwritev" => on_open(Kind::FileModification, "write"),
        "connect" => on_open(Kind::Connection, "connect"),
        "accept" | "accept4" => on_open(Kind::Connection, "accept"),
        "sendto" | "sendmsg" | "sendmmsg" => on_open(Kind::Connection, "send"),
        "recvfrom" | "recvmsg" | "recvmmsg" => on_open(Kind::Connection, "receive"),
        "listen" => on_open(Kind::Listening, "listen"),
        "bind" => on_open(Kind::Listening, "bind"),
        _ => return None,
    })
}
