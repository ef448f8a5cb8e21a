//! The words that announce a secret.
//!
//! All are lower case; texts are compared without regard to ASCII case. Three
//! lists of names, from the surest to the shortest: the shorter a name is, the
//! more must stand around it.

/// A text that ends in one of these and is followed by `=`, or by `:` and a
/// space or quote, names the secret that follows.
const KEYS: &[&str] = &[
    "token",
    "password",
    "passwd",
    "passphrase",
    "authorization",
    "client-key-data",
    "client_key_data",
    "clientkeydata",
    "secret",
    "secret_key",
    "secret-key",
    "secretkey",
    "secret_access_key",
    "secretaccesskey",
    "private_key",
    "private-key",
    "privatekey",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "credential",
    "credentials",
    "--from-literal",
];

/// The same, if no letter or digit stands before the word.
const SHORT_KEYS: &[&str] = &["auth", "pass", "pwd", "psk"];

/// The same as [`SHORT_KEYS`], but only before `=`: parameters of a query.
const PARAMETERS: &[&str] = &["sig", "signature"];

/// Words that are a key before a `:` even if no space follows. Of a longer
/// word, as `system:serviceaccount:a:token`, nobody could say so.
const WHOLE_KEYS: &[&str] = &["password", "passwd", "passphrase", "pass", "pwd"];

/// The longest index that is looked through for the name before it.
const INDEX_BYTES_MAX: usize = 8;

/// Members of a sensor's record whose value is a whole environment, or what a
/// process read or wrote: nobody can say what in it is a secret. An index in
/// brackets may follow.
const CONTENTS: &[&str] = &[
    "proc.env",
    "proc.aenv",
    "evt.arg.env",
    "evt.arg.data",
    "evt.rawarg.data",
    "evt.buffer",
    "bytes_arg",
    "environment_variables",
];

/// Members of a sensor's record that list all arguments of a system call, and
/// how those begin that hold contents.
const CALLS: &[&str] = &["evt.args", "evt.info"];
const CALL_CONTENTS: &[&str] = &["data=", "env="];

/// Flags whose value is the next argument and a secret as a whole. `-u` of
/// curl is not here: too many commands give it another meaning.
const FLAGS: &[&str] = &[
    "token",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "api-key",
    "apikey",
    "secret-key",
    "access-key",
    "private-key",
    "from-literal",
    "psk",
    "--pass",
    "--cookie",
    "--oauth2-bearer",
];

/// Long flags whose value is `KEY=VALUE`, of which the value is cut.
const ENV_FLAGS: &[&str] = &["--env", "--build-arg"];

/// Flags whose value is `USER:PASSWORD`.
const LOGIN_FLAGS: &[&str] = &[
    "-u",
    "--user",
    "--proxy-user",
    "--creds",
    "--src-creds",
    "--dest-creds",
];

/// What the names of fields end in that hold a command line.
const COMMANDS: &[&str] = &["command", "cmdline", "cmd", "cmd_line"];

/// What the tokens of well-known vendors begin with.
const VENDORS: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xoxs-",
    "sk_live_",
    "rk_live_",
    "dckr_pat_",
    "AIza",
];

