//! Entities of the entity graph from files.
//!
//! Records are UDM entities as JSON, in the wrappers in which entities come
//! (bare, in arrays, in `entities`, `events` or `idm.entity`), plain or
//! compressed. Each is read twice: once with the fields that rules read, for
//! the engine, and once whole, for evidence. What cannot be used is a counted
//! reject with its place, as in a scan.
//!
//! An entity has no id of its own that all sources give. Its id here is a hash
//! of its whole content, so that the same entity in two files, or in two
//! wrappers, is one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use yaral_engine::{Entity, Origin};
use yaral_udm::{Event, FieldSet, Root, read_events, write_event};

use crate::input::{Frame, Frames, Input, Piece, open};
use crate::limits::{ENTITIES_MAX, ENTITY_BYTES_MAX, EVIDENCE_BYTES_MAX};
use crate::scan::{Reject, unread};

/// The log type that an entity's place is shown with.
const LOG_TYPE: &str = "UDM_ENTITY";

/// Why a record of an entity file is not used.
pub mod reason {
    /// It is not JSON.
    pub const NOT_JSON: &str = "ENTITY_NOT_JSON";
    /// It holds no entity, but for example an event.
    pub const NO_ENTITY: &str = "NO_ENTITY";
    /// There were too many before it.
    pub const TOO_MANY_ENTITIES: &str = "TOO_MANY_ENTITIES";
}

/// Entities as loaded.
#[derive(Debug, Default)]
pub struct LoadedEntities {
    /// The entities with the fields that rules read, sorted by id.
    pub entities: Vec<Entity>,
    /// Where each stands and what it holds, for evidence.
    pub shelf: Shelf,
    /// Those that were there already.
    pub duplicates: u64,
    /// Fields that the schema does not know, or that hold something else.
    pub unknown: u64,
    /// The first of those.
    pub first_unknown: Option<String>,
    /// Records that cannot be used: the file and why.
    pub rejects: Vec<(String, Reject)>,
    /// How many there are of those.
    pub rejected: u64,
}

/// Whole entities by their ids, within a bound.
#[derive(Debug, Default)]
pub struct Shelf {
    entities: BTreeMap<Arc<str>, (Origin, Option<Event>)>,
    bytes: usize,
    /// Entities that are kept without their content for want of room.
    pub cut: u64,
}

impl Shelf {
    /// Where an entity stands, and the whole of it where there was room.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<(&Origin, Option<&Event>)> {
        let (origin, event) = self.entities.get(id)?;
        Some((origin, event.as_ref()))
    }

    fn put(&mut self, id: Arc<str>, origin: Origin, event: &Event) {
        let room = self.bytes + event.bytes() <= EVIDENCE_BYTES_MAX;
        self.bytes += if room { event.bytes() } else { 0 };
        self.cut += u64::from(!room);
        let event = room.then(|| event.clone());
        self.entities.insert(id, (origin, event));
    }
}

/// Rejects that are kept to be shown; all are counted.
const REJECTS_KEPT: usize = 1_000;

/// Loads the entities of these inputs, with the fields that rules read.
#[must_use]
pub fn load_entities(inputs: &[Input], want: &FieldSet, redact: bool) -> LoadedEntities {
    let mut loader = Loader {
        want,
        redact,
        file: String::new(),
        bytes: 0,
        by_id: BTreeMap::new(),
        whole: Event::new(Root::Entity),
        few: Event::new(Root::Entity),
        most: (ENTITIES_MAX, ENTITY_BYTES_MAX),
        loaded: LoadedEntities::default(),
    };
    loader.all(inputs);
    let entities = loader.by_id.into_iter();
    LoadedEntities {
        entities: entities.map(|(id, event)| Entity { id, event }).collect(),
        ..loader.loaded
    }
}

/// A run of loading.
struct Loader<'w> {
    want: &'w FieldSet,
    redact: bool,
    /// The file that is read.
    file: String,
    /// Bytes of the entities so far.
    bytes: usize,
    by_id: BTreeMap<Arc<str>, Event>,
    /// Memory to read into.
    whole: Event,
    few: Event,
    /// How many entities, and bytes of them, there may be.
    most: (usize, usize),
    loaded: LoadedEntities,
}

