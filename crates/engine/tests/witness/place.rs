//! Places in an event that hold one value, and events made of such values.

use std::collections::BTreeMap;

use yaral_ir::plan::{AxisId, EventVariable, FieldRef, TimePart, WholeRef};
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldId, FieldKind, NodeId, Root, Timestamp, ValueRef};

/// One value of an event: the elements to walk to, and a key or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) steps: Vec<(FieldId, u32)>,
    pub(crate) key: Option<String>,
    pub(crate) nanos: bool,
}

impl Place {
    /// A field of a row; of every repeated field the first element is taken.
    pub(crate) fn of_field(variable: &EventVariable, field: &FieldRef) -> Self {
        let mut fields = Vec::new();
        let mut axis = field.axis;
        while let Some(AxisId(at)) = axis {
            let one = &variable.axes[usize::from(at)];
            fields.splice(0..0, one.steps.iter().copied());
            axis = one.parent;
        }
        fields.extend(field.steps.iter().copied());
        Place {
            steps: fields.into_iter().map(|field| (field, 0)).collect(),
            key: None,
            nanos: field.part == Some(TimePart::Nanos),
        }
    }

    /// A path that is read as a whole; its first element where no index picks one.
    pub(crate) fn of_whole(path: &WholeRef, key: Option<&str>) -> Self {
        let steps = path.steps.iter();
        Place {
            steps: steps
                .map(|(field, index)| (*field, index.unwrap_or(0)))
                .collect(),
            key: key.map(str::to_owned),
            nanos: path.part == Some(TimePart::Nanos),
        }
    }

    /// The whole seconds of the event's time.
    pub(crate) fn time() -> Self {
        let steps = [FieldId::UDM_METADATA, FieldId::METADATA_EVENT_TIMESTAMP];
        Place {
            steps: steps.into_iter().map(|field| (field, 0)).collect(),
            key: None,
            nanos: false,
        }
    }

    /// What the event's time has beyond its whole seconds.
    pub(crate) fn nanos_of_time() -> Self {
        Place {
            nanos: true,
            ..Place::time()
        }
    }

    /// Which end of an entity's validity the place is part of: its `start_time`
    /// or its `end_time`.
    pub(crate) fn bound(&self) -> Option<&'static str> {
        let [.., (interval, _), (bound, _)] = self.steps.as_slice() else {
            return None;
        };
        (interval.name() == "interval").then(|| bound.name())
    }

    /// The last field.
    pub(crate) fn leaf(&self) -> FieldId {
        self.steps.last().expect("a path has a field").0
    }

    /// What the place can hold of a value.
    pub(crate) fn fit(&self, value: &Value<'_>) -> Option<Value<'static>> {
        let text = || Some(Value::string(value.text().into_owned()));
        if self.key.is_some() {
            return text();
        }
        let whole = || match value {
            Value::Str(text) => text.parse::<i128>().ok(),
            Value::Int(i) => Some(i128::from(*i)),
            Value::Uint(u) => Some(i128::from(*u)),
            Value::Float(_) => Some(i128::from(value.int())),
            _ => None,
        };
        match self.leaf().kind() {
            FieldKind::String | FieldKind::Bytes => text(),
            FieldKind::Bool => Some(Value::Bool(match value {
                Value::Str(text) => text == "true",
                other => other.truth(),
            })),
            FieldKind::Int32 => Some(Value::Int(i32::try_from(whole()?).ok()?.into())),
            FieldKind::Int64 | FieldKind::Timestamp | FieldKind::Duration => {
                Some(Value::Int(i64::try_from(whole()?).ok()?))
            }
            FieldKind::Uint32 => Some(Value::Uint(u32::try_from(whole()?).ok()?.into())),
            FieldKind::Uint64 => Some(Value::Uint(u64::try_from(whole()?).ok()?)),
            FieldKind::Float | FieldKind::Double => match value {
                Value::Str(text) => text.parse().ok().map(Value::Float),
                other => Some(Value::Float(other.float())),
            },
            FieldKind::Enum(of) => {
                let number = match value {
                    Value::Str(name) => of.number(name)?,
                    other => i32::try_from(other.int()).ok()?,
                };
                of.value_name(number).map(|_| Value::Enum(of, number))
            }
            FieldKind::Struct | FieldKind::Map | FieldKind::Message(_) => None,
        }
    }
}

