//! A timeline: one event or watermark a line, in the order of arrival.
//!
//! `+5s login: principal.hostname=h1 principal.ip=[1.1.1.1, 2.2.2.2]` is an
//! event with its time, its id and its fields. `about={hostname=a ip=[b]}` is
//! a message; given twice, it is a repeated one. `additional.fields["k"]=v` is
//! an entry of a struct. A value with blanks is quoted, `@+5s` is a time as a
//! value, and `none` instead of the time leaves the event without one.
//! `watermark +10m` says that nothing before that time will come any more.

use serde_json::{Map, Value};
use yaral_udm::{Event, FieldSet, Root, Timestamp, read_event};

use crate::page::Fault;
use crate::time;

/// The lines of a timeline, in the order of arrival.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The lines.
    pub steps: Vec<Step>,
}

/// One line.
#[derive(Clone, Debug)]
pub enum Step {
    /// An event arrives.
    Arrives(Box<Arrival>),
    /// No event before this time will come.
    Watermark(Timestamp),
}

/// An event that arrives.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its id.
    pub id: String,
    /// Its time as evaluators have it: that of an event without one is 1970.
    pub time: Timestamp,
    /// The event.
    pub event: Event,
    /// It as UDM JSON.
    pub json: String,
}

impl Timeline {
    /// Reads a block of lines that begins at `first` of its page.
    ///
    /// # Errors
    /// The first line that cannot be read, and why.
    pub fn read(text: &str, first: usize) -> Result<Self, Fault> {
        let mut steps = Vec::new();
        for (number, line) in (first..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            steps.push(step(line).map_err(|what| Fault { line: number, what })?);
        }
        Ok(Timeline { steps })
    }

    /// The events that count, in the order of arrival: rules that remember
    /// nothing see those that are late, too.
    #[must_use]
    pub fn counting(&self, remembers: bool) -> Vec<&Arrival> {
        if remembers {
            return self.in_time();
        }
        let arrivals = self.steps.iter().filter_map(|step| match step {
            Step::Arrives(arrival) => Some(&**arrival),
            Step::Watermark(_) => None,
        });
        arrivals.collect()
    }

    fn in_time(&self) -> Vec<&Arrival> {
        let mut passed: Option<Timestamp> = None;
        let mut kept = Vec::new();
        for step in &self.steps {
            match step {
                Step::Watermark(time) => passed = passed.max(Some(*time)),
                Step::Arrives(arrival) if passed.is_none_or(|passed| arrival.time >= passed) => {
                    kept.push(&**arrival);
                }
                Step::Arrives(_) => {}
            }
        }
        kept
    }

    /// Whether watermarks are written, so that the order of lines matters.
    #[must_use]
    pub fn has_watermarks(&self) -> bool {
        let mark = |step: &Step| matches!(step, Step::Watermark(_));
        self.steps.iter().any(mark)
    }
}

/// An entity that is known.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// It as UDM JSON.
    pub json: String,
    /// The entity.
    pub event: Event,
}

/// Reads entities, one a line: `host: entity.hostname=h1`.
///
/// # Errors
/// The first line that cannot be read, and why.
pub fn entities(text: &str, first: usize) -> Result<Vec<Known>, Fault> {
    let mut entities = Vec::new();
    for (number, line) in (first..).zip(text.lines()) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("//") {
            entities.push(entity(line).map_err(|what| Fault { line: number, what })?);
        }
    }
    Ok(entities)
}

fn entity(line: &str) -> Result<Known, String> {
    let (id, fields) = line.split_once(':').ok_or("a colon follows the id")?;
    if id.is_empty() || id.contains(char::is_whitespace) {
        return Err(format!("`{id}` is not an id"));
    }
    let object = Reader { rest: fields }.message(None)?;
    let json = Value::Object(object).to_string();
    let event = built(&json, Root::Entity)?;
    let id = id.to_owned();
    Ok(Known { id, json, event })
}

/// The event or entity of a JSON text of which nothing may be left out.
pub(crate) fn built(json: &str, root: Root) -> Result<Event, String> {
    let mut event = Event::new(root);
    let report = read_event(json.as_bytes(), &FieldSet::all(), &mut event)
        .map_err(|error| error.reason.clone())?;
    if report.unknown + report.mismatched > 0 {
        return Err(report.first.unwrap_or_default());
    }
    Ok(event)
}

