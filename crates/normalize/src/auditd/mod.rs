//! `AUDITD`: the audit log of Linux.
//!
//! ```text
//! line → record (header, fields) → assembly by node, time and serial → case (what was done, by whom)
//!      → memory of processes and sockets → prefilter → rows of a mapping → event
//! ```
//!
//! The kernel writes an event as several records, and several processes at a
//! time write theirs. One UDM event stands for one audit event.

mod assemble;
mod case;
mod facts;
mod fields;
mod labels;
mod laurel;
mod line;
mod map_default;
mod map_secops;
mod normalizer;
mod processes;
mod raw;
mod raw_json;
pub(crate) mod rejected;
mod sockaddr;
mod sockets;
mod syscalls;
mod types;

use crate::LogType;
use crate::labels::Label;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::redact::ARGUMENT_END;
use crate::rows;
use crate::setup::Setup;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::Auditd,
    name: "AUDITD",
    aliases: &[],
    doc: "audit log of Linux: raw and enriched records, in syslog, in the journal, from ausearch; LAUREL's JSON",
    claims,
    make,
    page,
    labels: derived,
};

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::AuditdNormalizer::new(setup))
}

/// Whether a line is a record of this log, or an event of LAUREL.
fn claims(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    let text = text.trim_ascii();
    if laurel::is_event(text) {
        return laurel::read(text).is_ok();
    }
    // Of interpreted or broken records, too, the rejects say what is wrong.
    let begins = || text.starts_with("type=") && text.contains(" msg=audit(");
    matches!(line::read(text), Ok(line::Found::Record(_))) || begins()
}

fn derived() -> Vec<Label> {
    crate::labels::of(LogType::Auditd, &[labels::LABELS, labels::CLAIMS])
}

/// The documentation page.
fn page() -> String {
    let mut out = String::from(
        "# AUDITD\n\n\
         Reads the audit log of Linux: raw and enriched lines, alone or behind `node=`, a syslog header or the kernel's \
         own log; `ausearch --raw`, and what it prints between events without `-i`; entries of the journal as JSON \
         (`journalctl --all -o json`); and LAUREL's JSON.\n\n\
         One event stands for one audit event: the records that share node, time and serial number. They may come \
         interleaved and in any order; an event is held until event time, as the lines of its input tell it, went on by \
         10 seconds, and events come out in the order of their times and serial numbers. LAUREL's events are whole \
         and come out at once. A record that comes after its event is rejected (`LATE_RECORD`). Serial numbers that nothing \
         came for are counted.\n\n\
         Arguments are put together from `EXECVE`, decoded from hexadecimal where they are in it, and joined by spaces. \
         A process is known by the launches that the log holds: a parent whose launch was not logged is a number, and \
         the command line of a process that opens or connects is that of its launch, else its title, which the kernel cuts \
         at 128 bytes. A relative path is made absolute by the working directory, unless the call names another folder \
         (`openat` with a descriptor), of which the record has only a number; then it stays relative.\n\n\
         What sudo ran (`USER_CMD`) is a launch by sudo, in a log without system calls the only trace of it. Where launches \
         are logged too, it stands there twice.\n\n\
         With `--semantics unix_connect=file_open` a connection to a socket file is a FILE_OPEN.\n\n\
         Of LAUREL both forms of the arguments (`ARGV`, `ARGV_STR`) and of addresses (`saddr`, `SADDR`) are read, and the \
         escapes below those of JSON. What `PPID`, `SPAWNED_BY` and `PID` tell about the parent and the container counts \
         as the records `PARENT_INFO` and `CONTAINER_INFO`; the environment is dropped. An event is rejected if it has more \
         than 2,048 records (`LATE_RECORD`), or an object or a list under a name that is no type of a record (`WRONG_TYPE`): \
         64 bytes at most, of `A` to `Z`, digits, `_` and brackets.\n\n\
         Rejected: lines without `type=` and `audit(TIME:SERIAL)` (`NOT_AUDITD`), among them interpreted output \
         (`ausearch -i`) and the journal's short form, which has no serial numbers. Dropped: fields that no row below names, \
         the content of `TTY` records. `EOE` marks an end and says nothing else.\n\n\
         What syslog carries is as true as its socket is closed: whoever may write to `/dev/log` (`logger`) can write lines \
         that look like the kernel's. Of the journal's entries those with another `_TRANSPORT` than `audit` or `kernel`, which \
         only these two can set, are rejected; where others may log, read the audit daemon's own file or the journal.\n\n\
         Secrets are cut out of every text, also where it is in hexadecimal.\n\n\
         ## Both mappings\n\n",
    );
    out.push_str(&rows::table(map_default::COMMON));
    out.push_str("\n## Default mapping\n\n");
    out.push_str(&rows::table(map_default::DEFAULT));
    out.push_str("\nThe processes:\n\n");
    out.push_str(&rows::table(map_default::TARGET));
    out.push('\n');
    out.push_str(&rows::table(map_default::PRINCIPAL));
    out.push_str("\n## SecOps mapping\n\n");
    out.push_str(&rows::table(map_secops::SECOPS));
    out.push_str("\n## Derived labels\n\nUnder `additional.fields`, filled by both mappings.\n\n");
    out.push_str(&crate::labels::table(&derived()));
    out
}
