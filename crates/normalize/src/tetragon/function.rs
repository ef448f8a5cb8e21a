//! Which kind of event a probed function is.
//!
//! A policy may name any function of the kernel. Those that the public policies
//! name are known here; any other is something that a process did.

use super::raw::Shape;
use crate::host::{Call, Kind, of_call};

/// What stands before the name of a system call, by architecture.
const PREFIXES: &[&str] = &["__x64_", "__arm64_", "__ia32_", "__se_", "__"];

/// The kind of a probed function. `mask` is its first number, which says for
/// `security_file_permission` whether the file is to be written.
pub(super) fn of_function(shape: Shape, function: &str, mask: Option<&str>) -> Call {
    let bare = PREFIXES
        .iter()
        .find_map(|prefix| function.strip_prefix(prefix));
    let bare = bare.unwrap_or(function);
    let system_call = ["sys_enter_", "sys_exit_", "sys_"]
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix));
    if let Some(name) = system_call {
        return of_call(name)
            // A process that is only forked runs no new program.
            .filter(|call| call.kind != Kind::Launch || name.starts_with("exec"))
            .unwrap_or(OTHER);
    }
    let hook = bare
        .strip_prefix("security_")
        .or((shape == Shape::Lsm).then_some(bare));
    hook.and_then(|hook| of_hook(hook, mask))
        .or_else(|| of_internal(bare))
        .unwrap_or(OTHER)
}

const OTHER: Call = Call {
    kind: Kind::Process,
    operation: "",
};

/// A hook of the kernel's security modules.
fn of_hook(hook: &str, mask: Option<&str>) -> Option<Call> {
    let (kind, operation) = match hook {
        "file_permission" if writes(mask) => (Kind::FileModification, "write"),
        "file_permission" => (Kind::FileOpen, "read"),
        "file_open" | "mmap_file" => (Kind::FileOpen, ""),
        "path_truncate" | "file_truncate" | "path_chmod" | "path_chown" | "inode_setattr"
        | "inode_setxattr" => (Kind::FileModification, ""),
        "path_unlink" | "inode_unlink" | "path_rmdir" | "inode_rmdir" => (Kind::FileDeletion, ""),
        "path_mkdir" | "inode_mkdir" | "path_mknod" | "inode_create" | "path_link"
        | "path_symlink" => (Kind::FileCreation, ""),
        "path_rename" | "inode_rename" => (Kind::FileMove, ""),
        "bprm_check" | "bprm_check_security" => (Kind::Launch, ""),
        "kernel_module_request" => (Kind::ModuleLoad, ""),
        "socket_connect" => (Kind::Connection, "connect"),
        "socket_accept" => (Kind::Connection, "accept"),
        "socket_sendmsg" => (Kind::Connection, "send"),
        "socket_recvmsg" => (Kind::Connection, "receive"),
        "socket_bind" => (Kind::Listening, "bind"),
        "socket_listen" => (Kind::Listening, "listen"),
        _ => return None,
    };
    Some(Call { kind, operation })
}

/// Whether a mask of permissions asks for `MAY_WRITE` or `MAY_APPEND`.
fn writes(mask: Option<&str>) -> bool {
    let mask: Option<u32> = mask.and_then(|mask| mask.parse().ok());
    mask.is_some_and(|mask| mask & (2 | 8) != 0)
}

/// A function within the kernel.
fn of_internal(name: &str) -> Option<Call> {
    let (kind, operation) = match name {
        "fd_install" | "do_filp_open" | "do_sys_open" | "do_sys_openat2" => (Kind::FileOpen, ""),
        "vfs_read" => (Kind::FileOpen, "read"),
        "vfs_write" => (Kind::FileModification, "write"),
        "vfs_unlink" | "do_unlinkat" => (Kind::FileDeletion, ""),
        "tcp_connect"
        | "tcp_v4_connect"
        | "tcp_v6_connect"
        | "inet_stream_connect"
        | "unix_stream_connect"
        | "ip4_datagram_connect"
        | "ip6_datagram_connect" => (Kind::Connection, "connect"),
        "tcp_close" | "inet_release" => (Kind::Connection, "close"),
        "tcp_sendmsg" | "udp_sendmsg" | "udpv6_sendmsg" | "ip_output" => (Kind::Connection, "send"),
        "tcp_recvmsg" | "udp_recvmsg" | "udpv6_recvmsg" => (Kind::Connection, "receive"),
        "inet_csk_accept" | "inet_accept" => (Kind::Connection, "accept"),
        "inet_csk_listen_start" | "inet_listen" | "unix_listen" => (Kind::Listening, "listen"),
        "inet_bind" | "inet6_bind" | "unix_bind" => (Kind::Listening, "bind"),
        "do_init_module" | "load_module" => (Kind::ModuleLoad, ""),
        _ => return None,
    };
    Some(Call { kind, operation })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_public_policies_are_known() {
        for (shape, function, mask, kind, operation) in [
            (Shape::Kprobe, "__x64_sys_openat", None, Kind::FileOpen, ""),
            (
                Shape::Tracepoint,
                "sys_enter_openat",
                None,
                Kind::FileOpen,
                "",
            ),
            (
                Shape::Kprobe,
                "__arm64_sys_write",
                None,
                Kind::FileModification,
                "write",
            ),
            (
                Shape::Kprobe,
                "security_file_permission",
                Some("4"),
                Kind::FileOpen,
                "read",
            ),
            (
                Shape::Kprobe,
                "security_file_permission",
                Some("34"),
                Kind::FileModification,
                "write",
            ),
            (Shape::Lsm, "file_open", None, Kind::FileOpen, ""),
            (Shape::Kprobe, "file_open", None, Kind::Process, ""),
            (Shape::Lsm, "bprm_check_security", None, Kind::Launch, ""),
            (Shape::Kprobe, "__x64_sys_execve", None, Kind::Launch, ""),
            (Shape::Kprobe, "sys_clone", None, Kind::Process, ""),
            (Shape::Kprobe, "fd_install", None, Kind::FileOpen, ""),
            (Shape::Kprobe, "tcp_close", None, Kind::Connection, "close"),
            (
                Shape::Kprobe,
                "__sys_connect",
                None,
                Kind::Connection,
                "connect",
            ),
            (
                Shape::Kprobe,
                "inet_csk_listen_start",
                None,
                Kind::Listening,
                "listen",
            ),
            (Shape::Kprobe, "__x64_sys_ptrace", None, Kind::Process, ""),
            (Shape::Kprobe, "commit_creds", None, Kind::Process, ""),
        ] {
            let call = of_function(shape, function, mask);
            assert_eq!((call.kind, call.operation), (kind, operation), "{function}");
        }
    }
}