/// Whether `text` ends in `word`, in any ASCII case.
pub(super) fn ends_with(text: &[u8], word: &str) -> bool {
    text.len() >= word.len()
        && text[text.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
}

/// Whether `text` ends in `word` and no letter or digit stands before that.
fn ends_with_word(text: &[u8], word: &str) -> bool {
    ends_with(text, word)
        && !text[..text.len() - word.len()]
            .last()
            .is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether `text` names a secret.
pub(super) fn is_key(text: &[u8]) -> bool {
    let Some(last) = text.last() else {
        return false;
    };
    // The last letters of all keys; most words end in another.
    match last.to_ascii_lowercase() {
        b'n' | b'd' | b'e' | b'a' | b't' | b'y' | b'l' | b's' | b'h' | b'k' => {}
        _ => return false,
    }
    // `env` shows where the process is.
    let folder = text.ends_with(b"PWD") && (text.len() == 3 || text.ends_with(b"OLDPWD"));
    KEYS.iter().any(|key| ends_with(text, key))
        || (!folder && SHORT_KEYS.iter().any(|key| ends_with_word(text, key)))
        || is_key_header(text)
}

/// Whether `text` ends in a header such as `X-Auth-Key`.
fn is_key_header(text: &[u8]) -> bool {
    if !ends_with(text, "-key") {
        return false;
    }
    let word = super::scan::bare(text);
    let word = word.strip_prefix(b"-H").unwrap_or(word);
    word.len() > 2 && word[..2].eq_ignore_ascii_case(b"x-")
}

/// Whether what follows `text` and a `=` is a command line, as in the prose of
/// an alert: `command`, `pcmdline`, `proc.acmdline[2]`.
pub(super) fn is_command(text: &[u8]) -> bool {
    let index = text.strip_suffix(b"]").and_then(|text| {
        let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        text[..text.len() - digits].strip_suffix(b"[")
    });
    let name = index.unwrap_or(text);
    COMMANDS.iter().any(|command| ends_with(name, command))
}

/// Whether an object under this name holds secret data, and whether only if
/// the text speaks of a secret.
pub(super) fn holds_data(name: &[u8]) -> Option<bool> {
    if ends_with_word(name, "stringData") {
        return Some(false);
    }
    (ends_with_word(name, "data") || ends_with_word(name, "binaryData")).then_some(true)
}

/// Whether `text`, before a `=`, names a secret. Brackets do not matter:
/// `token[]`, `token[0]`, `login[token]`.
pub(super) fn is_parameter(text: &[u8]) -> bool {
    let named = |name| is_key(name) || PARAMETERS.iter().any(|key| ends_with_word(name, key));
    let Some(inner) = text.strip_suffix(b"]") else {
        return named(text);
    };
    let tail = inner.len().saturating_sub(INDEX_BYTES_MAX);
    let open = memchr::memrchr(b'[', &inner[tail..]);
    named(inner) || open.is_some_and(|open| named(&inner[..tail + open]))
}

/// Whether the word before a `:` is a key although no space follows: the name
/// of a header of its own, or nothing but a key.
pub(super) fn is_glued_key(word: &[u8], announced: bool) -> bool {
    let (word, announced) = match word.strip_prefix(b"-H") {
        Some(name) => (name, true),
        None => (word, announced),
    };
    let dashed = word.len() > 2 && word[..2].eq_ignore_ascii_case(b"x-");
    let header = announced || dashed || word.eq_ignore_ascii_case(b"private-token");
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (header && word.iter().all(plain) && is_key(word))
        || WHOLE_KEYS
            .iter()
            .any(|key| word.eq_ignore_ascii_case(key.as_bytes()))
}

/// Whether `word` is a flag, such as `--token` or `--docker-password`, whose
/// value is a secret.
pub(super) fn is_flag(word: &[u8]) -> bool {
    word.starts_with(b"-")
        && FLAGS.iter().any(|flag| {
            if flag.starts_with('-') {
                word.eq_ignore_ascii_case(flag.as_bytes())
            } else {
                ends_with(word, flag)
            }
        })
}

/// Whether `word` is a flag whose value is `KEY=VALUE`: `--env`, `-e`, `-ite`.
pub(super) fn is_env_flag(word: &[u8]) -> bool {
    ENV_FLAGS.iter().any(|flag| word == flag.as_bytes())
        || env_cluster(word).is_some_and(<[u8]>::is_empty)
}

/// Whether `word` begins with such a flag and goes on with the name: `-eNAME`,
/// `-itePW`, `--env=NAME`.
pub(super) fn holds_env_flag(word: &[u8]) -> bool {
    let long = |flag: &&str| {
        word.strip_prefix(flag.as_bytes())
            .and_then(|rest| rest.strip_prefix(b"="))
    };
    let name = ENV_FLAGS
        .iter()
        .find_map(long)
        .or_else(|| env_cluster(word));
    name.is_some_and(|name| !name.is_empty())
}

/// What follows `-e`, alone or behind the short flags of `docker run` that
/// take no value.
fn env_cluster(word: &[u8]) -> Option<&[u8]> {
    let rest = word.strip_prefix(b"-")?;
    let flags = rest
        .iter()
        .take_while(|b| matches!(b, b'i' | b't' | b'd' | b'P' | b'q'));
    rest.get(flags.count()..)?.strip_prefix(b"e")
}

/// Whether `word` is a flag whose value is `USER:PASSWORD`.
pub(super) fn is_login_flag(word: &[u8]) -> bool {
    LOGIN_FLAGS.iter().any(|flag| word == flag.as_bytes())
}

/// The user of a login that stands in one word with its flag: `-ubob`.
pub(super) fn login_user(word: &[u8]) -> Option<&[u8]> {
    let name = word.strip_prefix(b"-u")?;
    name.iter().all(|b| *b != b'-').then_some(name)
}

/// Whether a name before a `:` may be that of a user with a password: not a
/// user id, no name that Kubernetes gives, no path and no format.
pub(super) fn is_login_name(name: &[u8]) -> bool {
    !name.is_empty()
        && name != b"system"
        && !name.iter().all(u8::is_ascii_digit)
        && !name.iter().any(|b| matches!(b, b'/' | b'%'))
}

/// Whether the value that stands beside `text`, as in `{"name": text, "value":
/// …}`, is a secret: a name of one, or a JSON Patch path to the environment of
/// a container.
pub(super) fn names_value(text: &str) -> bool {
    is_key(text.as_bytes())
        || ends_with(text.as_bytes(), "cookie")
        || (text.starts_with('/') && (text.ends_with("/env") || text.contains("/env/")))
}

/// Whether a member of a JSON object holds secrets under names of its own, or
/// is one.
pub(super) fn is_member(name: &[u8]) -> bool {
    matches!(
        name,
        b"data"
            | b"stringData"
            | b"binaryData"
            | b"env"
            | b"Env"
            | b"value"
            | b"Value"
            // An alert's prose may repeat contents that come after it.
            | b"output"
    ) || name.ends_with(b"last-applied-configuration")
        || std::str::from_utf8(name).is_ok_and(|name| is_content(name) || CALLS.contains(&name))
        || is_key(name)
}

/// Whether a member of a sensor's record holds contents, see [`CONTENTS`].
pub(crate) fn is_content(name: &str) -> bool {
    CONTENTS.iter().any(|content| {
        name.strip_prefix(content)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    })
}

/// Whether a text member of a sensor's record holds contents among others.
pub(crate) fn lists_content(name: &str, value: &str) -> bool {
    CALLS.contains(&name) && CALL_CONTENTS.iter().any(|start| value.contains(start))
}

/// Whether what follows `word` in a list is a secret or may hold one.
pub(super) fn announces(word: &[u8]) -> bool {
    is_flag(word)
        || is_env_flag(word)
        || is_login_flag(word)
        || super::clients::client_of(word).is_some()
}

/// Whether `text` ends in what the tokens of a vendor begin with.
pub(super) fn is_vendor(text: &[u8]) -> bool {
    VENDORS.iter().any(|vendor| {
        text.ends_with(vendor.as_bytes())
            && !text[..text.len() - vendor.len()]
                .last()
                .is_some_and(u8::is_ascii_alphanumeric)
    })
}