fn step(line: &str) -> Result<Step, String> {
    let (time, rest) = line.split_once(' ').unwrap_or((line, ""));
    if time == "watermark" {
        let at = time::parse(rest.trim()).ok_or("a watermark has a time")?;
        return Ok(Step::Watermark(at));
    }
    let time = match time {
        "none" => None,
        text => Some(time::parse(text).ok_or_else(|| format!("`{text}` is not a time"))?),
    };
    let (id, fields) = rest
        .split_once(':')
        .ok_or("an id and a colon follow the time")?;
    let id = id.trim();
    if id.is_empty() || id.contains(char::is_whitespace) {
        return Err(format!("`{id}` is not an id"));
    }
    let mut object = Reader { rest: fields }.message(None)?;
    if let Some(time) = time {
        let path = ["metadata".to_owned(), "event_timestamp".to_owned()];
        put(&mut object, &path, None, Value::String(time.to_string()))?;
    }
    let json = Value::Object(object).to_string();
    let event = built(&json, Root::Event)?;
    Ok(Step::Arrives(Box::new(Arrival {
        id: id.to_owned(),
        time: time.unwrap_or_default(),
        event,
        json,
    })))
}

/// What is left of a line.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// Assignments up to the closing letter, or the end of the line.
    fn message(&mut self, close: Option<char>) -> Result<Map<String, Value>, String> {
        let mut object = Map::new();
        loop {
            self.rest = self.rest.trim_start();
            match (self.rest.chars().next(), close) {
                (None, None) => return Ok(object),
                (None, Some(close)) => return Err(format!("`{close}` is missing")),
                (found, Some(_)) if found == close => {
                    self.rest = &self.rest[1..];
                    return Ok(object);
                }
                _ => self.assignment(&mut object)?,
            }
        }
    }

    fn assignment(&mut self, object: &mut Map<String, Value>) -> Result<(), String> {
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = self.rest.find(|c| !name(c)).unwrap_or(self.rest.len());
        let path: Vec<String> = self.rest[..end].split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return Err(format!("a field is wanted at `{}`", self.rest));
        }
        self.rest = &self.rest[end..];
        let mut key = None;
        if self.take("[") {
            key = Some(self.quoted()?);
            if !self.take("]") {
                return Err("`]` is missing".to_owned());
            }
        }
        if !self.take("=") {
            return Err(format!("`=` is missing at `{}`", self.rest));
        }
        let value = self.value()?;
        put(object, &path, key.as_deref(), value)
    }

    fn value(&mut self) -> Result<Value, String> {
        if self.rest.starts_with('"') {
            return self.quoted().map(Value::String);
        }
        if self.take("{") {
            return self.message(Some('}')).map(Value::Object);
        }
        if self.take("[") {
            return self.list();
        }
        let ends = |c: char| c.is_whitespace() || ",]}".contains(c);
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let bare = &self.rest[..end];
        self.rest = &self.rest[end..];
        Ok(match bare {
            "" => return Err(format!("a value is wanted at `{}`", self.rest)),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => match bare.strip_prefix('@') {
                Some(at) => {
                    let at = time::parse(at).ok_or_else(|| format!("`{at}` is not a time"))?;
                    Value::String(at.to_string())
                }
                None => Value::String(bare.to_owned()),
            },
        })
    }

    fn list(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.take("]") {
                return Ok(Value::Array(items));
            }
            items.push(self.value()?);
            self.rest = self.rest.trim_start();
            if !self.take(",") && !self.rest.starts_with(']') {
                return Err("`]` is missing".to_owned());
            }
        }
    }

    /// Text in double quotes, in which a backslash takes the next letter as it is.
    fn quoted(&mut self) -> Result<String, String> {
        let mut letters = self.rest.char_indices();
        if letters.next().is_none_or(|(_, quote)| quote != '"') {
            return Err(format!("a quote is wanted at `{}`", self.rest));
        }
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => text.extend(letters.next().map(|(_, letter)| letter)),
                other => text.push(other),
            }
        }
        Err("a quote is not closed".to_owned())
    }

    fn take(&mut self, mark: &str) -> bool {
        let rest: Option<&'t str> = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// Puts a value at a path; where one stands already, the field is a list.
fn put(
    object: &mut Map<String, Value>,
    path: &[String],
    key: Option<&str>,
    value: Value,
) -> Result<(), String> {
    let Some((last, above)) = path.split_last() else {
        return Ok(());
    };
    let mut at = object;
    for step in above {
        at = below(at, step)?;
    }
    let value = match key {
        None => value,
        // A struct's `fields` are what it holds, in JSON as well as here.
        Some(key) if last == "fields" => {
            at.insert(key.to_owned(), value);
            return Ok(());
        }
        Some(key) => serde_json::json!({ "key": key, "value": value }),
    };
    match at.get_mut(last) {
        None => {
            at.insert(last.clone(), value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(one) => *one = Value::Array(vec![one.take(), value]),
    }
    Ok(())
}

/// The message below a step; of a repeated one the last.
fn below<'m>(
    object: &'m mut Map<String, Value>,
    step: &str,
) -> Result<&'m mut Map<String, Value>, String> {
    let found = object
        .entry(step)
        .or_insert_with(|| Value::Object(Map::new()));
    let found = match found {
        Value::Array(items) => items.last_mut(),
        one => Some(one),
    };
    found
        .and_then(Value::as_object_mut)
        .ok_or_else(|| format!("`{step}` has a value and cannot have fields"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(line: &str) -> String {
        let Ok(Step::Arrives(arrival)) = step(line) else {
            panic!("{line}: {:?}", step(line))
        };
        let mut text = String::new();
        yaral_udm::write_event(&arrival.event, &mut text);
        text
    }

    #[test]
    fn events_are_read() {
        let line = r#"+5s a: metadata.event_type=USER_LOGIN principal.ip=[1.1.1.1, 2.2.2.2] principal.hostname="a \"b\"" additional.fields["k k"]=v"#;
        let text = json(line);
        for part in [
            r#""eventType":"USER_LOGIN""#,
            r#""ip":["1.1.1.1","2.2.2.2"]"#,
            r#""hostname":"a \"b\"""#,
            r#""additional":{"k k":"v"}"#,
            r#""eventTimestamp":"2024-01-18T00:00:05Z""#,
        ] {
            assert!(text.contains(part), "{text}");
        }
        let text = json("none a: about={hostname=a ip=[1.1.1.1]} about={hostname=b}");
        assert!(
            text.contains(r#""about":[{"hostname":"a","ip":["1.1.1.1"]},{"hostname":"b"}]"#),
            "{text}"
        );
        let text = json("+0s a: target.port=80 metadata.collected_timestamp=@+1m");
        assert!(
            text.contains("00:01:00Z") && text.contains("\"port\":80"),
            "{text}"
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (line, part) in [
            ("5s a:", "not a time"),
            ("+5s a", "colon"),
            ("+5s : ", "not an id"),
            ("+5s a: principal.hostnme=x", "hostnme"),
            ("+5s a: principal.hostname", "`=`"),
            ("+5s a: principal.hostname=\"x", "not closed"),
            ("+5s a: about={hostname=x", "`}`"),
            ("+5s a: principal.ip=[x", "`]`"),
            ("+5s a: target.port=x", "port"),
            ("watermark x", "time"),
        ] {
            let error = step(line).expect_err(line);
            assert!(error.contains(part), "{line}: {error}");
        }
        let known = entities("// a remark\nh: entity.hostname=h1\nx entity\n", 5);
        assert_eq!(known.map_err(|fault| fault.line).err(), Some(7));
        assert!(entity("h: principal.hostname=h1").is_err());
    }

    #[test]
    fn late_events_are_known() {
        let text = "+5s a:\nwatermark +5s\n+5s b:\n+4s c:\n// a remark\n\nwatermark +1s\n+4s d:\n";
        let timeline = Timeline::read(text, 1).expect("it is right");
        let ids: Vec<&str> = timeline.in_time().iter().map(|a| a.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert!(timeline.has_watermarks());
        assert_eq!(Timeline::read("\nx", 7).map_err(|f| f.line).err(), Some(8));
    }
}
