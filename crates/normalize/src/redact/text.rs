//! Secrets in one text.
//!
//! One pass over the bytes; at each separator it looks back at the word before
//! it, and at some letters whether a token starts there. Nothing is looked at
//! more than a constant number of times, so the work is linear. The result is
//! the text itself wherever nothing was cut.

use std::borrow::Cow;

use super::REDACTED;
use super::clients::{self, Client, Countdown, Holds};
use super::scan::{
    END, bare, base64_byte, is_operator, is_reference, is_script_flag, is_space, run_end,
    token_byte, trim_quote, word_run,
};
use super::{piped, words};
use crate::limits::FLAG_BYTES_MAX;

/// Separates the arguments of a list in the text form that the redactor works
/// on; it replaces itself by a space in the input.
pub(crate) const ARGUMENT_END: char = '\u{1f}';

/// The shortest base64 text that is taken for an encoded token.
const ENCODED_TOKEN_MIN: usize = 40;

/// The shortest payload of a token.
const PAYLOAD_MIN: usize = 4;

/// The shortest rest of a token behind what its vendor has it begin with. Real
/// ones are longer; what somebody shortened or made up is cut too.
const VENDOR_TOKEN_MIN: usize = 6;

/// Cuts the secrets out of a text: tokens (JWT, kept up to their header, and
/// those of well-known vendors), `Authorization:` and `Bearer` values, cookies,
/// secret-bearing flags such as `--token` and `-u USER:PASSWORD`, `-e
/// KEY=VALUE`, key-value pairs and query parameters whose name says so, and
/// passwords in URLs.
///
/// Applying it twice gives the same as applying it once.
#[must_use]
pub fn redact_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'=', b':', b' ', bytes).is_none()
        && memchr::memchr3(b'J', b'K', b'_', bytes).is_none()
        && memchr::memchr3(b'-', b'%', b'z', bytes).is_none()
    {
        return Cow::Borrowed(text);
    }
    Pass::new(text, false).run()
}

/// Cuts the secrets out of an argument list. The result holds the same number
/// of arguments, separated by [`ARGUMENT_END`].
pub(crate) fn arguments<'t>(list: impl Iterator<Item = &'t str>) -> String {
    clean(list, false)
}

/// The same for a list whose last argument may be cut: what begins as a secret
/// at its end is one, although its end is missing.
pub(crate) fn cut_arguments<'t>(list: impl Iterator<Item = &'t str>) -> String {
    clean(list, true)
}

fn clean<'t>(list: impl Iterator<Item = &'t str>, cut: bool) -> String {
    let mut joined = String::new();
    let mut list = list.peekable();
    let mut first = true;
    while let Some(argument) = list.next() {
        if !first {
            joined.push(ARGUMENT_END);
        }
        first = false;
        // An argument may be a text of its own, such as JSON or a script.
        let mut pass = Pass::new(argument, false);
        pass.cut = cut && list.peek().is_none();
        let argument = pass.run();
        joined.extend(
            argument
                .chars()
                .map(|c| if c == ARGUMENT_END { ' ' } else { c }),
        );
    }
    let mut pass = Pass::new(&joined, true);
    pass.cut = cut;
    match pass.run() {
        Cow::Owned(clean) => clean,
        Cow::Borrowed(_) => joined,
    }
}

/// Whether redaction left a value as it is. A separator inside an argument
/// becomes a space, which changes nothing about secrets.
pub(crate) fn same(clean: &str, plain: &str) -> bool {
    clean == plain || (plain.contains(ARGUMENT_END) && clean == plain.replace(ARGUMENT_END, " "))
}

/// What the word before announces about the next one.
#[derive(Copy, Clone, Eq, PartialEq)]
enum Next {
    Plain,
    /// The next word is `KEY=VALUE` of an environment.
    Pair,
    /// The next word is a shell script, not a value.
    Script,
    /// The next word is a header.
    Header,
    /// The next word is `USER:PASSWORD`.
    Login,
    /// The next word is `NAME=VALUE; …`, or the name of a file.
    Cookies,
    /// The next word is `USER%PASSWORD`.
    Percent,
}

