//! Field paths: a root and the fields to follow from it.
//!
//! A path names fields, never elements: `principal.ip` is all addresses. Steps below the
//! first are always fields of the message the step before leads to, which
//! [`FieldPath::resolve`] checks and [`FieldPath::from_steps`] leaves to the caller.

use std::fmt;

use crate::limits::PATH_SEGMENTS_MAX;
use crate::schema::{FieldId, FieldKind, MessageId};

/// What a path starts from.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Root {
    /// An event, message `UDM`.
    #[default]
    Event,
    /// An entity of the entity graph, message `Entity`.
    Entity,
    /// A detection that a rule made, message `Collection`.
    Detection,
}

impl Root {
    /// All roots.
    pub const ALL: [Self; 3] = [Self::Event, Self::Entity, Self::Detection];

    /// The message of the root.
    #[must_use]
    pub fn message(self) -> MessageId {
        match self {
            Self::Event => MessageId::UDM,
            Self::Entity => MessageId::ENTITY,
            Self::Detection => MessageId::COLLECTION,
        }
    }
}

/// A number that rules read out of a timestamp or a duration.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TimePart {
    /// Whole seconds (since 1970 for a timestamp).
    Seconds,
    /// The nanoseconds beyond the whole seconds.
    Nanos,
}

/// The fields from a root to a value. Prints as the dotted snake case path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FieldPath {
    root: Root,
    steps: Box<[FieldId]>,
}

/// Why a dotted path names no field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathError {
    /// Index of the segment that failed, counted from zero.
    pub segment: usize,
    /// The text of that segment.
    pub text: String,
    /// The message the segment was looked up in; `None` if the field before it is not a
    /// message, or if nothing was looked up.
    pub message: Option<MessageId>,
    /// Near names in that message, nearest first.
    pub suggestions: Vec<String>,
}

impl FieldPath {
    /// Resolves a dotted path without the root's own name, for example
    /// `principal.process.pid`, in snake case or lower camel case.
    ///
    /// `fields` after a `Struct` or `Map` field is the wire's own name for its entries and
    /// adds no step. A trailing `.seconds` or `.nanos` is not a field of this schema: see
    /// [`FieldPath::resolve_with_part`].
    ///
    /// # Errors
    /// If a segment names no field of the message before it, or the path is empty or
    /// longer than [`PATH_SEGMENTS_MAX`].
    pub fn resolve(root: Root, dotted: &str) -> Result<Self, PathError> {
        let (path, part) = Self::resolve_with_part(root, dotted)?;
        if part.is_none() {
            return Ok(path);
        }
        let segment = dotted.split('.').count() - 1;
        let text = dotted.rsplit('.').next().unwrap_or_default().to_owned();
        Err(PathError {
            segment,
            text,
            message: None,
            suggestions: Vec::new(),
        })
    }

    /// Like [`FieldPath::resolve`], and also accepts `.seconds` and `.nanos` after a
    /// timestamp or duration.
    ///
    /// # Errors
    /// As for [`FieldPath::resolve`].
    pub fn resolve_with_part(
        root: Root,
        dotted: &str,
    ) -> Result<(Self, Option<TimePart>), PathError> {
        let mut steps: Vec<FieldId> = Vec::new();
        let mut part = None;
        for (segment, text) in dotted.split('.').enumerate() {
            let fail = |message: Option<MessageId>| PathError {
                segment,
                text: text.to_owned(),
                message,
                suggestions: message.map_or_else(Vec::new, |m| {
                    m.suggest(text).iter().map(|&s| s.to_owned()).collect()
                }),
            };
            if segment >= PATH_SEGMENTS_MAX || part.is_some() {
                return Err(fail(None));
            }
            let message = match steps.last().map(|f| f.kind()) {
                None => root.message(),
                Some(FieldKind::Message(message)) => message,
                Some(FieldKind::Struct | FieldKind::Map) if text == "fields" => continue,
                Some(FieldKind::Timestamp | FieldKind::Duration) if text == "seconds" => {
                    part = Some(TimePart::Seconds);
                    continue;
                }
                Some(FieldKind::Timestamp | FieldKind::Duration) if text == "nanos" => {
                    part = Some(TimePart::Nanos);
                    continue;
                }
                Some(_) => return Err(fail(None)),
            };
            steps.push(message.field(text).ok_or_else(|| fail(Some(message)))?);
        }
        Ok((
            Self {
                root,
                steps: steps.into(),
            },
            part,
        ))
    }

