//! Resolves the segments of a path against the schema.

use yaral_ir::plan::{TimePart, VariableId, WholeRef};
use yaral_ir::types::Type;
use yaral_syntax::ast::{Path, Segment};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::limits::PATH_SEGMENTS_MAX;
use yaral_udm::{FieldId, FieldKind, MessageId, Root};

use super::Lower;
use crate::codes;
use crate::variables::Kind;

/// A resolved path.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// What it starts from.
    pub(crate) root: Root,
    /// The map and the key that it has passed; the steps start below them.
    pub(crate) entry: Option<(Steps, String)>,
    steps: Steps,
    /// A part of a timestamp or duration.
    pub(crate) part: Option<TimePart>,
    /// How it ends.
    pub(crate) ending: Ending,
}

/// Fields, each with the index behind it.
pub(crate) type Steps = Vec<(FieldId, Option<u32>)>;

/// How a path ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With a field that has a value.
    Field,
    /// With a map key.
    Key(String),
}

impl Access {
    /// The fields without indexes.
    pub(crate) fn fields(&self) -> Vec<FieldId> {
        self.steps.iter().map(|(field, _)| *field).collect()
    }

    /// Whether some step has an index.
    pub(crate) fn indexed(&self) -> bool {
        self.steps.iter().any(|(_, index)| index.is_some())
    }

    /// The first repeated field without an index.
    pub(crate) fn first_unindexed(&self) -> Option<FieldId> {
        self.steps
            .iter()
            .find(|(field, index)| field.repeated() && index.is_none())
            .map(|(field, _)| *field)
    }

    /// The path as one that is read as a whole.
    pub(crate) fn whole(&self, variable: VariableId) -> WholeRef {
        WholeRef {
            variable,
            steps: self.steps.clone().into(),
            part: self.part,
        }
    }

    /// The steps below the map entry that it has passed.
    pub(crate) fn below(&self) -> Box<[(FieldId, Option<u32>)]> {
        self.steps.clone().into()
    }

    /// The type of the value at its end.
    pub(crate) fn ty(&self) -> Option<Type> {
        if matches!(self.ending, Ending::Key(_)) {
            return Some(Type::Str);
        }
        Some(match self.steps.last()?.0.kind() {
            FieldKind::String => Type::Str,
            FieldKind::Bytes => Type::Bytes,
            FieldKind::Bool => Type::Bool,
            FieldKind::Int32 | FieldKind::Int64 | FieldKind::Timestamp | FieldKind::Duration => {
                Type::Int
            }
            FieldKind::Uint32 | FieldKind::Uint64 => Type::Uint,
            FieldKind::Float | FieldKind::Double => Type::Float,
            FieldKind::Enum(of) => Type::Enum(of),
            FieldKind::Message(_) | FieldKind::Struct | FieldKind::Map => return None,
        })
    }
}

/// The state of a resolution.
struct Walk {
    /// The message whose fields may come next.
    message: Option<MessageId>,
    access: Access,
    /// Whether `.fields` of a Struct has been passed.
    inside: bool,
}

