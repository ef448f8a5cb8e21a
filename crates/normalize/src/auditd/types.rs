//! Types of records: their numbers, and the UDM event type of an event that
//! one of them stands for.
//!
//! The event types are those of the published mapping (state of September
//! 2025) where it names the type, else ours.

use std::borrow::Cow;

/// The numbers by which the kernel's own log calls the types.
const NUMBERS: &[(u16, &str)] = &[
    (1006, "LOGIN"),
    (1100, "USER_AUTH"),
    (1101, "USER_ACCT"),
    (1102, "USER_MGMT"),
    (1103, "CRED_ACQ"),
    (1104, "CRED_DISP"),
    (1105, "USER_START"),
    (1106, "USER_END"),
    (1107, "USER_AVC"),
    (1108, "USER_CHAUTHTOK"),
    (1109, "USER_ERR"),
    (1110, "CRED_REFR"),
    (1111, "USYS_CONFIG"),
    (1112, "USER_LOGIN"),
    (1113, "USER_LOGOUT"),
    (1114, "ADD_USER"),
    (1115, "DEL_USER"),
    (1116, "ADD_GROUP"),
    (1117, "DEL_GROUP"),
    (1123, "USER_CMD"),
    (1124, "USER_TTY"),
    (1127, "SYSTEM_BOOT"),
    (1128, "SYSTEM_SHUTDOWN"),
    (1129, "SYSTEM_RUNLEVEL"),
    (1130, "SERVICE_START"),
    (1131, "SERVICE_STOP"),
    (1132, "GRP_MGMT"),
    (1200, "DAEMON_START"),
    (1201, "DAEMON_END"),
    (1300, "SYSCALL"),
    (1302, "PATH"),
    (1303, "IPC"),
    (1304, "SOCKETCALL"),
    (1305, "CONFIG_CHANGE"),
    (1306, "SOCKADDR"),
    (1307, "CWD"),
    (1309, "EXECVE"),
    (1317, "FD_PAIR"),
    (1318, "OBJ_PID"),
    (1319, "TTY"),
    (1320, "EOE"),
    (1321, "BPRM_FCAPS"),
    (1322, "CAPSET"),
    (1323, "MMAP"),
    (1325, "NETFILTER_CFG"),
    (1326, "SECCOMP"),
    (1327, "PROCTITLE"),
    (1330, "KERN_MODULE"),
    (1331, "FANOTIFY"),
    (1334, "BPF"),
    (1336, "URINGOP"),
    (1337, "OPENAT2"),
    (1400, "AVC"),
    (1700, "ANOM_PROMISCUOUS"),
    (1701, "ANOM_ABEND"),
];

/// Types that only add to the record that an event is about.
const HELPERS: &[&str] = &[
    "SYSCALL",
    "EXECVE",
    "CWD",
    "PATH",
    "PROCTITLE",
    "SOCKADDR",
    "BPRM_FCAPS",
    "EOE",
    "OBJ_PID",
    "FD_PAIR",
    "MMAP",
    "IPC",
    "SOCKETCALL",
    "CAPSET",
    "OPENAT2",
    "CONTAINER_INFO",
    "PARENT_INFO",
    "URINGOP",
];

/// UDM event types by record type.
const EVENT_TYPES: &[(&str, &str)] = &[
    ("PROCTITLE", "PROCESS_LAUNCH"),
    ("EXECVE", "PROCESS_LAUNCH"),
    ("USER_CMD", "PROCESS_LAUNCH"),
    ("SERVICE_START", "SERVICE_START"),
    ("SERVICE_STOP", "SERVICE_STOP"),
    ("USER_ACCT", "USER_LOGIN"),
    ("USER_ERR", "USER_LOGIN"),
    ("CRYPTO_KEY_USER", "USER_LOGIN"),
    ("USER_AUTH", "USER_LOGIN"),
    ("USER_LOGIN", "USER_LOGIN"),
    ("USER_START", "USER_LOGIN"),
    ("LOGIN", "USER_LOGIN"),
    ("USER_END", "USER_LOGOUT"),
    ("USER_LOGOUT", "USER_LOGOUT"),
    ("CRED_DISP", "USER_LOGOUT"),
    ("CRED_REFR", "USER_CHANGE_PERMISSIONS"),
    ("USER_ROLE_CHANGE", "USER_CHANGE_PERMISSIONS"),
    ("USER_CHAUTHTOK", "USER_CHANGE_PASSWORD"),
    ("ADD_USER", "USER_CREATION"),
    ("DEL_USER", "USER_DELETION"),
    ("ADD_GROUP", "GROUP_CREATION"),
    ("DEL_GROUP", "GROUP_DELETION"),
    ("USER_MGMT", "GROUP_MODIFICATION"),
    ("GRP_MGMT", "GROUP_MODIFICATION"),
    ("ANOM_ABEND", "PROCESS_TERMINATION"),
    ("ANOM_PROMISCUOUS", "SETTING_MODIFICATION"),
    ("CONFIG_CHANGE", "SETTING_MODIFICATION"),
    ("NETFILTER_CFG", "SETTING_MODIFICATION"),
    ("USYS_CONFIG", "SETTING_MODIFICATION"),
    ("SYSTEM_BOOT", "STATUS_STARTUP"),
    ("DAEMON_START", "STATUS_STARTUP"),
    ("SYSTEM_SHUTDOWN", "STATUS_SHUTDOWN"),
    ("DAEMON_END", "STATUS_SHUTDOWN"),
    ("SYSTEM_RUNLEVEL", "STATUS_UPDATE"),
];

/// The name of a type. The kernel's own log writes a number, and a daemon that
/// is older than its kernel `UNKNOWN[1327]`.
pub(super) fn name(written: &str) -> Cow<'_, str> {
    let bare = written
        .strip_prefix("UNKNOWN[")
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(written);
    let number = bare.parse::<u16>().ok();
    let found = number.and_then(|number| NUMBERS.iter().find(|(known, _)| *known == number));
    found.map_or(Cow::Borrowed(bare), |(_, name)| Cow::Borrowed(*name))
}

/// Whether records of this type only add to the one that an event is about; so
/// do all that the kernel writes about a system call and that nobody knows.
pub(super) fn is_helper(kind: &str) -> bool {
    let of_a_call = |number: u16| (1300..1400).contains(&number);
    HELPERS.contains(&kind) || kind.parse().is_ok_and(of_a_call)
}

/// The UDM event type of an event that a record of this type stands for.
pub(super) fn event_type(kind: &str) -> &'static str {
    let found = EVENT_TYPES.iter().find(|(known, _)| *known == kind);
    found.map_or("GENERIC_EVENT", |(_, event_type)| event_type)
}