impl Loader<'_> {
    fn all(&mut self, inputs: &[Input]) {
        for input in inputs {
            self.file.clone_from(&input.name);
            let opened = match open(input) {
                Ok(opened) => opened,
                Err(error) => {
                    self.reject(unread::unopened(&error));
                    continue;
                }
            };
            let mut frames = Frames::new(opened.reader);
            if let Err(error) = self.input(&mut frames) {
                self.reject(unread::damaged(&error, &frames, opened.compression));
            }
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.loaded.rejected += 1;
        if self.loaded.rejects.len() < REJECTS_KEPT {
            self.loaded.rejects.push((self.file.clone(), reject));
        }
    }

    fn input<R: io::Read>(&mut self, frames: &mut Frames<R>) -> io::Result<()> {
        while let Some(piece) = frames.next_piece()? {
            match piece {
                Piece::Frame(frame) => self.frame(frame),
                Piece::Broken(broken) => self.reject(unread::broken(&broken, self.redact)),
            }
        }
        Ok(())
    }

    /// Takes in what one record holds.
    fn frame(&mut self, frame: Frame<'_>) {
        let content = unwrapped(frame.bytes);
        let mut few = Vec::new();
        let mut scratch = std::mem::take(&mut self.few);
        scratch.reset(Root::Entity);
        // A text that is not JSON fails in the same place both times.
        let _ = read_events(&content, self.want, &mut scratch, |event, _| {
            few.push(event.clone());
        });
        self.few = scratch;
        let mut few = few.into_iter();
        let mut whole = std::mem::take(&mut self.whole);
        whole.reset(Root::Entity);
        let mut count = 0;
        let mut bad = Vec::new();
        let read = read_events(&content, &FieldSet::all(), &mut whole, |event, report| {
            count += 1;
            let few = few.next().unwrap_or_default();
            let unknown = u64::from(report.unknown) + u64::from(report.mismatched);
            self.loaded.unknown += unknown;
            if unknown > 0 && self.loaded.first_unknown.is_none() {
                self.loaded.first_unknown.clone_from(&report.first);
            }
            if event.kind() != Root::Entity || event.is_empty() {
                let what = if event.is_empty() {
                    "is empty"
                } else {
                    "is an event"
                };
                bad.push((count, reason::NO_ENTITY, format!("what is there {what}")));
            } else if let Err(full) = self.entity(event, few, (frame.line, count)) {
                bad.push((count, reason::TOO_MANY_ENTITIES, full));
            }
        });
        self.whole = whole;
        if let Err(error) = read {
            let sentence = format!("the record is no JSON of entities: {}", error.reason);
            bad.push((0, reason::NOT_JSON, sentence));
        } else if count == 0 {
            let sentence = "there is no entity in the record".to_owned();
            bad.push((0, reason::NO_ENTITY, sentence));
        }
        for (item, reason, sentence) in bad {
            self.reject(Reject {
                line: frame.line,
                item: if count > 1 { item } else { 0 },
                reason,
                sentence,
                excerpt: unread::excerpt(frame.bytes, self.redact),
            });
        }
    }

    /// Takes in one entity, unless it is there already.
    fn entity(
        &mut self,
        whole: &Event,
        few: Event,
        (line, item): (u64, u32),
    ) -> Result<(), String> {
        let id = id(whole);
        if self.by_id.contains_key(&id) {
            self.loaded.duplicates += 1;
            return Ok(());
        }
        let (count, bytes) = self.most;
        if self.by_id.len() >= count {
            return Err(format!("there are more than {count} entities"));
        }
        if self.bytes + few.bytes() > bytes {
            return Err(format!("the entities take more than {bytes} bytes"));
        }
        self.bytes += few.bytes();
        let origin = Origin {
            file: self.file.clone(),
            line,
            item: if item > 1 { item } else { 0 },
            log_type: LOG_TYPE.to_owned(),
        };
        self.loaded.shelf.put(Arc::clone(&id), origin, whole);
        self.by_id.insert(id, few);
        Ok(())
    }
}

/// What stands in a wrapper `{"entity":{"entity":…}}`. A bare entity has the
/// outer name as well, so that only what lies inside tells them apart.
fn unwrapped(record: &[u8]) -> Cow<'_, [u8]> {
    let names = memchr::memmem::find_iter(record, b"\"entity\"").take(2);
    if names.count() < 2 {
        return Cow::Borrowed(record);
    }
    let document = serde_json::from_slice::<serde_json::Value>(record).ok();
    let inner = document.and_then(|mut document| {
        let inner = document.as_object_mut()?.remove("entity")?;
        let wraps = inner
            .get("entity")
            .is_some_and(serde_json::Value::is_object);
        wraps.then(|| inner.to_string().into_bytes())
    });
    inner.map_or(Cow::Borrowed(record), Cow::Owned)
}