    /// A path of steps that are known to follow from each other.
    ///
    /// Steps that do not make a path that names nothing: no event has a value there, and
    /// setting one does nothing.
    #[must_use]
    pub fn from_steps(root: Root, steps: impl Into<Box<[FieldId]>>) -> Self {
        Self {
            root,
            steps: steps.into(),
        }
    }

    /// The fields from the root on.
    #[must_use]
    pub fn steps(&self) -> &[FieldId] {
        &self.steps
    }

    /// The last field. For the path of no steps, which [`FieldPath::resolve`] never
    /// returns, it is the root's `metadata`, of a detection its `detection`.
    #[must_use]
    pub fn leaf(&self) -> FieldId {
        self.steps.last().copied().unwrap_or(match self.root {
            Root::Event => FieldId::UDM_METADATA,
            Root::Entity => FieldId::ENTITY_METADATA,
            Root::Detection => FieldId::COLLECTION_DETECTION,
        })
    }

    /// What the path starts from.
    #[must_use]
    pub fn root(&self) -> Root {
        self.root
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(step.name())?;
        }
        Ok(())
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message {
            Some(message) => write!(f, "`{}` is not a field of {}", self.text, message.name())?,
            None if self.segment >= PATH_SEGMENTS_MAX => {
                return write!(f, "the path has more than {PATH_SEGMENTS_MAX} segments");
            }
            None => write!(
                f,
                "`{}` cannot follow here: the field before it has no fields of its own",
                self.text
            )?,
        }
        match self.suggestions.as_slice() {
            [] => Ok(()),
            [one] => write!(f, "; did you mean `{one}`?"),
            [many @ .., last] => {
                f.write_str("; did you mean ")?;
                for (index, name) in many.iter().enumerate() {
                    write!(f, "{}`{name}`", if index > 0 { ", " } else { "" })?;
                }
                write!(f, " or `{last}`?")
            }
        }
    }
}

impl std::error::Error for PathError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cases_name_the_same_path() {
        let snake = FieldPath::resolve(Root::Event, "security_result.detection_fields.key")
            .expect("resolves");
        let camel = FieldPath::resolve(Root::Event, "securityResult.detectionFields.key")
            .expect("resolves");
        assert_eq!(snake, camel);
        assert_eq!(camel.to_string(), "security_result.detection_fields.key");
    }

    #[test]
    fn struct_entries_and_time_parts() {
        let path = FieldPath::resolve(Root::Event, "additional.fields").expect("resolves");
        assert_eq!(path.to_string(), "additional");
        let (path, part) =
            FieldPath::resolve_with_part(Root::Event, "metadata.event_timestamp.seconds")
                .expect("resolves");
        assert_eq!(
            (path.to_string().as_str(), part),
            ("metadata.event_timestamp", Some(TimePart::Seconds))
        );
        let error = FieldPath::resolve(Root::Event, "metadata.event_timestamp.seconds")
            .expect_err("no field");
        assert_eq!((error.segment, error.message), (2, None));
        assert!(
            FieldPath::resolve_with_part(Root::Event, "metadata.event_timestamp.seconds.seconds")
                .is_err()
        );
    }

    #[test]
    fn errors_say_where_and_what_is_near() {
        let error = FieldPath::resolve(Root::Event, "principal.ipp").expect_err("misspelled");
        assert_eq!(error.segment, 1);
        assert_eq!(
            error.to_string(),
            "`ipp` is not a field of Noun; did you mean `ip`?"
        );
        let error =
            FieldPath::resolve(Root::Event, "principal.hostname.x").expect_err("below a leaf");
        assert_eq!(error.message, None);
        assert!(FieldPath::resolve(Root::Event, "").is_err());
        assert!(FieldPath::resolve(Root::Event, &"a.".repeat(100_000)).is_err());
        let deep = format!("target.process{}", ".parent_process".repeat(100_000));
        assert_eq!(
            FieldPath::resolve(Root::Event, &deep).map_err(|e| e.segment),
            Err(PATH_SEGMENTS_MAX)
        );
    }
}
