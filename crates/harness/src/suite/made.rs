//! Events of a test file, made: raw records go through the normalizer.

use serde_json::Value;
use yaral_normalize::{LogType, Mapping, Record, Reject, Setup, Sink, normalizer, recognise};
use yaral_udm::{Event, FieldPath, Root, Timestamp, write_event};

use super::World;
use super::audit_record;
use super::dotted;
use super::file::{Line, Named, TestFile};
use super::mistake::Mistake;
use super::recipe::{Base, Edit, Recipe};
use crate::limits::TIMELINE_BYTES_MAX;
use crate::timeline::{Arrival, Step, Timeline, built};

/// How many events may be like one another in a row.
const LIKE_MAX: usize = 16;

/// Makes the events of a file.
pub(crate) struct Maker<'m> {
    pub(crate) file: &'m TestFile,
    pub(crate) world: &'m dyn World,
    pub(crate) mapping: Mapping,
}

/// What an event of a timeline takes in memory, by and large.
pub(crate) fn size(arrival: &Arrival) -> usize {
    arrival.json.len() + arrival.event.bytes()
}

impl Maker<'_> {
    /// The timeline of a test.
    pub(crate) fn timeline(&self, lines: &[Line]) -> Result<Timeline, Mistake> {
        let mut steps = Vec::new();
        let mut last = 0_i64;
        let mut bytes = 0;
        for line in lines {
            let mut at = match line.when {
                super::when::When::Start(at) => at,
                super::when::When::Before(after) => last.saturating_add(after),
            };
            let several =
                line.repeat > 1 || lines.iter().filter(|l| l.label == line.label).count() > 1;
            let before = steps
                .iter()
                .filter(|step| called(step, &line.label))
                .count();
            for turn in 1..=line.repeat {
                let number = before as u64 + turn;
                let id = if several {
                    format!("{}#{number}", line.label)
                } else {
                    line.label.clone()
                };
                if turn > 1 {
                    at = at.saturating_add(line.every);
                }
                let time = shifted(self.file.start, at);
                let arrival = self.arrival(line, turn, id, time)?;
                bytes += size(&arrival);
                if bytes > TIMELINE_BYTES_MAX {
                    let what = format!("the timeline has more than {TIMELINE_BYTES_MAX} bytes");
                    return Err(Mistake::at(line.at, what)
                        .help("large inputs belong into NAME.corpus.yaml"));
                }
                steps.push(Step::Arrives(Box::new(arrival)));
            }
            last = at;
        }
        Ok(Timeline { steps })
    }

    fn arrival(
        &self,
        line: &Line,
        turn: u64,
        id: String,
        time: Timestamp,
    ) -> Result<Arrival, Mistake> {
        let recipe = match &line.event {
            Named::Here(recipe) => (**recipe).clone(),
            Named::Name(_, name) => self.recipe(name, line)?,
        };
        let mut recipe = self.flat(recipe, 0)?;
        recipe.change.extend(line.change.iter().cloned());
        recipe.set.extend(line.set.iter().cloned());
        let mut json = self.json(&recipe, turn)?;
        let stamp = Value::String(time.to_string());
        let put = dotted::put(&mut json, "metadata.eventTimestamp", stamp);
        put.map_err(|what| Mistake::at(recipe.at, what))?;
        let json = json.to_string();
        let event = built(&json, Root::Event).map_err(|what| {
            let what = format!("the event does not fit the schema: {what}");
            Mistake::at(recipe.at, what)
        })?;
        Ok(Arrival {
            id,
            time,
            event,
            json,
        })
    }

    fn recipe(&self, name: &str, line: &Line) -> Result<Recipe, Mistake> {
        let found = self.file.events.iter().find(|(own, _)| own == name);
        let found = found.map(|(_, recipe)| recipe.clone());
        found.ok_or_else(|| Mistake::at(line.at, format!("there is no event `{name}`")))
    }

    /// What a recipe is like, with its own changes behind.
    fn flat(&self, recipe: Recipe, depth: usize) -> Result<Recipe, Mistake> {
        let Base::Like(name) = &recipe.base else {
            return Ok(recipe);
        };
        if depth == LIKE_MAX {
            let what = format!("more than {LIKE_MAX} events are like one another");
            return Err(Mistake::at(recipe.at, what));
        }
        let found = self.file.events.iter().find(|(own, _)| own == name);
        let Some((_, base)) = found else {
            return Err(Mistake::at(
                recipe.at,
                format!("there is no event `{name}`"),
            ));
        };
        let mut flat = self.flat(base.clone(), depth + 1)?;
        flat.change.extend(recipe.change);
        flat.set.extend(recipe.set);
        flat.log_type = recipe.log_type.or(flat.log_type);
        Ok(flat)
    }

    /// The event as UDM JSON, with its changes.
    fn json(&self, recipe: &Recipe, turn: u64) -> Result<Value, Mistake> {
        let mut event = match &recipe.base {
            Base::Udm(event) => canonical(recipe, &dotted::numbered(event, turn))?,
            Base::UdmFile { path, only } => {
                let lines = self.lines(recipe, path, only.as_deref())?;
                canonical(recipe, &parsed(recipe, lines.trim())?)?
            }
            _ => self.normalized(recipe, turn)?,
        };
        for edit in &recipe.set {
            let key = json_key(edit)?;
            let value = dotted::numbered(&edit.value, turn);
            let put = dotted::put(&mut event, &key, value);
            put.map_err(|what| Mistake::at(edit.at, what))?;
        }
        Ok(event)
    }

    fn normalized(&self, recipe: &Recipe, turn: u64) -> Result<Value, Mistake> {
        let mut last = false;
        let text = match &recipe.base {
            Base::RawJson(record) => record.to_string(),
            Base::RawText(text) => text.clone(),
            Base::RawFile { path, only } => self.lines(recipe, path, only.as_deref())?,
            Base::Process(process) => {
                last = true;
                audit_record::lines(process).map_err(|what| Mistake::at(recipe.at, what))?
            }
            Base::Udm(_) | Base::UdmFile { .. } | Base::Like(_) => String::new(),
        };
        let text = if recipe.change.is_empty() {
            text
        } else {
            changed(recipe, text.trim(), turn)?
        };
        let log_type = log_type(recipe, &text)?;
        let setup = Setup {
            mapping: self.mapping,
            ..Setup::default()
        };
        let mut found = Found::default();
        let mut normalizer = normalizer(log_type, &setup);
        for (at, line) in (1..).zip(text.lines()) {
            normalizer.feed(line.as_bytes(), at, &mut found);
        }
        normalizer.finish(&mut found);
        if let Some(reject) = found.rejected {
            let what = format!("the raw record is no {}: {reject}", log_type.name());
            return Err(Mistake::at(recipe.at, what));
        }
        let count = found.events.len();
        match found.events.pop() {
            Some(event) if count == 1 || last => Ok(event),
            None => {
                let what = format!("the raw record makes no event of {}", log_type.name());
                Err(Mistake::at(recipe.at, what))
            }
            Some(_) => {
                let what = format!("the raw record makes {count} events");
                let help = "name the one you mean by a text of it: PATH#TEXT";
                Err(Mistake::at(recipe.at, what).help(help))
            }
        }
    }

    fn lines(&self, recipe: &Recipe, path: &str, only: Option<&str>) -> Result<String, Mistake> {
        let bytes = self.world.read(path);
        let bytes = bytes.map_err(|what| Mistake::at(recipe.at, what))?;
        let text = String::from_utf8_lossy(&bytes);
        let Some(only) = only else {
            return Ok(text.into_owned());
        };
        let lines = text.lines().filter(|line| line.contains(only));
        let lines: Vec<&str> = lines.collect();
        if lines.is_empty() {
            let what = format!("no line of {path} holds `{only}`");
            return Err(Mistake::at(recipe.at, what));
        }
        Ok(lines.join("\n"))
    }
}

