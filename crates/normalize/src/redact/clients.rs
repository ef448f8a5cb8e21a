//! Commands of which a short flag, or a word of its own, is a secret.
//!
//! What `-p` or `-k` means only the command can say, so these count behind its
//! name and up to the end of the command.

/// What stands behind a flag.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Holds {
    /// The secret.
    Secret,
    /// `USER:PASSWORD`.
    Login,
    /// Cookies, if there is a `=`; else the name of a file.
    Cookies,
    /// `USER%PASSWORD`.
    Percent,
}

/// A flag of a command.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Flag {
    /// As it is written, the dash included.
    name: &'static str,
    pub(super) holds: Holds,
    /// The value may be a word of its own.
    apart: bool,
    /// The value may be glued to the flag.
    glued: bool,
}

/// A secret that is a word without a flag.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Plain {
    None,
    /// The first one behind this word.
    Behind(&'static str),
    /// The third one if there is a flag `b`, the second one if there is a flag
    /// `n` too, as of `htpasswd`.
    Last,
}

/// A command.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Client {
    names: &'static [&'static str],
    /// A longer name may begin like this one: `mysqldump` takes what `mysql`
    /// takes.
    begins: bool,
    flags: &'static [Flag],
    /// Letters that may stand before that of a flag, behind one dash.
    switches: &'static [u8],
    pub(super) plain: Plain,
    /// Behind one of these words come pairs whose values are secrets.
    writes: &'static [&'static str],
}

const fn flag(name: &'static str, holds: Holds) -> Flag {
    Flag {
        name,
        holds,
        apart: true,
        glued: true,
    }
}

const fn alone(name: &'static str) -> Flag {
    Flag {
        glued: false,
        ..flag(name, Holds::Secret)
    }
}

const fn client(names: &'static [&'static str], flags: &'static [Flag]) -> Client {
    Client {
        names,
        begins: false,
        flags,
        switches: &[],
        plain: Plain::None,
        writes: &[],
    }
}

const PASSWORD: Flag = flag("-p", Holds::Secret);

const CLIENTS: &[Client] = &[
    Client {
        begins: true,
        ..client(
            &["mysql", "mariadb"],
            &[Flag {
                apart: false,
                ..PASSWORD
            }],
        )
    },
    client(&["sshpass"], &[PASSWORD]),
    client(&["redis-cli"], &[flag("-a", Holds::Secret)]),
    // `docker login`, `oc login`, `helm registry login`.
    client(&["login"], &[PASSWORD]),
    client(&["crictl"], &[alone("--auth")]),
    client(&["ctr"], &[alone("--refresh")]),
    Client {
        switches: b"#01236aBfgGhijJklLMnNOpqRsSvVZ",
        ..client(
            &["curl"],
            &[
                flag("-u", Holds::Login),
                flag("-U", Holds::Login),
                flag("-b", Holds::Cookies),
            ],
        )
    },
    Client {
        plain: Plain::Behind("login"),
        writes: &["put", "patch", "write"],
        ..client(&["vault", "bao"], &[])
    },
    client(
        &[
            "mongosh",
            "mongo",
            "mongodump",
            "mongorestore",
            "mongoexport",
            "mongoimport",
            "mongostat",
            "mongotop",
        ],
        &[PASSWORD],
    ),
    Client {
        switches: b"xvnLcMZ",
        ..client(
            &[
                "ldapsearch",
                "ldapadd",
                "ldapmodify",
                "ldapdelete",
                "ldapwhoami",
                "ldapcompare",
            ],
            &[flag("-w", Holds::Secret)],
        )
    },
    Client {
        switches: b"xvn",
        ..client(
            &["ldappasswd"],
            &[
                flag("-w", Holds::Secret),
                flag("-s", Holds::Secret),
                flag("-a", Holds::Secret),
            ],
        )
    },
    Client {
        switches: b"NgeEkP",
        ..client(
            &["smbclient", "rpcclient", "smbget", "smbcacls", "smbcquotas"],
            &[
                flag("-U", Holds::Percent),
                Flag {
                    glued: false,
                    ..flag("--user", Holds::Percent)
                },
            ],
        )
    },
    client(&["openssl"], &[alone("-k"), alone("-K")]),
    client(
        &["sqlcmd", "osql", "bcp", "tsql"],
        &[flag("-P", Holds::Secret)],
    ),
    client(&["chpasswd"], &[alone("-e"), alone("--encrypted")]),
    Client {
        switches: b"mMrNDloUL",
        ..client(&["useradd", "usermod"], &[PASSWORD])
    },
    Client {
        plain: Plain::Last,
        ..client(&["htpasswd"], &[])
    },
];

