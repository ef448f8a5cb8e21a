//! What a body of the Engine API says, as far as it is read.
//!
//! A recorder may have cut a body in the middle, and what stands before the cut
//! is worth having: the walk keeps what it has seen when the text ends or turns
//! out to be no JSON. Names of members are compared as the daemon's own reader
//! does it, without regard to case, so that another spelling hides nothing; of
//! a repeated member the last counts.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::json::Text;

/// A container, an exec or an image that a response names.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) image: String,
    /// The container of an exec.
    pub(super) container: String,
}

/// What a body says.
#[derive(Clone, Default, Debug)]
pub(super) struct Body {
    pub(super) image: String,
    pub(super) entrypoint: Vec<String>,
    pub(super) command: Vec<String>,
    /// Names of environment variables, never their values.
    pub(super) env_names: Vec<String>,
    /// Host folders as `source:target[:mode]`.
    pub(super) binds: Vec<String>,
    pub(super) privileged: Option<bool>,
    pub(super) cap_add: Vec<String>,
    pub(super) pid_mode: String,
    pub(super) user: String,
    /// The objects of a response: of a list all of them.
    pub(super) seen: Vec<Seen>,
}

impl Body {
    /// The command that a body asks for: the entry point with its arguments.
    pub(super) fn arguments(&self) -> Vec<String> {
        let parts = self.entrypoint.iter().chain(&self.command);
        parts.cloned().collect()
    }
}

/// The text of a body: as it stands, or out of base64, which is how the daemon
/// hands bodies to a plugin.
pub(super) fn text(written: &str) -> Cow<'_, str> {
    let trimmed = written.trim_ascii_start();
    if trimmed.starts_with(['{', '[']) {
        return Cow::Borrowed(written);
    }
    let decoded = STANDARD.decode(written.trim_ascii()).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map_or(Cow::Borrowed(written), Cow::Owned)
}

/// Reads a body as far as it goes.
pub(super) fn read(text: &str) -> Body {
    let mut walk = Walk::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // Where the text ends too early, what was seen so far stays.
    if walk.visit_value(&mut deserializer).is_err() {
        walk.path.clear();
        walk.object_end();
    }
    walk.body
}

/// The members that are read; all others are skipped as a whole.
const MEMBERS: [&str; 21] = [
    "id",
    "name",
    "names",
    "image",
    "config",
    "containerid",
    "processconfig",
    "arguments",
    "cmd",
    "entrypoint",
    "env",
    "hostconfig",
    "binds",
    "mounts",
    "type",
    "source",
    "target",
    "privileged",
    "capadd",
    "pidmode",
    "user",
];

/// The member that a name means.
fn member(name: &str) -> Option<&'static str> {
    MEMBERS.into_iter().find(|known| {
        let mut letters = name.chars().map(folded);
        known.chars().all(|letter| letters.next() == Some(letter)) && letters.next().is_none()
    })
}

/// A letter without its case. Two letters beyond ASCII fold into it.
fn folded(letter: char) -> char {
    match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        _ => letter.to_ascii_lowercase(),
    }
}

#[derive(Default)]
struct Walk {
    body: Body,
    path: Vec<&'static str>,
    /// The object of a response that is being read.
    one: Seen,
    /// Its image by name, which is better than the id of one.
    one_image: String,
    mount: [String; 3],
}