struct Pass<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The text is an argument list.
    list: bool,
    /// The end of the text is missing.
    cut: bool,
    out: String,
    /// How much of the text is in `out` or cut.
    done: usize,
    word: usize,
    argument: usize,
    next: Next,
    /// The command whose arguments these are, if one of them is a secret.
    client: Option<(&'static Client, Countdown)>,
    /// No token starts before this place.
    barren: usize,
    /// Whether the text speaks of a secret, once somebody asked.
    secret: Option<bool>,
    /// What a script writes into a command that reads a secret, the last first.
    spoken: Vec<(usize, usize)>,
}

impl<'t> Pass<'t> {
    fn new(text: &'t str, list: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            list,
            cut: false,
            out: String::new(),
            done: 0,
            word: 0,
            argument: 0,
            next: Next::Plain,
            client: None,
            barren: 0,
            secret: None,
            spoken: piped::secrets(text),
        }
    }

    fn run(mut self) -> Cow<'t, str> {
        let mut at = 0;
        while let Some(&b) = self.bytes.get(at) {
            if let Some((start, end)) = self.spoken.pop_if(|(start, _)| *start <= at) {
                at = self.replace(start.max(self.done), end).max(at);
                continue;
            }
            at = match b {
                b'J' | b'K' => self.token(at),
                b'_' | b'-' | b'z' => self.vendor(at),
                b'=' => self.equals(at, at + 1),
                b'%' => self.percent(at),
                b':' => self.colon(at),
                b' ' | b'\t' | b'\n' | b'\r' | END => self.word_end(at),
                _ => at + 1,
            };
        }
        if self.done == 0 {
            return Cow::Borrowed(self.text);
        }
        self.out.push_str(&self.text[self.done..]);
        Cow::Owned(self.out)
    }

    /// A token whose third or fourth letter stands at `at`: `eyJ` opens the
    /// JSON header of a JWT, `ZXlK` is the same once more in base64.
    fn token(&mut self, at: usize) -> usize {
        if at < self.barren {
            return at + 1;
        }
        if self.bytes[..at].ends_with(b"ey") {
            let dot = run_end(self.bytes, at, token_byte);
            self.barren = dot;
            if self.bytes.get(dot) == Some(&b'.') {
                let mut end = run_end(self.bytes, dot + 1, token_byte);
                if end - dot > PAYLOAD_MIN {
                    if self.bytes.get(end) == Some(&b'.') {
                        end = run_end(self.bytes, end + 1, |b| token_byte(b) || b == b'.');
                    }
                    return self.replace(dot + 1, end);
                }
            }
        } else if self.bytes[..at].ends_with(b"ZXl") {
            let end = run_end(self.bytes, at, base64_byte);
            if end - at >= ENCODED_TOKEN_MIN || self.is_cut(end) {
                return self.cut(at + 1, end);
            }
        }
        at + 1
    }

    /// The token of a vendor, whose beginning ends at `at`.
    fn vendor(&mut self, at: usize) -> usize {
        let start = if self.bytes[at] == b'z' {
            at + 2
        } else {
            at + 1
        };
        if start > self.bytes.len() || !words::is_vendor(&self.bytes[..start]) {
            return at + 1;
        }
        let least = self.bytes.len().min(start + VENDOR_TOKEN_MIN);
        let end = run_end(&self.bytes[..least], start, token_byte);
        if end < start + VENDOR_TOKEN_MIN && !self.is_cut(end) {
            return at + 1;
        }
        self.replace(start, run_end(self.bytes, start, token_byte))
    }

    /// Whether the text ends here, because it was cut.
    fn is_cut(&self, end: usize) -> bool {
        self.cut && end == self.bytes.len()
    }

    /// A `=` that is encoded once or more often, as within a path.
    fn percent(&mut self, at: usize) -> usize {
        if self.next == Next::Percent {
            self.next = Next::Plain;
            return self.pair(at + 1);
        }
        let mut sign = at + 1;
        while self.bytes[sign..].starts_with(b"25") {
            sign += 2;
        }
        match self.bytes.get(sign..sign + 2) {
            Some([b'3', b'D' | b'd']) => self.equals(at, sign + 2),
            _ => sign,
        }
    }

    /// A `=` between `at` and `after`.
    fn equals(&mut self, at: usize, after: usize) -> usize {
        let word = &self.bytes[self.word..at];
        if self.next == Next::Cookies {
            self.next = Next::Plain;
            return self.cookie(after);
        }
        let pair = self.next == Next::Pair || words::holds_env_flag(bare(word));
        if pair {
            self.next = Next::Plain;
        }
        if pair {
            return self.pair(after);
        }
        if words::is_parameter(word) {
            return self.value(after);
        }
        if words::is_command(word) {
            self.word = after;
            self.client = None;
            return after;
        }
        if words::is_login_flag(bare(word)) {
            self.next = Next::Login;
        }
        after
    }

    fn colon(&mut self, at: usize) -> usize {
        if self.bytes[at + 1..].starts_with(b"//") {
            return self.user_info(at + 3);
        }
        let before = trim_quote(&self.bytes[self.word..at]);
        let word = bare(before);
        let announced = self.next == Next::Login;
        let user = match words::login_user(word) {
            _ if announced => Some(word),
            // `-unix:/run/x.sock` is an address.
            user => user.filter(|_| self.bytes.get(at + 1) != Some(&b'/')),
        };
        if announced {
            self.next = Next::Plain;
        }
        if user.is_some_and(words::is_login_name) {
            return self.login(at - word.len(), at + 1);
        }
        if words::ends_with(before, "cookie") {
            return self.cookie(at + 1);
        }
        if let Some(end) = self.data(before, at + 1) {
            return end;
        }
        if !words::is_key(before) {
            return at + 1;
        }
        let header = words::ends_with(before, "authorization");
        match self.bytes.get(at + 1) {
            Some(b' ' | b'"' | b'\'' | b'\\' | b'\t' | &END) => {}
            Some(_) if header || words::is_glued_key(word, self.next == Next::Header) => {}
            _ => return at + 1,
        }
        self.named(before, at + 1)
    }

    /// Cuts the object behind `data` and its colon: it holds the data of a
    /// secret, whatever their names are.
    fn data(&mut self, name: &[u8], start: usize) -> Option<usize> {
        let open = run_end(self.bytes, start, |b| is_space(b) && b != END);
        let is_object = self.bytes.get(open) == Some(&b'{');
        if !is_object || (words::holds_data(name)? && !self.speaks_of_secret()) {
            return None;
        }
        Some(self.cut(open + 1, object_end(self.bytes, open + 1)))
    }

    fn speaks_of_secret(&mut self) -> bool {
        *self.secret.get_or_insert_with(|| {
            ["secret", "Secret"]
                .iter()
                .any(|word| memchr::memmem::find(self.bytes, word.as_bytes()).is_some())
        })
    }

    /// What follows a name and its `:` or spaced-out `=`.
    fn named(&mut self, name: &[u8], start: usize) -> usize {
        let start = run_end(self.bytes, start, |b| matches!(b, b' ' | b'\t' | END));
        if words::ends_with(name, "authorization") {
            self.header(start)
        } else {
            self.value(start)
        }
    }

    /// A password behind a user that starts at `user`: to the quote that
    /// closes what was opened before the user, else to the end of the word.
    fn login(&mut self, user: usize, start: usize) -> usize {
        if is_reference(&self.bytes[start..]) {
            return start;
        }
        let quote = user.checked_sub(1).and_then(|at| self.bytes.get(at));
        let end = match quote {
            Some(quote @ (b'"' | b'\'')) => run_end(self.bytes, start, |b| b != *quote && b != END),
            _ if self.list && user == self.argument => run_end(self.bytes, start, |b| b != END),
            _ => self.plain_end(start),
        };
        self.cut(start, end)
    }

    /// The value of a pair: to the quote that closes what was opened before its
    /// name, as in `-e "NAME=a b"`, else like any other.
    fn pair(&mut self, start: usize) -> usize {
        let escaped = usize::from(self.bytes.get(self.word) == Some(&b'\\'));
        let quote = match self.bytes.get(self.word + escaped) {
            Some(quote @ (b'"' | b'\'')) if !is_reference(&self.bytes[start..]) => *quote,
            _ => return self.value(start),
        };
        let end = run_end(self.bytes, start, |b| b != quote && b != END);
        let closed_by_two = escaped == 1 && end > start && self.bytes[end - 1] == b'\\';
        self.cut(start, end - usize::from(closed_by_two))
    }

    /// Cookies: pairs, each but the last with a semicolon at its end.
    fn cookie(&mut self, start: usize) -> usize {
        let start = run_end(self.bytes, start, |b| matches!(b, b' ' | b'\t' | END));
        if matches!(self.bytes.get(start), Some(b'"' | b'\'' | b'\\')) {
            return self.value(start);
        }
        let mut end = start;
        loop {
            end = word_run(self.bytes, end);
            let next = word_run(self.bytes, end + 1);
            let more = self.bytes[start..end].ends_with(b";")
                && self.bytes.get(end) == Some(&b' ')
                && memchr::memchr(b'=', &self.bytes[end + 1..next]).is_some();
            if !more {
                return self.cut(start, end);
            }
            end += 1;
        }
    }

    /// The value of an authorization header: the scheme stays.
    fn header(&mut self, start: usize) -> usize {
        let start = run_end(self.bytes, start, |b| matches!(b, b'"' | b'\'' | b'\\'));
        let scheme = run_end(self.bytes, start, |b| {
            b.is_ascii_alphanumeric() || b == b'-'
        });
        let blank = scheme + usize::from(self.bytes.get(scheme) == Some(&b'\\'));
        if scheme == start || !matches!(self.bytes.get(blank), Some(b' ' | &END)) {
            return self.value(start);
        }
        let one_word = ["bearer", "basic", "token", "negotiate", "apikey"]
            .iter()
            .any(|name| self.bytes[start..scheme].eq_ignore_ascii_case(name.as_bytes()));
        if one_word || self.bytes.get(blank) == Some(&END) {
            return self.value(blank + 1);
        }
        let stop = |b: u8| matches!(b, b'"' | b'\'' | b'\n' | b'\r' | END);
        let end = run_end(self.bytes, scheme, |b| !stop(b));
        self.cut(scheme + 1, end)
    }

    /// `scheme://user:password@host`, with `start` after the slashes.
    fn user_info(&mut self, start: usize) -> usize {
        let inside = |b: u8| !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'') && !is_space(b);
        let end = run_end(self.bytes, start, inside);
        let authority = &self.bytes[start..end];
        let Some(colon) = memchr::memchr(b':', authority) else {
            return start;
        };
        let Some(host) = memchr::memrchr(b'@', authority) else {
            // The sign and the host may be missing.
            if self.is_cut(end) && !is_address(authority, colon) {
                return self.cut(start + colon + 1, end);
            }
            return start;
        };
        if colon < host {
            return self.cut(start + colon + 1, start + host);
        }
        start
    }

    fn word_end(&mut self, at: usize) -> usize {
        // What was cut announces nothing: the next pass would not see it.
        let word = if self.done == at && at > self.word {
            REDACTED.as_bytes()
        } else {
            &self.bytes[self.word..at]
        };
        let after = at + 1;
        let separated = self.bytes[at] == END;
        let bare = bare(word);
        self.next = Next::Plain;
        self.word = after;
        if separated {
            self.argument = after;
        }
        if is_operator(word) {
            self.client = None;
        }
        if bare.is_empty() {
            return self.spaced(word, after);
        }
        let plain = bare.strip_suffix(b"\\").unwrap_or(bare);
        if plain.eq_ignore_ascii_case(b"bearer") {
            let rest = &self.bytes[after..];
            // "bearer token" is prose, as in the messages of the API server.
            if rest.len() >= 5 && rest[..5].eq_ignore_ascii_case(b"token") {
                return after;
            }
            return self.value(after);
        }
        if words::is_flag(bare) {
            return self.value(after);
        }
        let holds = self.client_flag(bare);
        if self.counts(bare, after) || (holds == Some(Holds::Secret) && !self.ends_command(after)) {
            self.spend();
            return self.value(after);
        }
        let writes = self.client.is_some_and(|(_, count)| count.writes())
            && self.bytes.get(after) != Some(&b'-');
        if writes || words::is_env_flag(bare) {
            self.next = Next::Pair;
        } else if let Some(holds) = holds {
            self.next = announced(holds);
        } else if words::is_login_flag(bare) {
            self.next = Next::Login;
        } else if matches!(bare, b"-H" | b"--header") {
            self.next = Next::Header;
        } else if separated && is_script_flag(bare) {
            self.next = Next::Script;
        } else if self.client.is_some_and(|(_, count)| count.is_armed()) {
            // `login` is a command, and a word of `vault`.
        } else if let Some(client) = clients::client_of(bare) {
            self.client = Some((client, Countdown::of(client)));
        }
        self.glued(word, after)
    }

    /// What the next word holds, if this one is a flag of the current command.
    fn client_flag(&self, bare: &[u8]) -> Option<Holds> {
        let (client, _) = self.client?;
        client.announced(bare).map(|flag| flag.holds)
    }

    /// Whether the next word is one that ends a command, as behind `chpasswd
    /// -e`, which may read what it needs.
    fn ends_command(&self, after: usize) -> bool {
        let rest = &self.bytes[after..];
        let word = &rest[..rest.len().min(3)];
        [&b"| "[..], b"|| ", b"&& ", b"; "]
            .iter()
            .any(|operator| word.starts_with(operator))
    }

    /// The secret of the current command was found; most have but one.
    fn spend(&mut self) {
        self.client.take_if(|(client, _)| client.has_one_secret());
    }

    /// Whether the next word is the secret that the current command takes
    /// without a flag.
    fn counts(&mut self, bare: &[u8], after: usize) -> bool {
        let next = self.bytes.get(after..).unwrap_or_default();
        let Some((client, countdown)) = &mut self.client else {
            return false;
        };
        countdown.word(client, bare);
        countdown.is_over(next)
    }

    /// Looks ahead from the start of a word: for the secret of the current
    /// command that is glued to its flag, else for a spaced-out sign.
    fn glued(&mut self, word: &[u8], after: usize) -> usize {
        let Some((client, _)) = self.client else {
            return self.spaced(word, after);
        };
        let quoted = usize::from(matches!(self.bytes.get(after), Some(b'"' | b'\'')));
        let open = after + quoted;
        let limit = self.bytes.len().min(open + FLAG_BYTES_MAX);
        let end = run_end(&self.bytes[..limit], open, |b| !is_space(b));
        let next = self.bytes.get(open..end).unwrap_or_default();
        let Some((flag, length)) = client.glued(next) else {
            return self.spaced(word, after);
        };
        let start = open + length;
        match flag.holds {
            Holds::Secret => self.spend(),
            // The user in one word with its flag.
            Holds::Login => return self.glued_login(start, quoted == 1),
            holds => {
                self.next = announced(holds);
                return start;
            }
        }
        if quoted == 1 {
            let quote = self.bytes[after];
            let end = run_end(self.bytes, start, |b| b != quote && b != END);
            return self.cut(start, end);
        }
        self.value(start)
    }

    /// `-sSuUSER:PASSWORD`, with the user at `start`.
    fn glued_login(&mut self, start: usize, quoted: bool) -> usize {
        let inside = |b: u8| !is_space(b) && !matches!(b, b':' | b'"' | b'\'');
        let colon = run_end(self.bytes, start, inside);
        let user = &self.bytes[start..colon];
        // `-unix:/run/x.sock` is an address.
        let path = self.bytes.get(colon + 1) == Some(&b'/');
        if path || self.bytes.get(colon) != Some(&b':') || !words::is_login_name(user) {
            return start;
        }
        if quoted {
            let quote = |b: u8| !matches!(b, b'"' | b'\'' | END);
            return self.cut(colon + 1, run_end(self.bytes, colon + 1, quote));
        }
        self.value(colon + 1)
    }

    /// A name, then blanks, then `=` or `:`, then the secret.
    fn spaced(&mut self, word: &[u8], after: usize) -> usize {
        let name = trim_quote(word);
        if name.is_empty() || !words::is_key(name) {
            return after;
        }
        let sign = run_end(self.bytes, after, |b| matches!(b, b' ' | b'\t'));
        let blank = |b: Option<&u8>| matches!(b, Some(b' ' | b'\t' | b'"' | b'\'' | b'\\'));
        match (self.bytes.get(sign), self.bytes.get(sign + 1)) {
            (Some(b'='), next) if next.is_some_and(|b| !matches!(b, b'=' | b'~')) => {}
            (Some(b':'), next) if blank(next) => {}
            _ => return after,
        }
        self.word = sign + 1;
        self.named(name, sign + 1)
    }

    /// Cuts the value that starts at `start`, as far as it goes.
    fn value(&mut self, start: usize) -> usize {
        let start = run_end(self.bytes, start, |b| b == b' ');
        let rest = &self.bytes[start..];
        if is_reference(rest) {
            return start;
        }
        let escaped = usize::from(rest.first() == Some(&b'\\'));
        if let Some(&quote @ (b'"' | b'\'')) = rest.get(escaped) {
            let open = start + escaped + 1;
            let end = run_end(self.bytes, open, |b| b != quote && b != END);
            let end = if escaped == 1 && end > open && self.bytes[end - 1] == b'\\' {
                end - 1
            } else {
                end
            };
            return self.cut(open, end);
        }
        // A value that is an argument, or the rest of one, ends with it.
        let alone = start > 0 && self.bytes[start - 1] == END;
        let whole =
            self.list && (alone || (self.word == self.argument && self.next != Next::Script));
        let end = if whole {
            run_end(self.bytes, start, |b| b != END)
        } else {
            self.plain_end(start)
        };
        self.cut(start, end)
    }

    /// The end of a value without quotes; a blank behind a backslash is part
    /// of it.
    fn plain_end(&self, start: usize) -> usize {
        let mut end = start;
        loop {
            end = word_run(self.bytes, end);
            let last = end.checked_sub(1).filter(|last| *last >= start);
            let last = last.map(|last| self.bytes[last]);
            // `--from-literal k='a b'`
            if let (Some(b'='), Some(quote @ (b'"' | b'\''))) = (last, self.bytes.get(end)) {
                end = run_end(self.bytes, end + 1, |b| b != *quote && b != END);
                end += usize::from(self.bytes.get(end) == Some(quote));
                continue;
            }
            let escaped = last == Some(b'\\');
            if !(escaped && matches!(self.bytes.get(end), Some(b' ' | b'\t'))) {
                return end;
            }
            end += 1;
        }
    }

    /// Cuts the secret `start..end`. Of a token the header stays.
    fn cut(&mut self, start: usize, end: usize) -> usize {
        let mut start = start;
        if self.bytes[start..end].starts_with(b"eyJ") {
            let dot = run_end(self.bytes, start, token_byte);
            if dot < end && self.bytes[dot] == b'.' {
                start = dot + 1;
            }
        }
        self.replace(start, end)
    }

    /// Replaces `start..end`, if that is anything, and goes on after it.
    fn replace(&mut self, start: usize, end: usize) -> usize {
        if start >= end {
            return end.max(start);
        }
        self.out.push_str(&self.text[self.done..start]);
        self.out.push_str(REDACTED);
        self.done = end;
        end
    }
}

