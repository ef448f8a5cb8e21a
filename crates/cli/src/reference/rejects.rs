//! Why records are rejected, and what to do.

use std::fmt::Write as _;

use yaral_normalize::RejectReason as Reason;
use yaral_runtime::entities::reason as entity_reason;
use yaral_runtime::input::reason as frame_reason;
use yaral_runtime::scan::reason;

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "rejects",
    title: "Reject reasons",
    summary: "Why a record was not read, as a scan lists it and `--rejects FILE` keeps it",
    terms,
    page,
    whole,
};

/// The reasons of inputs and of what cannot be cut into records.
const OF_INPUTS: &[(&str, &str, &str)] = &[
    (
        reason::NOT_OPENED,
        "The input cannot be opened.",
        "See the system's message beside it: rights, or a name that is gone.",
    ),
    (
        reason::LINK_TO_NOWHERE,
        "The input is a link to what is not there any more.",
        "Folders such as `/var/log/containers` have links to logs of pods that are gone. The others were read.",
    ),
    (
        reason::READ_FAILED,
        "The system failed to read on.",
        "What came before was used. Read the input again.",
    ),
    (
        reason::UNSUPPORTED,
        "The input is of a kind that has to be unpacked first.",
        "Unpack it, or pipe it: `xzcat a.log.xz | yaral scan -`.",
    ),
    (
        reason::CORRUPT_STREAM,
        "A compressed input is cut off or damaged.",
        "What came before was used. Get the file again; one that is still written ends like this.",
    ),
    (
        reason::NOT_RECOGNISED,
        "No log type claims the input.",
        "Name it with `--log-type`, after a look at `yaral docs log-types`; leave it out if it is no log.",
    ),
    (
        entity_reason::NOT_JSON,
        "A record of an entity file is not JSON.",
        "Give entities as UDM JSON, one a line; `yaral docs fields` has their fields.",
    ),
    (
        entity_reason::NO_ENTITY,
        "A record of an entity file holds no entity.",
        "Events are inputs of the scan and do not go with `--entities`.",
    ),
    (
        entity_reason::TOO_MANY_ENTITIES,
        "There are more entities than `ENTITIES_MAX`, or they exceed `ENTITY_BYTES_MAX`.",
        "Give those that are valid in the time of the logs.",
    ),
    (
        frame_reason::LINE_TOO_LONG,
        "A line, or a record of a document, is longer than `LINE_BYTES_MAX`.",
        "No log type writes such records. Look whether line ends were lost.",
    ),
    (
        frame_reason::UTF16,
        "The input is UTF-16.",
        "Convert it: `iconv -f UTF-16 -t UTF-8`.",
    ),
    (
        frame_reason::BROKEN_DOCUMENT,
        "A record of a JSON document breaks off, or something else stands between two.",
        "The records around it were used. Look at the line that is named.",
    ),
];

/// What to do about a record that a normalizer rejects.
fn advice(reason: Reason) -> &'static str {
    match reason {
        Reason::NotUtf8 | Reason::NulByte => {
            "The writer or the disk failed there; the records around it were used."
        }
        Reason::Truncated => {
            "The writer, or a collector with a shorter limit for lines, cut it off."
        }
        Reason::NotJson => {
            "Something else is in the log. If all records are like that, it is another log type: see `--log-type`."
        }
        Reason::NotObject => "A record is an object. A list of records may be an input as a whole.",
        Reason::WrongType => {
            "The column stands beside it. If a collector rewrote the record, give it the original."
        }
        Reason::NotAudit | Reason::NotUdm | Reason::NotFalco | Reason::NotTetragon => {
            "The object belongs to something else. If a collector put the record inside another object, see the page of the log type for what is opened."
        }
        Reason::OtherLog => {
            "Nothing, if other logs share the stream. Which one it is stands beside it."
        }
        Reason::BadTime => "Mend the clock or the collector that wrote the time.",
        Reason::TooDeep => "More wrappers than `WRAPPERS_MAX` stand around the record.",
        Reason::NotAuditd => {
            "Give it the audit daemon's file, `ausearch --raw` or `journalctl --all -o json`: interpreted output has no exact times, and other lines are no records."
        }
        Reason::LateRecord => {
            "Records of one event may be `AUDIT_HOLD_SECONDS` of event time apart. Give files in the order of time; a rotated log in a folder is."
        }
        Reason::NotDocker => {
            "Give it events (`docker events --format json`), the daemon's debug log, or the records of the authorization plugin, each as `yaral docs DOCKER_ENGINE` shows."
        }
    }
}

/// Code, sentence and advice of every reason.
fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let of_records = Reason::ALL
        .iter()
        .map(|reason| (reason.code(), reason.sentence(), advice(*reason)));
    OF_INPUTS.iter().copied().chain(of_records)
}

fn terms() -> Vec<String> {
    all().map(|(code, ..)| code.to_owned()).collect()
}

fn page(term: &str) -> Option<String> {
    let (code, sentence, advice) = all().find(|(code, ..)| code.eq_ignore_ascii_case(term))?;
    Some(format!("## {code}\n\n{sentence}\n\n{advice}\n"))
}

fn whole() -> String {
    let mut out = String::from("| Reason | Meaning | What to do |\n|---|---|---|\n");
    for (code, sentence, advice) in all() {
        let _ = writeln!(out, "| `{code}` | {sentence} | {advice} |");
    }
    out
}
