//! What the rows of a mapping read of an event.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::ARGUMENT_END;
use super::case::Case;
use super::processes::{Arguments, Process, Processes};
use super::syscalls::Deed;
use crate::argv::{self, Words};
use crate::host::{self, Kind, Side};
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
    processes: &'a Processes,
    /// A connection to a socket file counts as opening it.
    pub(super) connect_opens: bool,
    redact: bool,
    claims: OnceCell<Option<Claims>>,
    words: OnceCell<Option<Words>>,
    /// The program that was launched, else the process that acts.
    first: OnceCell<host::Process<'a>>,
    /// The command that a user gave to another program, such as sudo.
    ordered: OnceCell<host::Process<'a>>,
    /// The ancestors of the first, from the second place on.
    chain: OnceCell<Vec<host::Process<'a>>>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        case: &'a Case<'a>,
        processes: &'a Processes,
        connect_opens: bool,
        redact: bool,
    ) -> Self {
        Self {
            case,
            processes,
            connect_opens,
            redact,
            claims: OnceCell::new(),
            words: OnceCell::new(),
            first: OnceCell::new(),
            ordered: OnceCell::new(),
            chain: OnceCell::new(),
        }
    }

    /// A text on its way out.
    pub(super) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        redact::text(text, self.redact)
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
    fn command_line(&self, arguments: &Arguments) -> Cow<'static, str> {
        Cow::Owned(arguments.line(self.redact))
    }

    pub(super) fn launches(&self) -> bool {
        self.case.deed == Deed::Launch
    }

    /// Whether a user had another program launch something.
    fn orders(&self) -> bool {
        self.case.deed == Deed::Other("PROCESS_LAUNCH")
    }

    /// The process on one side of the event, or one of its ancestors.
    pub(super) fn process(&self, side: Side, depth: usize) -> Option<&host::Process<'a>> {
        let launches = self.launches();
        match (side, depth) {
            (Side::Target, 0) if launches => Some(self.first()),
            (Side::Target, 0) if self.orders() => {
                Some(self.ordered.get_or_init(|| host::Process {
                    command_line: self.command_line(&self.case.command()),
                    ..host::Process::default()
                }))
            }
            (Side::Principal, 0) if !launches => Some(self.first()),
            _ => {
                let kind = if launches {
                    Kind::Launch
                } else {
                    Kind::Process
                };
                host::stands(kind, self.chain(), side, depth)
            }
        }
    }

    /// The program that was launched, else the process that acts, with its
    /// arguments: what is known of its launch if the file agrees, else its
    /// title.
    fn first(&self) -> &host::Process<'a> {
        self.first.get_or_init(|| {
            let case = self.case;
            let path = case.exe();
            let arguments = if self.launches() {
                self.command_line(&case.command())
            } else {
                match self.own() {
                    Some(own) => self.command_line(&own.arguments),
                    None => self.command_line(&case.title().unwrap_or_default()),
                }
            };
            host::Process {
                pid: case.pid().map_or(Cow::Borrowed(""), number),
                path: path.unwrap_or_default(),
                name: case.text("comm").unwrap_or_default(),
                command_line: arguments,
                id: Cow::Borrowed(""),
            }
        })
    }

    /// What is known of the launch of the process that acts, if it is the same
    /// program. Of a launch it is the program before, which says nothing.
    fn own(&self) -> Option<&'a Process> {
        if self.launches() {
            return None;
        }
        let known = self.processes.get(&self.case.node, self.case.pid()?)?;
        let path = self.case.exe();
        let same = path.is_none() || known.file.as_deref() == path.as_deref();
        same.then_some(known)
    }

    /// The ancestors; the first place stands for the process itself.
    fn chain(&self) -> &[host::Process<'a>] {
        self.chain.get_or_init(|| {
            let ancestors = self
                .processes
                .ancestors(&self.case.node, self.case.parent());
            let above = ancestors.into_iter().map(|(pid, known)| host::Process {
                pid: number(pid),
                path: known
                    .and_then(|process| process.file.as_deref())
                    .map_or(Cow::Borrowed(""), Cow::Borrowed),
                command_line: known.map_or(Cow::Borrowed(""), |process| {
                    self.command_line(&process.arguments)
                }),
                ..host::Process::default()
            });
            let mut chain: Vec<_> = std::iter::once(host::Process::default())
                .chain(above)
                .collect();
            // What the event itself says of its parent, as LAUREL does, stands
            // in where the log has no launch of it.
            if let Some(parent) = chain.get_mut(1)
                && parent.path.is_empty()
                && parent.command_line.is_empty()
                && let Some((path, name, arguments)) = self.case.parent_info()
            {
                parent.path = path;
                parent.name = name;
                parent.command_line = self.command_line(&arguments);
            }
            chain
        })
    }

    /// The program of a launch and its words without flags. Secrets are cut
    /// out before flags are, which tell that a secret follows.
    pub(super) fn words(&self) -> Option<&Words> {
        let find = || {
            if self.orders() {
                // A log without launches has nothing else of what sudo ran. It is a
                // text, so secrets go before it is taken apart.
                self.case.text("cmd")?;
                let command = self.command_line(&self.case.command());
                let list: Vec<_> = command.split_ascii_whitespace().collect();
                return argv::words(None, &list);
            }
            if !self.launches() || self.case.arguments.is_empty() {
                return None;
            }
            let file = self.case.exe();
            let arguments = &self.case.arguments;
            if !self.redact {
                return argv::words(file.as_deref(), arguments);
            }
            let list = arguments.iter().map(String::as_str);
            let clean = if self.case.is_whole() {
                redact::arguments(list)
            } else {
                redact::cut_arguments(list)
            };
            let clean: Vec<_> = clean.split(ARGUMENT_END).collect();
            argv::words(file.as_deref(), &clean)
        };
        self.words.get_or_init(find).as_ref()
    }

    /// The claims of a token among the arguments of the program.
    pub(super) fn claims(&self) -> Option<&Claims> {
        let find = || {
            let mut arguments = self.case.arguments.iter().map(String::as_str);
            let own = || self.own().map(|own| &*own.arguments.text);
            let found = arguments.find_map(jwt::first_claims);
            found.or_else(|| own().and_then(jwt::first_claims))
        };
        self.claims.get_or_init(find).as_ref()
    }
}

fn number(number: u32) -> Cow<'static, str> {
    Cow::Owned(number.to_string())
}