impl Walk {
    fn visit_value<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Value(self))
    }

    /// A list begins; it replaces what an earlier member of its name held.
    fn list_start(&mut self) {
        match self.path[..] {
            ["cmd"] | ["processconfig", "arguments"] => self.body.command.clear(),
            ["entrypoint"] => self.body.entrypoint.clear(),
            ["env"] => self.body.env_names.clear(),
            ["hostconfig", "capadd"] => self.body.cap_add.clear(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let body = &mut self.body;
        let slot = match self.path[..] {
            ["id"] => &mut self.one.id,
            ["name" | "names"] => {
                if self.path == ["names"] && !self.one.name.is_empty() {
                    return;
                }
                text.trim_start_matches('/').clone_into(&mut self.one.name);
                return;
            }
            ["config", "image"] => &mut self.one_image,
            ["containerid"] => &mut self.one.container,
            ["image"] => {
                text.clone_into(&mut self.one.image);
                &mut body.image
            }
            ["cmd"] | ["processconfig", "arguments"] => return body.command.push(text.to_owned()),
            ["entrypoint"] | ["processconfig", "entrypoint"] => {
                return body.entrypoint.push(text.to_owned());
            }
            ["env"] => {
                let (name, _) = text.split_once('=').unwrap_or((text, ""));
                return body.env_names.push(name.to_owned());
            }
            ["hostconfig", "binds"] => return body.binds.push(text.to_owned()),
            ["hostconfig", "mounts", "type"] => &mut self.mount[0],
            ["hostconfig", "mounts", "source"] => &mut self.mount[1],
            ["hostconfig", "mounts", "target"] => &mut self.mount[2],
            ["hostconfig", "capadd"] => return body.cap_add.push(text.to_owned()),
            ["hostconfig", "pidmode"] => &mut body.pid_mode,
            ["user"] => &mut body.user,
            _ => return,
        };
        text.clone_into(slot);
    }

    fn truth(&mut self, value: bool) {
        if matches!(self.path[..], ["privileged"] | ["hostconfig", "privileged"]) {
            self.body.privileged = Some(value);
        }
    }

    /// The object that the path leads to has ended.
    fn object_end(&mut self) {
        match self.path[..] {
            [] => {
                let mut one = std::mem::take(&mut self.one);
                let image = std::mem::take(&mut self.one_image);
                if !image.is_empty() {
                    one.image = image;
                }
                if !one.id.is_empty() {
                    self.body.seen.push(one);
                }
            }
            ["hostconfig", "mounts"] => {
                let [kind, source, target] = std::mem::take(&mut self.mount);
                if kind == "bind" && !source.is_empty() {
                    self.body.binds.push(format!("{source}:{target}"));
                }
            }
            _ => {}
        }
    }
}

/// Visits one value.
struct Value<'w>(&'w mut Walk);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.visit_value(deserializer)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.0.truth(value);
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.text(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.list_start();
        while seq.next_element_seed(Value(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'_>>()? {
            match member(key.as_str()) {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(name) => {
                    self.0.path.push(name);
                    map.next_value_seed(Value(self.0))?;
                    self.0.path.pop();
                }
            }
        }
        self.0.object_end();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_in_any_spelling() {
        let body = read(
            r#"{"image":"a","Image":"lab/x:1","ENTRYPOINT":"sh","Cmd":["old"],"cmd":["-c","id"],"Env":["A=b=c","D"],
            "User":"0","hostconfig":{"PRIVILEGED":true,"Bind\u017f":["/:/host","vol:/v"],"Mounts":[
            {"Type":"bind","Source":"/run","Target":"/r"},{"Type":"volume","Source":"v"}],"CapAdd":["SYS_ADMIN"],"PidMode":"host"}}"#,
        );
        assert_eq!(body.image, "lab/x:1");
        assert_eq!(body.arguments(), ["sh", "-c", "id"]);
        assert_eq!(body.env_names, ["A", "D"]);
        assert_eq!(body.binds, ["/:/host", "vol:/v", "/run:/r"]);
        assert_eq!(body.privileged, Some(true));
        assert_eq!(
            (&*body.cap_add[0], &*body.pid_mode, &*body.user),
            ("SYS_ADMIN", "host", "0")
        );
    }

    #[test]
    fn a_response_is_read_up_to_where_it_was_cut() {
        let list = r#"[{"Id":"a","Names":["/web","/x/web"],"Image":"i","State":{"Id":"no"}},{"Id":"b","Names":["/db"#;
        let seen = read(list).seen;
        assert_eq!(seen.len(), 2);
        assert_eq!(
            (&*seen[0].id, &*seen[0].name, &*seen[0].image),
            ("a", "web", "i")
        );
        assert_eq!((&*seen[1].id, &*seen[1].name), ("b", ""));
        let inspect =
            r#"{"Id":"a","Name":"/web","Image":"sha256:0","Config":{"Image":"lab/x:1","Env":["#;
        assert_eq!(read(inspect).seen[0].image, "lab/x:1");
        let exec = r#"{"ID":"e","ContainerID":"c","ProcessConfig":{"entrypoint":"ls","arguments":["-l"]}}"#;
        let read_exec = read(exec);
        assert_eq!(read_exec.seen[0].container, "c");
        assert_eq!(read_exec.arguments(), ["ls", "-l"]);
        for odd in ["", "null", "[[[", "{\"Id\":5}", "text", &"[".repeat(1000)] {
            assert!(read(odd).seen.is_empty(), "{odd}");
        }
    }

    #[test]
    fn a_body_is_plain_or_base64() {
        assert_eq!(text("{\"a\":1}"), "{\"a\":1}");
        assert_eq!(text("eyJhIjoxfQ=="), "{\"a\":1}");
        assert_eq!(text("OK"), "OK");
        assert_eq!(text("/w=="), "/w==", "what is no text stays encoded");
    }
}
