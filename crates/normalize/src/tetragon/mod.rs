//! `TETRAGON`: the JSON export of Tetragon.
//!
//! ```text
//! line → wrapped → raw (borrowed event) → memory of processes
//!      → facts (chain, probe) → prefilter → record → rows → event
//! ```

mod chain;
mod facts;
mod function;
mod labels;
mod map;
mod memory;
mod normalizer;
mod probe;
mod raw;

use memchr::memmem::find;
use raw::Export;

use crate::LogType;
use crate::labels::Label;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::rows;
use crate::setup::Setup;
use crate::wrapped;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::Tetragon,
    name: "TETRAGON",
    aliases: &[],
    doc: "events of Tetragon as JSON: processes, probes, connections; bare, in a collector's row or behind a prefix",
    claims,
    make,
    page,
    labels: derived,
};

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::TetragonNormalizer::new(setup))
}

/// Whether a line looks like this log type: by the event that it holds, or, of
/// one that is cut off or wrapped, by the names of an event and its id.
fn claims(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    match serde_json::from_str::<Export<'_>>(wrapped::unprefixed(text)) {
        Ok(export) if export.happening().is_some() => true,
        _ => {
            let has = |name: &str| find(line, name.as_bytes()).is_some();
            has("exec_id") && (has("process_exec") || has("process_exit") || has("process_kprobe"))
        }
    }
}

/// The derived labels.
fn derived() -> Vec<Label> {
    let tables = [labels::HOST, labels::LABELS, labels::CLAIMS];
    crate::labels::of(LogType::Tetragon, &tables)
}

/// The documentation page.
fn page() -> String {
    let mut out = String::from(
        "# TETRAGON\n\n\
         Reads the JSON export of Tetragon: bare, behind a prefix (a container's log), and in the `log`, `message` or `data` of another object, \
         as an object or as text. One event stands for one record; the event id is the hash of the record.\n\n\
         Google has a page on logs of Tetragon; we have seen neither its mapping nor its names for log type, vendor and product. \
         The mapping and these names are ours, and `--mapping secops` gives the same.\n\n\
         An event names a process and its parent; further ancestors come from `ancestors` or from earlier events of the log, \
         by `parent_exec_id`, up to eight in all. The arguments of a process are one text; the command line is its path, a space and that text.\n\n\
         A probe (`process_kprobe`, `process_tracepoint`, `process_lsm`) becomes the event of its function. System calls count with or without \
         the prefix of the architecture. `open`, `fd_install`, `security_file_open`, and with a file `read` and `security_file_permission` are FILE_OPEN; \
         `write`, `chmod`, `chown`, `truncate`, and `security_file_permission` that asks to write FILE_MODIFICATION; `unlink`, `rmdir` FILE_DELETION; \
         `mkdir`, `mknod`, `link`, `symlink` FILE_CREATION; `rename` FILE_MOVE; `tcp_connect`, `security_socket_connect`, `connect`, \
         and the closing, sending, receiving and accepting of a connection NETWORK_CONNECTION, told apart by `tetragon_operation`; \
         `listen`, and `bind` to a port or path NETWORK_UNCATEGORIZED; `execve` and `security_bprm_check` PROCESS_LAUNCH of the program that is about to run; \
         `init_module`, `do_init_module` PROCESS_MODULE_LOAD. Any other function, a user-space probe, and one of these without its file or address are \
         PROCESS_UNCATEGORIZED.\n\n\
         The path of an open file begins at the root, also where an older version logs it without its first slash. A path that the caller spelled \
         is made absolute by `process.cwd`, unless it begins at another directory. The `source_` members of a connection count as the local end.\n\n\
         Rejected: other JSON objects (`NOT_TETRAGON`), wrappers nested too deeply, and whatever is no JSON. \
         Secrets are cut out of every text; what was read or written (`bytes_arg`) and environments are cut out of the raw record as a whole, \
         and no field is filled from them.\n\n\
         ## Both mappings\n\n",
    );
    out.push_str(&rows::table(map::ROWS));
    out.push_str(
        "\nThe process and its ancestors. Of a program that was started or ended the target is the process and the principal its parent; \
         else the principal is the process. Of what a process loaded the target is the library or module.\n\n",
    );
    out.push_str(&rows::table(map::TARGET));
    out.push_str(&rows::table(map::PRINCIPAL));
    out.push_str("\n## Derived labels\n\nUnder `additional.fields`.\n\n");
    out.push_str(&crate::labels::table(&derived()));
    out
}