fn called(step: &Step, label: &str) -> bool {
    match step {
        Step::Arrives(arrival) => {
            let base = arrival
                .id
                .split_once('#')
                .map_or(&*arrival.id, |(base, _)| base);
            base == label
        }
        Step::Watermark(_) => false,
    }
}

/// The raw record with its changes.
fn changed(recipe: &Recipe, text: &str, turn: u64) -> Result<String, Mistake> {
    let mut record = parsed(recipe, text).map_err(|mistake| {
        mistake.help("`change` is for a raw record that is one JSON document; use `set`")
    })?;
    for edit in &recipe.change {
        let value = dotted::numbered(&edit.value, turn);
        let put = dotted::put(&mut record, &edit.key, value);
        put.map_err(|what| Mistake::at(edit.at, what))?;
    }
    Ok(record.to_string())
}

/// An event in the one spelling that changes are made in: UDM JSON comes in two.
fn canonical(recipe: &Recipe, event: &Value) -> Result<Value, Mistake> {
    let event = built(&event.to_string(), Root::Event).map_err(|what| {
        let what = format!("the event does not fit the schema: {what}");
        Mistake::at(recipe.at, what)
    })?;
    let mut json = String::new();
    write_event(&event, &mut json);
    parsed(recipe, &json)
}

fn parsed(recipe: &Recipe, text: &str) -> Result<Value, Mistake> {
    let read = serde_json::from_str(text);
    read.map_err(|error| Mistake::at(recipe.at, format!("it is not one JSON document: {error}")))
}

