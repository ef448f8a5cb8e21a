//! `FALCO_IDS`: alerts of Falco, as JSON.
//!
//! ```text
//! line → wrapped → alert (borrowed) → facts (event worked out) → prefilter
//!      → record → rows of a mapping → event
//! ```
//!
//! Reads what Falco writes to files, standard output, syslog and HTTP, and what
//! falcosidekick forwards, whatever rule and source an alert comes from.

mod alert;
mod facts;
mod labels;
mod map_default;
mod map_secops;
mod normalizer;
mod subject;

use alert::Alert;
use memchr::memmem::find;

use crate::LogType;
use crate::labels::Label;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::rows;
use crate::setup::Setup;
use crate::wrapped;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::FalcoIds,
    name: "FALCO_IDS",
    aliases: &["FALCO"],
    doc: "alerts of Falco as JSON, bare, from falcosidekick, in a collector's row or behind a syslog prefix",
    claims,
    make,
    page,
    labels: derived,
};

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::FalcoNormalizer::new(setup))
}

/// Whether a line looks like this log type: by the members of an alert, or, of
/// one that is cut off or wrapped, by their names.
fn claims(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    match serde_json::from_str::<Alert<'_>>(wrapped::unprefixed(text)) {
        Ok(alert) if alert.is_one() => true,
        _ => ["output_fields", "priority", "rule"]
            .iter()
            .all(|name| find(line, name.as_bytes()).is_some()),
    }
}

/// The derived labels.
fn derived() -> Vec<Label> {
    let tables = [labels::HOST, labels::LABELS, labels::CLAIMS];
    crate::labels::of(LogType::FalcoIds, &tables)
}

/// The documentation page.
fn page() -> String {
    let mut out = String::from(
        "# FALCO_IDS\n\n\
         Reads alerts of Falco as JSON (`json_output`): bare, as falcosidekick forwards them, behind a prefix (syslog, a container's log), \
         and in the `log`, `message` or `data` of another object, as an object or as text. `--log-type falco` names it too. \
         An object with `rule`, `priority` and `output` or `output_fields` is an alert. A plain record of the Kubernetes audit log is none, \
         KUBERNETES_AUDIT reads it.\n\n\
         One event stands for one alert; two rules that fire for one system call give two events. The event id is the hash of the alert. \
         What Falco could not find out (`null`, `<NA>`) is absent, and so is a field that holds a list or an object. \
         An alert without any time field gives an event without a time.\n\n\
         The default mapping adds to the official fields what the alert says about process, file and socket. It differs in this: \
         `target.file.full_path` is the file, not the image, which is in the label `container_image`; `target.ip` is the remote end of a connection; \
         pod and namespace are in `pod_name` and `pod_namespace`, as `k8s_pod_name` means another pod in KUBERNETES_AUDIT. \
         The path of a program is `proc.exepath`; without it what the process was called as (`proc.exe`), if that is a path, which the process may forge. \
         A path that is not absolute is one by `proc.cwd`, unless it begins at another directory. \
         An alert without `evt.type`, as older rules write, keeps the official type.\n\n\
         Rejected: other JSON objects (`NOT_FALCO`), wrappers nested too deeply, and whatever is no JSON. \
         Secrets are cut out of every text; whole environments and what was read or written (`proc.env`, `evt.buffer`, `evt.arg.data`) are cut \
         from the raw alert and from the output that repeats them.\n\n\
         ## Both mappings\n\n",
    );
    out.push_str(&rows::table(map_default::COMMON));
    out.push_str("\n## Default mapping\n\n");
    out.push_str(&rows::table(map_default::DEFAULT));
    out.push_str(
        "\nThe process and its ancestors. Of a program that was started or ended the target is the process and the principal its parent; \
         else the principal is the process.\n\n",
    );
    out.push_str(&rows::table(map_default::TARGET));
    out.push_str(&rows::table(map_default::PRINCIPAL));
    out.push_str("\n## SecOps mapping\n\n");
    out.push_str(&rows::table(map_secops::SECOPS));
    out.push_str("\n## Derived labels\n\nUnder `additional.fields`, filled by both mappings.\n\n");
    out.push_str(&crate::labels::table(&derived()));
    out
}
