//! The words that announce a secret.
//!
//! All are lower case; texts are compared without regard to ASCII case.

/// A text that ends in one of these and is followed by `=`, or by `:` and a
/// space or quote, names the secret that follows.
pub(super) const KEYS: &[&str] = &[
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
    "credential",
    "credentials",
    "--from-literal",
];

/// Flags whose value is the next argument and a secret as a whole. `-u` of
/// curl is not here: too many commands give it another meaning.
pub(super) const FLAGS: &[&str] = &[
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
];

/// Flags whose value is `KEY=VALUE`, of which the value is cut.
pub(super) const ENV_FLAGS: &[&str] = &["-e", "--env"];

/// Whether `text` ends in `word`, in any ASCII case.
pub(super) fn ends_with(text: &[u8], word: &str) -> bool {
    text.len() >= word.len()
        && text[text.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
}

/// Whether `text` ends in one of [`KEYS`].
pub(super) fn is_key(text: &[u8]) -> bool {
    let Some(last) = text.last() else {
        return false;
    };
    // The last letters of all keys; most words end in another.
    if !matches!(
        last.to_ascii_lowercase(),
        b'n' | b'd' | b'e' | b'a' | b't' | b'y' | b'l' | b's'
    ) {
        return false;
    }
    KEYS.iter().any(|key| ends_with(text, key))
}

/// Whether `word` is a flag, such as `--token` or `--docker-password`, whose
/// value is a secret.
pub(super) fn is_flag(word: &[u8]) -> bool {
    word.starts_with(b"-") && FLAGS.iter().any(|flag| ends_with(word, flag))
}

/// Whether `word` is a flag whose value is `KEY=VALUE`.
pub(super) fn is_env_flag(word: &[u8]) -> bool {
    ENV_FLAGS.iter().any(|flag| word == flag.as_bytes())
}