impl Lower<'_> {
    /// Resolves the segments of an event variable's path.
    pub(crate) fn access(&mut self, path: &Path, variable: usize) -> Option<Access> {
        let kind = self.variables.kind(variable);
        self.one_source(path, variable)?;
        let root = kind.root();
        let mut walk = Walk {
            message: Some(root.message()),
            access: Access {
                root,
                entry: None,
                steps: Vec::new(),
                part: None,
                ending: Ending::Field,
            },
            inside: false,
        };
        let mut segments: Vec<_> = path.segments().collect();
        if matches!(segments.first(), Some(Segment::Field(name, _)) if name == kind.word()) {
            segments.remove(0);
        }
        // Some messages contain themselves, and what holds paths is a tree.
        if let Some(beyond) = segments.get(PATH_SEGMENTS_MAX) {
            let text = format!("the path has more than {PATH_SEGMENTS_MAX} segments");
            return self.fail(codes::RULE_TOO_LARGE, beyond.span(), text);
        }
        for segment in &segments {
            if matches!(walk.access.ending, Ending::Key(_)) {
                return self.fail(
                    codes::BAD_KEY,
                    segment.span(),
                    "nothing comes behind a map key; its value is a string",
                );
            }
            match segment {
                Segment::Field(name, span) => self.field_segment(&mut walk, name, *span)?,
                Segment::Index(number, span) => self.index_segment(&mut walk, *number, *span)?,
                Segment::Key(key, span) => self.key_segment(&mut walk, key, *span)?,
            }
        }
        self.leaf(walk, path)
    }

    /// All paths of an event variable start from one kind of record.
    fn one_source(&mut self, path: &Path, variable: usize) -> Option<()> {
        let (kind, own) = (self.variables.kind(variable), Kind::of(path));
        if kind == own {
            return Some(());
        }
        let name = self.variables.shown(variable);
        let message = format!("`{name}` is {} here, and {} above", own.noun(), kind.noun());
        let first = self.variables.events.get(variable).map(|(_, span)| *span);
        let mut found = Diagnostic::error(codes::MIXED_SOURCES, Some(path.span()), message)
            .help("give each source an event variable of its own, and tie them by equal fields");
        if let Some(first) = first {
            found = found.secondary(first, format!("`{name}` is {} here", kind.noun()));
        }
        self.report(found);
        None
    }

    fn field_segment(&mut self, walk: &mut Walk, name: &str, span: Span) -> Option<()> {
        let last = walk.access.steps.last().map(|(field, _)| *field);
        match last.map(FieldId::kind) {
            Some(FieldKind::Timestamp | FieldKind::Duration) if walk.access.part.is_none() => {
                walk.access.part = match name {
                    "seconds" => Some(TimePart::Seconds),
                    "nanos" => Some(TimePart::Nanos),
                    _ => {
                        return self.fail(
                            codes::UNKNOWN_FIELD,
                            span,
                            format!("a timestamp has `seconds` and `nanos`, not `{name}`"),
                        );
                    }
                };
                return Some(());
            }
            Some(FieldKind::Struct) if name == "fields" && !walk.inside => {
                walk.inside = true;
                return Some(());
            }
            _ => {}
        }
        let Some(message) = walk.message else {
            let of = last.map_or("this", FieldId::name);
            return self.fail(
                codes::UNKNOWN_FIELD,
                span,
                format!("`{of}` has no fields, so `{name}` cannot follow it"),
            );
        };
        let spelled = match message.field(name) {
            None if message == MessageId::FINDING_VARIABLE => self.typed_value(name, span),
            known => known,
        };
        let Some(field) = spelled else {
            let first = walk.access.steps.is_empty() && walk.access.entry.is_none();
            return self.unknown_field(message, name, (span, walk.access.root, first));
        };
        if field.deprecated() {
            self.deprecated(field, span);
        }
        walk.message = match field.kind() {
            FieldKind::Message(message) => Some(message),
            _ => None,
        };
        walk.access.steps.push((field, None));
        Some(())
    }

    /// The typed value of a variable whose name ends in `_value`: the reference
    /// spells some of them so, the schema has `_val`.
    fn typed_value(&mut self, name: &str, span: Span) -> Option<FieldId> {
        let stem = name.strip_suffix("_value")?;
        let field = MessageId::FINDING_VARIABLE.field(&format!("{stem}_val"))?;
        let message = format!("`{name}` is read as `{}`", field.name());
        let found = Diagnostic::note(codes::VALUE_SPELLING, Some(span), message);
        self.report(found.help(format!("write `{}`, as the schema has it", field.name())));
        Some(field)
    }

    fn unknown_field(
        &mut self,
        message: MessageId,
        name: &str,
        (span, root, first): (Span, Root, bool),
    ) -> Option<()> {
        let of = match root {
            Root::Event => "UDM",
            Root::Entity => "an entity",
            Root::Detection => "a detection",
        };
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_FIELD,
            Some(span),
            format!("`{name}` is not a field of {of}"),
        )
        .label(format!("no such field on `{}`", message.name()));
        let elsewhere = first.then(|| other_root(root, name)).flatten();
        let near = if self.is_full() || elsewhere.is_some() {
            Vec::new()
        } else {
            message.suggest(name)
        };
        if !near.is_empty() {
            let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
            diagnostic = diagnostic.help(format!("did you mean {}?", near.join(" or ")));
        }
        if let Some(help) = elsewhere {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
        None
    }

    fn deprecated(&mut self, field: FieldId, span: Span) {
        let mut diagnostic = Diagnostic::note(
            codes::DEPRECATED_FIELD,
            Some(span),
            format!("`{}.{}` is deprecated", field.parent().name(), field.name()),
        );
        if let Some(successor) = field.successor() {
            diagnostic = diagnostic.help(format!("its successor is {successor}"));
        }
        self.report(diagnostic);
    }

    fn index_segment(&mut self, walk: &mut Walk, number: u64, span: Span) -> Option<()> {
        let Some((field, index)) = walk.access.steps.last_mut() else {
            return self.fail(
                codes::BAD_INDEX,
                span,
                "an index stands behind a repeated field",
            );
        };
        if index.is_some() {
            let message = format!("`{}` has its index already", field.name());
            return self.fail(codes::BAD_INDEX, span, message);
        }
        if !field.repeated() || walk.access.part.is_some() {
            let name = field.name();
            return self.fail(
                codes::BAD_INDEX,
                span,
                format!("`{name}` is not repeated, so it takes no index"),
            );
        }
        match u32::try_from(number) {
            Ok(number) => *index = Some(number),
            Err(_) => {
                return self.fail(codes::BAD_INDEX, span, "the index is larger than any list");
            }
        }
        Some(())
    }

    fn key_segment(&mut self, walk: &mut Walk, key: &str, span: Span) -> Option<()> {
        let Some((field, index)) = walk.access.steps.last().copied() else {
            return self.fail(codes::BAD_KEY, span, "a map key stands behind a field");
        };
        let labels = match field.kind() {
            FieldKind::Message(message) => message.label_like().is_some(),
            _ => false,
        };
        if field.kind() == FieldKind::Map && walk.access.entry.is_none() {
            let map = std::mem::take(&mut walk.access.steps);
            walk.access.entry = Some((map, key.to_owned()));
            walk.message = Some(MessageId::FINDING_VARIABLE);
            return Some(());
        }
        if field.kind() == FieldKind::Struct || (labels && index.is_none()) {
            walk.access.ending = Ending::Key(key.to_owned());
            return Some(());
        }
        if labels {
            let message = format!(
                "an index and a map key do not go together on `{}`",
                field.name()
            );
            return self.fail(codes::BAD_KEY, span, message);
        }
        let diagnostic = Diagnostic::error(
            codes::BAD_KEY,
            Some(span),
            format!("`{}` is not a map", field.name()),
        )
        .help("maps are Structs (`additional.fields`) and label lists (`labels`, `detection_fields`, …)");
        self.report(diagnostic);
        None
    }

    /// Checks that the path ends with a value.
    fn leaf(&mut self, walk: Walk, path: &Path) -> Option<Access> {
        let span = path.span();
        let Some((field, _)) = walk.access.steps.last().copied() else {
            if let Some((_, key)) = &walk.access.entry {
                let message = format!("`[\"{key}\"]` is not a single value");
                let found = Diagnostic::error(codes::NOT_A_VALUE, Some(span), message)
                    .help("name its value by type: `.string_val`, `.int64_val`, `.double_val`, …");
                self.report(found);
                return None;
            }
            let message = match Kind::of(path) {
                Kind::Event | Kind::Row => "name a field of the event",
                Kind::Entity => "name a field of the entity",
                Kind::Detection => "name a field of the detection",
            };
            return self.fail(codes::NOT_A_VALUE, span, message);
        };
        if matches!(walk.access.ending, Ending::Key(_)) {
            return Some(walk.access);
        }
        let help = match field.kind() {
            FieldKind::Timestamp | FieldKind::Duration if walk.access.part.is_none() => {
                "reach its number through `.seconds` or `.nanos`".to_owned()
            }
            FieldKind::Struct => format!("name a key, as in `{}.fields[\"key\"]`", field.name()),
            FieldKind::Map => {
                format!(
                    "name a key and a type, as in `{}[\"key\"].string_val`",
                    field.name()
                )
            }
            FieldKind::Message(message) => {
                let some: Vec<_> = message
                    .fields()
                    .take(3)
                    .map(|f| format!("`.{}`", f.name()))
                    .collect();
                format!("go on to one of its fields, such as {}", some.join(", "))
            }
            _ => return Some(walk.access),
        };
        let diagnostic = Diagnostic::error(
            codes::NOT_A_VALUE,
            Some(span),
            format!("`{}` is not a single value", field.name()),
        )
        .help(help);
        self.report(diagnostic);
        None
    }
}