/// What a flag of a command says about the next word.
fn announced(holds: Holds) -> Next {
    match holds {
        Holds::Secret => Next::Plain,
        Holds::Login => Next::Login,
        Holds::Cookies => Next::Cookies,
        Holds::Percent => Next::Percent,
    }
}

/// The place of the brace that closes an object, or where the argument ends. A
/// quote is closed by one with as many backslashes before it.
fn object_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 1_usize;
    let mut quoted = None;
    let mut slashes = 0;
    for (at, &b) in bytes.iter().enumerate().skip(start) {
        match b {
            END => return at,
            b'"' if quoted.is_none() => quoted = Some(slashes),
            b'"' if quoted == Some(slashes) => quoted = None,
            b'{' if quoted.is_none() => depth += 1,
            b'}' if quoted.is_none() => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        slashes = if b == b'\\' { slashes + 1 } else { 0 };
    }
    bytes.len()
}

/// Whether what stands around the colon is an address with its port.
fn is_address(authority: &[u8], colon: usize) -> bool {
    let (host, port) = authority.split_at(colon);
    host.starts_with(b"[")
        || (port.iter().skip(1).all(u8::is_ascii_digit)
            && host.iter().all(|b| b.is_ascii_digit() || *b == b'.'))
}

#[cfg(test)]
mod tests;
