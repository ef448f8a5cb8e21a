//! What the rows of a mapping read of an event.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::ARGUMENT_END;
use super::case::Case;
use super::processes::Process;
use super::syscalls::Deed;
use crate::argv::{self, Words};
use crate::jwt::{self, Claims};
use crate::redact;
use crate::rows::{Family, Value, row_makers};

/// The audit log of Linux as a family of rows.
pub(crate) struct Auditd;

impl Family for Auditd {
    type Facts<'a> = Facts<'a>;
}

row_makers!(Auditd, Facts);

/// An event with what is derived from it.
pub(crate) struct Facts<'a> {
    pub(super) case: &'a Case<'a>,
    /// A connection to a socket file counts as opening it.
    pub(super) connect_opens: bool,
    redact: bool,
    claims: OnceCell<Option<Claims>>,
    words: OnceCell<Option<Words>>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(case: &'a Case<'a>, connect_opens: bool, redact: bool) -> Self {
        Self {
            case,
            connect_opens,
            redact,
            claims: OnceCell::new(),
            words: OnceCell::new(),
        }
    }

    /// A text on its way out.
    pub(super) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.redact {
            redact::redact_text(text)
        } else {
            Cow::Borrowed(text)
        }
    }

    /// A text as the value of a row.
    pub(super) fn value<'t>(&self, text: Option<&'t str>) -> Value<'t> {
        text.map_or(Value::Absent, |text| Value::Text(self.clean(text)))
    }

    /// A text that is made here, as the value of a row.
    pub(super) fn owned(&self, text: Option<Cow<'_, str>>) -> Value<'static> {
        let Some(text) = text else {
            return Value::Absent;
        };
        Value::Text(Cow::Owned(self.clean(&text).into_owned()))
    }

    /// A field of the record that tells who acts.
    pub(super) fn text(&self, key: &str) -> Value<'static> {
        self.owned(self.case.text(key))
    }

    /// Arguments as a command line.
    pub(super) fn command_line(&self, arguments: &str) -> Value<'static> {
        if arguments.is_empty() {
            return Value::Absent;
        }
        let line = if self.redact {
            redact::arguments(arguments.split(ARGUMENT_END))
        } else {
            arguments.to_owned()
        };
        Value::Text(Cow::Owned(line.replace(ARGUMENT_END, " ")))
    }

    pub(super) fn launches(&self) -> bool {
        self.case.deed == Deed::Launch
    }

    /// The process that acts: of a launch the one that launched the program.
    pub(super) fn principal(&self) -> Option<Cow<'_, Process>> {
        if self.launches() {
            return self.case.ancestors.first().map(Cow::Borrowed);
        }
        (self.case.pid().is_some()).then(|| Cow::Owned(self.case.actor_process()))
    }

    /// An ancestor of the program that was launched, counted from 0.
    pub(super) fn ancestor(&self, place: usize) -> Option<&Process> {
        let launches = self.launches();
        self.case.ancestors.get(place).filter(|_| launches)
    }

    /// An ancestor of the process that acts.
    pub(super) fn principal_ancestor(&self, place: usize) -> Option<&Process> {
        let place = place + usize::from(self.launches());
        self.case.ancestors.get(place)
    }

    /// The program of a launch and its words without flags. Secrets are cut
    /// out before flags are, which tell that a secret follows.
    pub(super) fn words(&self) -> Option<&Words> {
        let find = || {
            if !self.launches() || self.case.arguments.is_empty() {
                return None;
            }
            let file = self.case.exe();
            let arguments = &self.case.arguments;
            if !self.redact {
                return argv::words(file.as_deref(), arguments);
            }
            let clean = redact::arguments(arguments.iter().map(String::as_str));
            let clean: Vec<_> = clean.split(ARGUMENT_END).collect();
            argv::words(file.as_deref(), &clean)
        };
        self.words.get_or_init(find).as_ref()
    }

    /// The claims of a token among the arguments of the program.
    pub(super) fn claims(&self) -> Option<&Claims> {
        let find = || {
            let mut arguments = self.case.arguments.iter().map(String::as_str);
            let own = || self.case.own.as_ref().map(|own| &*own.arguments);
            let found = arguments.find_map(jwt::first_claims);
            found.or_else(|| own().and_then(jwt::first_claims))
        };
        self.claims.get_or_init(find).as_ref()
    }
}