/// The id of an entity: a hash of all that it says.
fn id(entity: &Event) -> Arc<str> {
    let mut json = String::new();
    write_event(entity, &mut json);
    let hash = blake3::hash(json.as_bytes()).to_hex();
    format!("en_{}", hash.get(..32).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use yaral_udm::FieldPath;

    use super::*;

    fn load(files: &[&str]) -> LoadedEntities {
        let inputs: Vec<Input> = files
            .iter()
            .enumerate()
            .map(|(at, text)| Input::from_bytes(&format!("f{at}"), text.as_bytes()))
            .collect();
        let mut want = FieldSet::empty();
        want.insert(&FieldPath::resolve(Root::Entity, "entity.hostname").unwrap());
        load_entities(&inputs, &want, true)
    }

    const HOST: &str =
        r#"{"metadata":{"entity_type":"ASSET"},"entity":{"hostname":"h1","ip":["10.0.0.1"]}}"#;

    #[test]
    fn an_entity_is_one_in_all_its_wrappers() {
        let camel = HOST.replace("entity_type", "entityType");
        let idm = format!(
            "{{\"event\":{{\"timestamp\":\"2024-01-01T00:00:00Z\",\"idm\":{{\"entity\":{HOST}}}}}}}"
        );
        let other = HOST.replace("h1", "h2");
        let list = format!("[{HOST},{other}]");
        let text = [HOST, &camel, &idm, &list].join("\n");
        let more = format!("{{\"entities\":[{HOST}]}}\n{{\"entity\":{HOST}}}");
        let loaded = load(&[&text, &more]);
        assert_eq!(loaded.rejects, []);
        assert_eq!((loaded.entities.len(), loaded.duplicates), (2, 5));
        let mut whole = String::new();
        let id = &loaded.entities[0].id;
        assert!(id.starts_with("en_") && id.len() == 35);
        let (origin, event) = loaded.shelf.get(id).unwrap();
        assert_eq!(origin.log_type, LOG_TYPE);
        write_event(event.unwrap(), &mut whole);
        assert!(whole.contains("10.0.0.1"), "{whole}");
        let mut few = String::new();
        write_event(&loaded.entities[0].event, &mut few);
        assert!(
            few.contains("hostname") && !few.contains("10.0.0.1"),
            "{few}"
        );
    }

    /// Why the last of two entities is not taken in within these bounds.
    fn refused(most: (usize, usize)) -> Option<&'static str> {
        let want = FieldSet::all();
        let mut loader = Loader {
            want: &want,
            redact: true,
            file: String::new(),
            bytes: 0,
            by_id: BTreeMap::new(),
            whole: Event::new(Root::Entity),
            few: Event::new(Root::Entity),
            most,
            loaded: LoadedEntities::default(),
        };
        let text = format!("{HOST}\n{}", HOST.replace("h1", "h2"));
        loader.all(&[Input::from_bytes("f", text.as_bytes())]);
        assert!(!loader.by_id.is_empty());
        let rejects = loader.loaded.rejects;
        rejects.first().map(|(_, reject)| reject.reason)
    }

    #[test]
    fn entities_max() {
        assert_eq!(refused((2, ENTITY_BYTES_MAX)), None);
        let why = refused((1, ENTITY_BYTES_MAX));
        assert_eq!(why, Some(reason::TOO_MANY_ENTITIES));
    }

    #[test]
    fn entity_bytes_max() {
        let one = load_entities(
            &[Input::from_bytes("f", HOST.as_bytes())],
            &FieldSet::all(),
            true,
        );
        let bytes = one.entities[0].event.bytes();
        assert_eq!(refused((ENTITIES_MAX, 2 * bytes)), None);
        let why = refused((ENTITIES_MAX, 2 * bytes - 1));
        assert_eq!(why, Some(reason::TOO_MANY_ENTITIES));
    }

    #[test]
    fn what_is_no_entity_is_a_reject_with_its_place() {
        let event = r#"{"udm":{"metadata":{"event_type":"USER_LOGIN"}}}"#;
        let odd = HOST.replace("hostname", "hostnme");
        let loaded = load(&[&format!("{HOST}\nnot json\n{event}\n{{}}\n{odd}\n")]);
        let told: Vec<_> = loaded
            .rejects
            .iter()
            .map(|(file, reject)| (file.as_str(), reject.line, reject.reason))
            .collect();
        assert_eq!(
            told,
            [
                ("f0", 2, reason::NOT_JSON),
                ("f0", 3, reason::NO_ENTITY),
                ("f0", 4, reason::NO_ENTITY)
            ]
        );
        assert_eq!((loaded.entities.len(), loaded.unknown), (2, 1));
        assert!(loaded.first_unknown.unwrap().contains("hostnme"));
    }
}
