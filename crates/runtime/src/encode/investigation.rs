//! The investigation of a detection, as an object and as cells of a table.
//!
//! Members that are not known are left out. A list that was cut has a number
//! beside it under its name with `_more`.

use super::json_text::Json;
use crate::investigate::{Investigation, Names, Object, Process, Sibling};

/// Writes the object.
pub(super) fn write_investigation(json: &mut Json, of: &Investigation) {
    json.object(|j| {
        texts(j, "actor", &of.actor);
        texts(j, "login", &of.login);
        texts(j, "groups", &of.groups);
        if let Some(other) = &of.impersonated {
            j.key("impersonated").object(|j| {
                j.key("user").str(&other.user);
                texts(j, "groups", &other.groups);
            });
        }
        for (key, names) in [
            ("credential_id", &of.credential_id),
            ("issued_credential_id", &of.issued_credential_id),
            ("decision", &of.decision),
            ("reason", &of.reason),
            ("source", &of.source),
            ("source_chain", &of.source_chain),
            ("agent", &of.agent),
            ("host", &of.host),
            ("pod", &of.pod),
            ("node", &of.node),
            ("container", &of.container),
        ] {
            texts(j, key, names);
        }
        names(j, "process", &of.process, write_process);
        texts(j, "scope", &of.scope);
        names(j, "objects", &of.objects, write_object);
        texts(j, "command", &of.command);
        names(j, "siblings", &of.siblings, write_sibling);
        some(j, "playbook", of.playbook.as_deref().unwrap_or_default());
        some(j, "response", of.response.as_deref().unwrap_or_default());
        if !of.commands.is_empty() {
            j.key("commands").array(|j| {
                for command in &of.commands {
                    j.object(|j| {
                        j.key("step").str(command.step.word());
                        j.key("run").str(&command.run);
                    });
                }
            });
        }
    });
}

fn texts(json: &mut Json, key: &str, list: &Names<String>) {
    names(json, key, list, |j, text| j.str(text));
}

fn names<T>(json: &mut Json, key: &str, list: &Names<T>, write: impl Fn(&mut Json, &T)) {
    if list.is_empty() {
        return;
    }
    json.key(key)
        .array(|j| list.shown.iter().for_each(|one| write(j, one)));
    if list.more > 0 {
        json.key(&format!("{key}_more")).plain(list.more);
    }
}

/// A member, if there is anything to say.
fn some(json: &mut Json, key: &str, text: &str) {
    if !text.is_empty() {
        json.key(key).str(text);
    }
}

fn write_process(json: &mut Json, process: &Process) {
    json.object(|j| {
        some(j, "file", &process.file);
        some(j, "command", &process.command);
        some(j, "pid", &process.pid);
        some(j, "parent", &process.parent);
    });
}

fn write_object(json: &mut Json, object: &Object) {
    json.object(|j| {
        some(j, "kind", &object.kind);
        some(j, "namespace", &object.namespace);
        some(j, "name", &object.name);
        some(j, "verb", &object.verb);
        if let Some(code) = object.code {
            j.key("code").plain(code);
        }
    });
}

fn write_sibling(json: &mut Json, sibling: &Sibling) {
    json.object(|j| {
        j.key("id").str(&sibling.id);
        j.key("rule").str(&sibling.rule);
        j.key("severity").str(&sibling.severity);
        j.key("time").str(&sibling.time.to_string());
    });
}

/// The columns that [`investigation_cells`] fills, as a header has them.
pub(super) const COLUMNS: &str = "actor,login,impersonated,credential_id,issued_credential_id,\
                                  decision,reason,source,agent,host,pod,node,container,process,\
                                  scope,objects,command,siblings,playbook,response,commands";

/// The cells of a table, in the order of [`COLUMNS`].
pub(super) fn investigation_cells(of: &Investigation) -> Vec<String> {
    let texts = |names: &Names<String>| joined(names, Clone::clone);
    let other = of.impersonated.as_ref();
    let commands = of
        .commands
        .iter()
        .map(|command| format!("{}: {}", command.step.word(), command.run));
    vec![
        texts(&of.actor),
        texts(&of.login),
        other.map_or_else(String::new, |other| other.user.clone()),
        texts(&of.credential_id),
        texts(&of.issued_credential_id),
        texts(&of.decision),
        texts(&of.reason),
        texts(&of.source),
        texts(&of.agent),
        texts(&of.host),
        texts(&of.pod),
        texts(&of.node),
        texts(&of.container),
        joined(&of.process, |process| process.told().to_owned()),
        texts(&of.scope),
        joined(&of.objects, Object::to_string),
        texts(&of.command),
        joined(&of.siblings, |sibling| {
            format!("{} {}", sibling.rule, sibling.id)
        }),
        of.playbook.clone().unwrap_or_default(),
        of.response.clone().unwrap_or_default(),
        commands.collect::<Vec<_>>().join(" \u{b6} "),
    ]
}

/// The names of a list in one cell. A name cannot pretend to be two.
fn joined<T>(names: &Names<T>, text: impl Fn(&T) -> String) -> String {
    let shown = names
        .shown
        .iter()
        .map(|one| text(one).replace(';', "\\u{3b}"));
    let mut all: Vec<String> = shown.collect();
    if names.more > 0 {
        all.push(format!("\u{2026} {} more", names.more));
    }
    all.join("; ")
}