fn log_type(recipe: &Recipe, text: &str) -> Result<LogType, Mistake> {
    if let Base::Process(_) = recipe.base {
        return Ok(LogType::Auditd);
    }
    if let Some((at, name)) = &recipe.log_type {
        let found = LogType::all().find(|log_type| log_type.name() == name);
        return found.ok_or_else(|| {
            let names: Vec<&str> = LogType::all().map(LogType::name).collect();
            let help = match yaral_udm::nearest(name, names.iter().copied()).first() {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are: {}", names.join(", ")),
            };
            let what = format!("there is no log type `{name}`");
            Mistake::at(*at, what).wide(name.chars().count()).help(help)
        });
    }
    let sample: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    recognise(&sample).ok_or_else(|| {
        Mistake::at(recipe.at, "the log type is not recognised").help("name it with `log_type`")
    })
}

/// The key of a UDM field as JSON has it.
fn json_key(edit: &Edit) -> Result<String, Mistake> {
    for prefix in ["additional.fields[", "additional["] {
        if let Some(rest) = edit.key.strip_prefix(prefix) {
            return Ok(format!("additional[{rest}"));
        }
    }
    if let Some(key) = edit.key.strip_prefix("additional.") {
        return Ok(format!("additional[\"{key}\"]"));
    }
    let mut plain = String::new();
    let mut items = Vec::new();
    for (at, part) in edit.key.split('.').enumerate() {
        let (name, item) = part
            .split_once('[')
            .map_or((part, ""), |(name, _)| (name, &part[name.len()..]));
        if at > 0 {
            plain.push('.');
        }
        plain.push_str(name);
        items.push(item);
    }
    let path = FieldPath::resolve(Root::Event, &plain)
        .map_err(|error| Mistake::at(edit.at, error.to_string()).wide(edit.key.chars().count()))?;
    let mut key = String::new();
    for (at, (step, item)) in path.steps().iter().zip(items).enumerate() {
        if at > 0 {
            key.push('.');
        }
        key.push_str(step.json());
        key.push_str(item);
    }
    Ok(key)
}

fn shifted(start: Timestamp, nanos: i64) -> Timestamp {
    const NANOS: i128 = 1_000_000_000;
    let at = i128::from(start.seconds) * NANOS + i128::from(start.nanos) + i128::from(nanos);
    let seconds = i64::try_from(at.div_euclid(NANOS)).unwrap_or(start.seconds);
    let nanos = i32::try_from(at.rem_euclid(NANOS)).unwrap_or(0);
    Timestamp { seconds, nanos }
}

/// What a normalizer makes of a record.
#[derive(Default)]
struct Found {
    events: Vec<Value>,
    rejected: Option<String>,
}

impl Sink for Found {
    fn event(&mut self, record: &dyn Record) {
        let mut event = Event::new(Root::Event);
        // What rules are judged on: nothing is cut out.
        record.build(&mut event);
        let mut json = String::new();
        write_event(&event, &mut json);
        if let Ok(value) = serde_json::from_str(&json) {
            self.events.push(value);
        }
    }

    fn reject(&mut self, reject: Reject) {
        let what = format!("{}: {}", reject.reason.sentence(), reject.detail);
        self.rejected.get_or_insert(what);
    }
}
