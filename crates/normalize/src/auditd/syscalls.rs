//! System calls: their numbers on the architectures that run containers, and
//! what kind of deed a call is.
//!
//! Only calls that audit rules are written for are listed. Another one keeps
//! its number as its name.

use crate::host::{Call, Kind, of_call};

/// Numbers of x86-64, i386 and 64-bit ARM; 0 where the architecture lacks it,
/// except for `read` of x86-64, which is 0.
const CALLS: &[(&str, u16, u16, u16)] = &[
    ("read", 0, 3, 63),
    ("write", 1, 4, 64),
    ("open", 2, 5, 0),
    ("stat", 4, 106, 0),
    ("access", 21, 33, 0),
    ("socket", 41, 359, 198),
    ("connect", 42, 362, 203),
    ("accept", 43, 0, 202),
    ("sendto", 44, 369, 206),
    ("sendmsg", 46, 370, 211),
    ("bind", 49, 361, 200),
    ("listen", 50, 363, 201),
    ("clone", 56, 120, 220),
    ("fork", 57, 2, 0),
    ("vfork", 58, 190, 0),
    ("execve", 59, 11, 221),
    ("exit", 60, 1, 93),
    ("kill", 62, 37, 129),
    ("truncate", 76, 92, 45),
    ("ftruncate", 77, 93, 46),
    ("rename", 82, 38, 0),
    ("mkdir", 83, 39, 0),
    ("rmdir", 84, 40, 0),
    ("creat", 85, 8, 0),
    ("link", 86, 9, 0),
    ("unlink", 87, 10, 0),
    ("symlink", 88, 83, 0),
    ("readlink", 89, 85, 0),
    ("chmod", 90, 15, 0),
    ("fchmod", 91, 94, 52),
    ("chown", 92, 182, 0),
    ("fchown", 93, 95, 55),
    ("lchown", 94, 16, 0),
    ("ptrace", 101, 26, 117),
    ("socketcall", 0, 102, 0),
    ("setuid", 105, 23, 146),
    ("setresuid", 117, 164, 147),
    ("capset", 126, 185, 91),
    ("mknod", 133, 14, 0),
    ("adjtimex", 159, 124, 171),
    ("settimeofday", 164, 79, 170),
    ("mount", 165, 21, 40),
    ("umount2", 166, 52, 39),
    ("sethostname", 170, 74, 161),
    ("init_module", 175, 128, 105),
    ("delete_module", 176, 129, 106),
    ("setxattr", 188, 226, 5),
    ("lsetxattr", 189, 227, 6),
    ("fsetxattr", 190, 228, 7),
    ("getxattr", 191, 229, 8),
    ("lgetxattr", 192, 230, 9),
    ("fgetxattr", 193, 231, 10),
    ("removexattr", 197, 235, 14),
    ("tkill", 200, 238, 130),
    ("clock_settime", 227, 264, 112),
    ("exit_group", 231, 252, 94),
    ("tgkill", 234, 270, 131),
    ("openat", 257, 295, 56),
    ("mkdirat", 258, 296, 34),
    ("mknodat", 259, 297, 33),
    ("fchownat", 260, 298, 54),
    ("unlinkat", 263, 301, 35),
    ("renameat", 264, 302, 38),
    ("linkat", 265, 303, 37),
    ("symlinkat", 266, 304, 36),
    ("readlinkat", 267, 305, 78),
    ("fchmodat", 268, 306, 53),
    ("faccessat", 269, 307, 48),
    ("unshare", 272, 310, 97),
    ("accept4", 288, 364, 242),
    ("open_by_handle_at", 304, 342, 265),
    ("clock_adjtime", 305, 343, 266),
    ("setns", 308, 346, 268),
    ("process_vm_readv", 310, 347, 270),
    ("process_vm_writev", 311, 348, 271),
    ("finit_module", 313, 350, 273),
    ("renameat2", 316, 353, 276),
    ("memfd_create", 319, 356, 279),
    ("bpf", 321, 357, 280),
    ("execveat", 322, 358, 281),
    ("clone3", 435, 435, 435),
    ("openat2", 437, 437, 437),
    ("pidfd_getfd", 438, 438, 438),
    ("fchmodat2", 452, 452, 452),
];

/// What a call does, as far as an event tells it apart.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Deed {
    /// A program takes the place of the caller's.
    Launch,
    /// A file is opened.
    Open,
    /// A connection is made.
    Connect,
    /// A socket gets its own address, or waits for connections.
    Listen,
    /// Something else, with its UDM event type.
    Other(&'static str),
}

/// The calls of `io_uring` that audit rules are written for.
const RING: &[(u16, &str)] = &[
    (9, "sendmsg"),
    (13, "accept"),
    (16, "connect"),
    (18, "openat"),
    (28, "openat2"),
    (35, "renameat"),
    (36, "unlinkat"),
    (37, "mkdirat"),
    (38, "symlinkat"),
    (39, "linkat"),
];

