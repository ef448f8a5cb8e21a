//! Finds the events of a document in the wrappers they come in.
//!
//! Seen in the wild: bare objects and arrays of them; `{"udm":{…}}`; `{"event":{…}}`,
//! which holds a bare object or `{"timestamp":…,"idm":{"readOnlyUdm":{…}}}` (or
//! `idm.entity`); `{"events":[…]}` of any of these; `{"entities":[…]}` in entity files; `runParserResults[].parsedEvents`.
//! The first telling name of an object decides whether it is a wrapper or an event; other
//! names in a wrapper are not counted as unknown.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::message::{Slots, read_field};
use super::read::Reader;
use crate::path::Root;
use crate::schema::FieldId;

/// Where in the wrappers an object is.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// The document, or an element of an array that is the document.
    Top,
    /// An element of `events`, or the content of `event` or `idm`: `entity` names an entity here.
    Item,
    /// Answers of the parser service, which may hold nothing.
    Answer,
    /// The event itself.
    Bare(Root),
}

/// Reads a value that holds events.
pub(super) struct Envelope<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) role: Role,
}

/// What a name may be; neither of both if `unknown` has it.
struct Name {
    wrapper: Option<Role>,
    field: Option<FieldId>,
    unknown: Option<String>,
}

/// What an object has turned out to be.
enum Mode {
    Undecided,
    Wrapper,
    Event,
}

impl Envelope<'_, '_> {
    fn root(&self) -> Root {
        match self.role {
            Role::Bare(root) => root,
            _ => self.reader.root,
        }
    }

    fn wrapper(&self, name: &str) -> Option<Role> {
        if matches!(self.role, Role::Bare(_)) {
            return None;
        }
        match name {
            "events" | "event" | "idm" => Some(Role::Item),
            "udm" | "readOnlyUdm" | "read_only_udm" => Some(Role::Bare(Root::Event)),
            // At the top of an entity file `entity` is the field of that name.
            "entity" if self.role == Role::Item || self.reader.root == Root::Event => {
                Some(Role::Bare(Root::Entity))
            }
            "entities" if self.reader.root == Root::Entity => Some(Role::Top),
            "runParserResults" | "parsedEvents" | "run_parser_results" | "parsed_events" => {
                Some(Role::Answer)
            }
            _ => None,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Envelope<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event: an object, or an array of objects")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self.role {
            Role::Top => Err(E::invalid_type(serde::de::Unexpected::Unit, &self)),
            _ => Ok(()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list
            .next_element_seed(Envelope {
                reader: &mut *self.reader,
                role: self.role,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let root = self.root();
        let mut mode = Mode::Undecided;
        let mut slots = Slots::new();
        let mut unknown: Option<String> = None;
        let mut unknown_count = 0u32;
        while let Some(name) = map.next_key_seed(NameSeed { envelope: &self })? {
            match (&mode, name.wrapper, name.field) {
                (Mode::Undecided | Mode::Wrapper, Some(role), _) => {
                    mode = Mode::Wrapper;
                    map.next_value_seed(Envelope {
                        reader: &mut *self.reader,
                        role,
                    })?;
                }
                (Mode::Undecided | Mode::Event, _, Some(field)) => {
                    if matches!(mode, Mode::Undecided) {
                        self.reader.begin(root)?;
                        mode = Mode::Event;
                    }
                    let wanted = self.reader.want.wanted(root);
                    read_field(self.reader, &mut map, (0, field), (wanted, 0), &mut slots)?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    unknown_count = unknown_count.saturating_add(1);
                    unknown = unknown.or(name.unknown);
                }
            }
        }
        let empty_event = matches!(mode, Mode::Undecided) && self.role != Role::Answer;
        if empty_event {
            self.reader.begin(root)?;
        }
        if empty_event || matches!(mode, Mode::Event) {
            if unknown_count > 0 {
                self.reader
                    .unknown(unknown.as_deref().unwrap_or_default(), "unknown field");
                self.reader.report.unknown =
                    self.reader.report.unknown.saturating_add(unknown_count - 1);
            }
            self.reader.finish();
        }
        Ok(())
    }
}

struct NameSeed<'n, 'r, 'a> {
    envelope: &'n Envelope<'r, 'a>,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_, '_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_, '_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        let wrapper = self.envelope.wrapper(name);
        let field = self.envelope.root().message().field(name);
        let unknown = (wrapper.is_none() && field.is_none()).then(|| name.to_owned());
        Ok(Name {
            wrapper,
            field,
            unknown,
        })
    }
}