/// What to write where a path looks like one of another kind of record.
fn other_root(root: Root, name: &str) -> Option<String> {
    match root {
        Root::Event if MessageId::ENTITY.field(name).is_some() => Some(format!(
            "an entity of the entity graph is read as `$g.graph.{name}…`"
        )),
        Root::Event if MessageId::COLLECTION.field(name).is_some() => Some(format!(
            "a detection of another rule is read as `$d.detection.{name}…`"
        )),
        Root::Detection if MessageId::SECURITY_RESULT.field(name).is_some() => Some(format!(
            "what the rule found lies one deeper: `$d.detection.detection.{name}`"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, compile};

    #[test]
    fn path_segments_max_of_a_rule() {
        for (segments, beyond) in [
            (PATH_SEGMENTS_MAX, false),
            (PATH_SEGMENTS_MAX + 1, true),
            (60_000, true),
        ] {
            let path = format!(
                "target.process{}.pid",
                ".parent_process".repeat(segments - 3)
            );
            let text = format!("rule r {{ meta: events: $e.{path} = \"1\" condition: $e }}");
            let compiled = compile(&text, &Options::default());
            let found: Vec<_> = compiled
                .diagnostics
                .iter()
                .map(|found| found.code)
                .collect();
            let expected = if beyond {
                vec![codes::RULE_TOO_LARGE]
            } else {
                Vec::new()
            };
            assert_eq!(found, expected, "{segments}");
        }
    }
}