/// The command that a word calls, with or without its folder.
pub(super) fn client_of(word: &[u8]) -> Option<&'static Client> {
    let slash = memchr::memrchr(b'/', word).map_or(0, |slash| slash + 1);
    let called = &word[slash..];
    CLIENTS.iter().find(|client| {
        client.names.iter().any(|name| {
            called
                .strip_prefix(name.as_bytes())
                .is_some_and(|rest| rest.is_empty() || client.begins)
        })
    })
}

impl Client {
    /// Whether no other secret follows a first one. What comes behind it may be
    /// another command, as of `sshpass`.
    pub(super) fn has_one_secret(&self) -> bool {
        self.flags.len() < 2 && self.flags.iter().all(|flag| flag.apart)
    }

    /// The flag that a word is, if its value is the next one.
    pub(super) fn announced(&self, word: &[u8]) -> Option<&'static Flag> {
        let found =
            |flag: &&Flag| flag.apart && self.rest(flag, word).is_some_and(<[u8]>::is_empty);
        self.flags.iter().find(found)
    }

    /// The flag that a word begins with, and where in the word its value
    /// begins.
    pub(super) fn glued(&self, word: &[u8]) -> Option<(&'static Flag, usize)> {
        let mut flags = self.flags.iter().filter(|flag| flag.glued);
        flags.find_map(|flag| {
            let rest = self.rest(flag, word)?;
            (!rest.is_empty()).then(|| (flag, word.len() - rest.len()))
        })
    }

    /// What a word holds behind a flag.
    fn rest<'w>(&self, flag: &Flag, word: &'w [u8]) -> Option<&'w [u8]> {
        if let &[b'-', letter] = flag.name.as_bytes() {
            let letters = word.strip_prefix(b"-")?;
            let before = letters
                .iter()
                .take_while(|b| **b != letter && self.switches.contains(b));
            return letters[before.count()..].strip_prefix(&[letter]);
        }
        word.strip_prefix(flag.name.as_bytes())
    }
}

/// How many words without a flag come before the secret of a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Countdown {
    armed: bool,
    writes: bool,
    left: u8,
}

impl Countdown {
    pub(super) fn of(client: &Client) -> Self {
        let left = match client.plain {
            Plain::None => 0,
            Plain::Behind(_) => 1,
            Plain::Last => 3,
        };
        Self {
            armed: false,
            writes: false,
            left,
        }
    }

    /// Takes a word of the command into account.
    pub(super) fn word(&mut self, client: &Client, word: &[u8]) {
        self.writes |= client.writes.iter().any(|verb| word == verb.as_bytes());
        match client.plain {
            Plain::None => {}
            Plain::Behind(verb) => self.armed |= word == verb.as_bytes(),
            Plain::Last => {
                let Some(letters) = word.strip_prefix(b"-") else {
                    self.left = self.left.saturating_sub(1);
                    return;
                };
                self.armed |= letters.contains(&b'b');
                if letters.contains(&b'n') {
                    self.left = self.left.saturating_sub(1);
                }
                // The cost of the hash is a word of its own.
                if letters.ends_with(b"C") {
                    self.left = self.left.saturating_add(1);
                }
            }
        }
    }

    pub(super) fn is_armed(self) -> bool {
        self.armed
    }

    /// Whether the words that come are pairs of a name and a secret.
    pub(super) fn writes(self) -> bool {
        self.writes
    }

    /// Whether a word that comes next is the secret.
    pub(super) fn is_over(self, next: &[u8]) -> bool {
        self.armed && self.left == 1 && !next.starts_with(b"-") && !next.is_empty()
    }
}