/// What the number of a call has beside it on x86-64 with short pointers.
const SHORT_POINTERS: u32 = 1 << 30;

/// The name of a call on an architecture.
pub(super) fn name(arch: Option<&str>, number: u32) -> Option<&'static str> {
    let arch = arch.map(|arch| arch.trim_start_matches("0x"));
    let number = u16::try_from(number & !SHORT_POINTERS).ok()?;
    let column = |call: &(&'static str, u16, u16, u16)| match arch {
        Some("c000003e") => Some(call.1),
        Some("40000003") => Some(call.2),
        Some("c00000b7") => Some(call.3),
        _ => None,
    };
    let mut calls = CALLS.iter().filter(|call| column(call) == Some(number));
    Some(calls.find(|call| number != 0 || call.0 == "read")?.0)
}

/// The name of an operation of `io_uring`.
pub(super) fn ring_name(number: u16) -> Option<&'static str> {
    let found = RING.iter().find(|(known, _)| *known == number);
    found.map(|(_, name)| *name)
}

/// What the one door for sockets on i386 was used for: its first argument says
/// it.
pub(super) fn socket_call(first: Option<&str>) -> Option<&'static str> {
    Some(match first? {
        "2" => "bind",
        "3" => "connect",
        "4" => "listen",
        "5" => "accept",
        "9" | "b" => "sendto",
        "10" => "sendmsg",
        _ => return None,
    })
}

/// Which argument of a call names the folder that a relative path starts at;
/// none if it is always the working directory.
pub(super) fn folder_argument(name: &str) -> Option<&'static str> {
    Some(match name {
        "symlinkat" => "a1",
        "renameat" | "renameat2" | "linkat" => "a2",
        "openat" | "openat2" | "unlinkat" | "mkdirat" | "mknodat" | "readlinkat" | "fchmodat"
        | "fchmodat2" | "fchownat" | "faccessat" | "faccessat2" | "newfstatat" | "statx"
        | "execveat" => "a0",
        _ => return None,
    })
}

/// What a call of this name does. The kinds are those of all host logs; here
/// are only the differences: what the records of audit say less about.
pub(super) fn deed(name: &str) -> Deed {
    match name {
        "execve" | "execveat" => return Deed::Launch,
        "connect" => return Deed::Connect,
        "setuid" | "setresuid" | "capset" => return Deed::Other("PROCESS_PRIVILEGE_ESCALATION"),
        "kill" | "tkill" | "tgkill" => return Deed::Other("PROCESS_TERMINATION"),
        "getxattr" | "lgetxattr" | "fgetxattr" | "readlink" | "readlinkat" | "stat" | "access"
        | "faccessat" => return Deed::Other("FILE_UNCATEGORIZED"),
        // A process that goes on as two, or looks into another.
        "clone" | "clone3" | "fork" | "vfork" | "ptrace" | "process_vm_readv"
        | "process_vm_writev" | "pidfd_getfd" | "setns" | "unshare" | "memfd_create" | "bpf" => {
            return Deed::Other("PROCESS_UNCATEGORIZED");
        }
        "mount" | "umount2" | "sethostname" | "adjtimex" | "settimeofday" | "clock_settime"
        | "clock_adjtime" | "delete_module" => return Deed::Other("SETTING_MODIFICATION"),
        "socket" => return Deed::Other("NETWORK_UNCATEGORIZED"),
        _ => {}
    }
    match of_call(name) {
        Some(Call {
            kind: Kind::FileOpen,
            operation: "",
        }) => Deed::Open,
        Some(Call {
            kind: Kind::Listening,
            ..
        }) => Deed::Listen,
        // The record names neither the other end nor, as a rule, the file.
        Some(Call {
            kind: Kind::Connection,
            ..
        }) => Deed::Other("NETWORK_UNCATEGORIZED"),
        Some(Call {
            operation: "read" | "write",
            ..
        })
        | None => Deed::Other("GENERIC_EVENT"),
        Some(Call { kind, .. }) => Deed::Other(kind.event_type()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_depend_on_the_architecture() {
        for (arch, number, expected) in [
            ("c000003e", 59, Some("execve")),
            ("c000003e", SHORT_POINTERS + 59, Some("execve")),
            ("40000003", 11, Some("execve")),
            ("c00000b7", 221, Some("execve")),
            ("0xc000003e", 257, Some("openat")),
            ("c000003e", 0, Some("read")),
            ("c00000b7", 0, None),
            ("40000003", 102, Some("socketcall")),
            ("c000003e", 102, None),
            ("80000016", 59, None),
            ("c000003e", u32::MAX, None),
        ] {
            assert_eq!(name(Some(arch), number), expected, "{arch} {number}");
        }
        assert_eq!(socket_call(Some("3")), Some("connect"));
    }
}
