//! What a record says, worked out once, whichever input it came from.
//!
//! Texts leave through [`Facts::clean`] and its like.

use std::borrow::Cow;
use std::cell::OnceCell;

use yaral_udm::Timestamp;

use super::body::Body;
use super::kinds::Kind;
use super::listener::Listener;
use super::memory::{Command, Container};
use super::uri;
use crate::argv::{self, Words};
use crate::jwt::{self, Claims};
use crate::redact;
use crate::rows::{Family, Value, row_makers};

/// Records of the Docker engine as a family of rows.
pub(super) struct Docker;

impl Family for Docker {
    type Facts<'a> = Facts<'a>;
}

row_makers!(Docker, Facts);

/// Which input a record came from.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum Input {
    #[default]
    Events,
    Log,
    Plugin,
}

impl Input {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Log => "debug_log",
            Self::Plugin => "authz",
        }
    }
}

/// A request of the API.
#[derive(Clone, Default, Debug)]
pub(super) struct Call<'a> {
    pub(super) method: Cow<'a, str>,
    pub(super) uri: Cow<'a, str>,
    pub(super) code: Option<i64>,
    pub(super) agent: Option<Cow<'a, str>>,
    pub(super) user: Option<Cow<'a, str>>,
}

/// What the body of a creation or an exec asks for.
#[derive(Clone, Default, Debug)]
pub(super) struct Asked {
    pub(super) env_names: Vec<String>,
    pub(super) binds: Vec<String>,
    pub(super) privileged: Option<bool>,
    pub(super) cap_add: Vec<String>,
    pub(super) pid_mode: String,
    pub(super) user: String,
}

impl Asked {
    pub(super) fn of(body: Body) -> Self {
        Self {
            env_names: body.env_names,
            binds: body.binds,
            privileged: body.privileged,
            cap_add: body.cap_add,
            pid_mode: body.pid_mode,
            user: body.user,
        }
    }
}

/// A record with everything worked out. What is not known is empty.
#[derive(Clone, Default, Debug)]
pub(super) struct Facts<'a> {
    pub(super) input: Input,
    pub(super) redact: bool,
    pub(super) time: Option<Timestamp>,
    pub(super) operation: &'static str,
    pub(super) event_type: &'static str,
    pub(super) kind: Option<Kind>,
    pub(super) host: Option<Cow<'a, str>>,
    /// The message of a log line, or the action of an engine event.
    pub(super) description: Option<Cow<'a, str>>,
    /// The error that a log line names beside its message.
    pub(super) error: Option<Cow<'a, str>>,
    pub(super) severity: Option<&'static str>,
    pub(super) call: Option<Call<'a>>,
    /// The container that the record is about, or that it is done in.
    pub(super) container: Container,
    /// The name of an object of another kind, and its id.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) exec: String,
    pub(super) command: Command,
    /// The path in a container that is read or written.
    pub(super) path: Option<Cow<'a, str>>,
    pub(super) asked: Asked,
    pub(super) listener: Option<Listener>,
    pub(super) claims: OnceCell<Option<Claims>>,
}

impl Facts<'_> {
    /// The same facts, redacted or not.
    pub(super) fn with_redaction(&self, redact: bool) -> Self {
        Self {
            redact,
            ..self.clone()
        }
    }

    /// A text on its way out.
    pub(super) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        redact::text(text, self.redact)
    }

    /// A text as the value of a row; an empty one is absent.
    pub(super) fn value<'t>(&self, text: Option<&'t str>) -> Value<'t> {
        text.map_or(Value::Absent, |text| Value::Text(self.clean(text)))
    }

    /// A list of texts as one value.
    pub(super) fn joined<T: AsRef<str>>(&self, texts: &[T]) -> Value<'static> {
        let mut joined = String::new();
        for text in texts {
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(&self.clean(text.as_ref()));
        }
        Value::Text(Cow::Owned(joined))
    }

    /// The request URI on its way out.
    pub(super) fn uri(&self) -> Value<'_> {
        match &self.call {
            None => Value::Absent,
            Some(call) if self.redact => Value::Text(uri::clean(&call.uri)),
            Some(call) => Value::Text(Cow::Borrowed(&call.uri)),
        }
    }

    /// The arguments of the command on their way out.
    fn arguments(&self) -> Vec<Cow<'_, str>> {
        match &self.command {
            Command::Unknown => Vec::new(),
            Command::Text(text) => argv::split(text)
                .into_iter()
                .map(|word| Cow::Owned(self.clean(&word).into_owned()))
                .collect(),
            Command::List(list) if self.redact => {
                let clean = redact::arguments(list.iter().map(String::as_str));
                let words = clean.split(redact::ARGUMENT_END);
                words.map(|word| Cow::Owned(word.to_owned())).collect()
            }
            Command::List(list) => list
                .iter()
                .map(|word| Cow::Borrowed(word.as_str()))
                .collect(),
        }
    }

    /// The command line on its way out.
    pub(super) fn command_line(&self) -> Value<'_> {
        match &self.command {
            Command::Unknown => Value::Absent,
            Command::Text(text) => Value::Text(self.clean(text)),
            Command::List(_) => Value::Text(Cow::Owned(self.arguments().join(" "))),
        }
    }

    /// The command as its program reads it, on its way out.
    pub(super) fn words(&self) -> Option<Words> {
        match &self.command {
            Command::Unknown => None,
            Command::List(_) => argv::words(None, &self.arguments()),
            // Of a text the whole is redacted first: a secret may be several
            // words.
            Command::Text(text) => argv::words(None, &argv::split(&self.clean(text))),
        }
    }

    /// The file of the program, if the command names one with its folder.
    pub(super) fn program(&self) -> Value<'_> {
        let first = match &self.command {
            Command::Unknown => None,
            Command::List(list) => list.first().map(String::as_str),
            Command::Text(text) => text.split(' ').next(),
        };
        self.value(first.filter(|first| first.contains('/')))
    }

    /// The claims of a token in the command, the URI or the user agent.
    pub(super) fn claims(&self) -> Option<&Claims> {
        let find = || {
            let command = match &self.command {
                Command::Unknown => None,
                Command::List(list) => list.iter().find_map(|text| jwt::first_claims(text)),
                Command::Text(text) => jwt::first_claims(text),
            };
            let call = || {
                let call = self.call.as_ref()?;
                let agent = call.agent.as_deref().unwrap_or_default();
                jwt::first_claims(&call.uri).or_else(|| jwt::first_claims(agent))
            };
            command.or_else(call)
        };
        self.claims.get_or_init(find).as_ref()
    }
}