/// A part of an event that is being put together.
#[derive(Default)]
struct Part {
    leaf: Option<Value<'static>>,
    nanos: Option<Value<'static>>,
    keys: BTreeMap<String, String>,
    fields: BTreeMap<FieldId, BTreeMap<u32, Part>>,
}

/// The event or entity that has these values; places with zero values stay unset.
pub(crate) fn event(root: Root, values: &BTreeMap<Place, Value<'static>>, id: &str) -> Event {
    let mut whole = Part::default();
    for (place, value) in values.iter().filter(|(_, value)| !value.is_zero()) {
        let mut part = &mut whole;
        for (field, index) in &place.steps {
            part = part
                .fields
                .entry(*field)
                .or_default()
                .entry(*index)
                .or_default();
        }
        match &place.key {
            Some(key) => {
                let text = value.text().into_owned();
                part.keys.insert(key.clone(), text);
            }
            None if place.nanos => part.nanos = Some(value.clone()),
            None => part.leaf = Some(value.clone()),
        }
    }
    let mut event = Event::new(root);
    let start = event.root().id();
    build(&mut event, start, &whole);
    if root != Root::Event {
        return event;
    }
    let path = yaral_udm::FieldPath::resolve(Root::Event, "metadata.id").expect("the path is one");
    // An id that the rule asks for stays.
    if event.event_id().is_none() {
        event.set(&path, ValueRef::Bytes(id.as_bytes()));
    }
    event
}

fn build(event: &mut Event, node: NodeId, part: &Part) {
    for (field, elements) in &part.fields {
        let last = elements.keys().next_back().copied().unwrap_or(0);
        for index in 0..=last {
            let empty = Part::default();
            let element = elements.get(&index).unwrap_or(&empty);
            if !element.fields.is_empty() || (element.leaf.is_none() && element.keys.is_empty()) {
                if matches!(field.kind(), FieldKind::Message(_)) {
                    let child = event.add_in(node, *field);
                    build(event, child, element);
                } else if element.nanos.is_none() {
                    event.push_in(node, *field, ValueRef::Str(""));
                }
            }
            let nanos = element.nanos.as_ref().map_or(0, Value::int);
            match &element.leaf {
                Some(value) => store(event, node, *field, value, nanos),
                None if nanos != 0 => store(event, node, *field, &Value::Int(0), nanos),
                None => {}
            }
            for (key, value) in &element.keys {
                event.set_key_in(node, *field, key, ValueRef::Str(value));
            }
        }
    }
}

fn store(event: &mut Event, node: NodeId, field: FieldId, value: &Value<'_>, nanos: i64) {
    let nanos = i32::try_from(nanos).unwrap_or(0);
    let time = || Timestamp::new(value.int(), nanos).unwrap_or_default();
    let given = match (field.kind(), value) {
        (FieldKind::Timestamp, _) => ValueRef::Timestamp(time()),
        (FieldKind::Duration, _) => ValueRef::Duration(time()),
        (_, Value::Str(text)) => ValueRef::Str(text),
        (_, Value::Int(i)) => ValueRef::Int(*i),
        (_, Value::Uint(u)) => ValueRef::Uint(*u),
        (_, Value::Float(f)) => ValueRef::Float(*f),
        (_, Value::Bool(b)) => ValueRef::Bool(*b),
        (_, Value::Enum(of, number)) => ValueRef::Enum(*of, *number),
        (_, Value::Bytes(bytes)) => ValueRef::Bytes(bytes),
        (_, Value::List(_)) => return,
    };
    event.push_in(node, field, given);
}
