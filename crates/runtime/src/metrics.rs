//! The file that metrics are kept in between runs.
//!
//! Lines of JSON, described in docs/metrics-store.md: a head with the version,
//! the series, each followed by its rows, and an end with the number of rows,
//! so that a file that was cut short is told from a small one. Reading takes
//! all of a file or nothing: a baseline of which a part is missing gives wrong
//! numbers that look right. Writing replaces the file at once.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use yaral_engine::metrics::{Cell, MetricStore};
use yaral_ir::limits::METRIC_FIELDS_MAX;
use yaral_ir::metrics::{Period, Series};

use crate::limits::METRIC_LINE_BYTES_MAX;

/// What the first line says the file is.
const FORMAT: &str = "yaral-metrics";

/// The version that is read and written.
const VERSION: u64 = 1;

/// Why a file of metrics cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The system says no.
    #[error("`{path}` cannot be read: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// It is no such file, or a damaged one.
    #[error("`{path}` is not read: line {line}: {message}")]
    Content {
        /// The file.
        path: String,
        /// The line at fault, counted from 1.
        line: u64,
        /// What is wrong with it.
        message: String,
    },
}

/// Reads a file of metrics.
///
/// # Errors
/// If it cannot be read, is no file of metrics of this version, is damaged, or
/// holds more than a store takes.
pub fn load_metrics(path: &Path) -> Result<MetricStore, MetricsError> {
    let name = path.display().to_string();
    let failed = |error| MetricsError::Io {
        path: path.display().to_string(),
        error,
    };
    let file = File::open(path).map_err(failed)?;
    let mut reader = Reader {
        lines: BufReader::new(file),
        line: 0,
        series: None,
        rows: 0,
        store: MetricStore::default(),
    };
    match reader.all() {
        Ok(()) => Ok(reader.store),
        Err(Fault::Io(error)) => Err(failed(error)),
        Err(Fault::Content(message)) => Err(MetricsError::Content {
            path: name,
            line: reader.line,
            message,
        }),
    }
}

/// Writes a file of metrics: beside the old one first, and then in its place.
///
/// # Errors
/// If the system says no; the old file is then as it was.
pub fn save_metrics(path: &Path, store: &MetricStore) -> io::Result<()> {
    let aside = beside(path)?;
    let written = write(&aside, store).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        // What is left of a failed attempt helps nobody.
        let _ = fs::remove_file(&aside);
    }
    written
}

/// A name for the new file, in the same folder so that it can take the place
/// of the old one at once.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut aside = std::ffi::OsString::from(".");
    aside.push(name);
    aside.push(".new");
    Ok(path.with_file_name(aside))
}

fn write(path: &Path, store: &MetricStore) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut line = |value: Value| writeln!(out, "{value}");
    line(json!({"format": FORMAT, "version": VERSION}))?;
    let mut open: Option<&Series> = None;
    let mut rows = 0_u64;
    for (series, values, (bucket, each), cell) in store.rows() {
        if open != Some(series) {
            line(json!({
                "series": series.family,
                "period": series.period.word(),
                "by": series.by,
                "each": series.each,
            }))?;
            open = Some(series);
        }
        rows += 1;
        let values: Vec<&str> = values.iter().map(|value| &**value).collect();
        line(json!([
            values,
            each,
            bucket,
            cell.events,
            cell.value,
            cell.first,
            cell.last
        ]))?;
    }
    line(json!({"rows": rows}))?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}

enum Fault {
    Io(io::Error),
    Content(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Io(error)
    }
}

fn fault<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Content(message.into()))
}

struct Reader {
    lines: BufReader<File>,
    line: u64,
    series: Option<Series>,
    rows: u64,
    store: MetricStore,
}

impl Reader {
    fn all(&mut self) -> Result<(), Fault> {
        let head = self.value()?;
        let is = |key: &str| head.as_ref().and_then(|head| head.get(key));
        if is("format").and_then(Value::as_str) != Some(FORMAT) {
            return fault("this is no file of metrics");
        }
        if is("version").and_then(Value::as_u64) != Some(VERSION) {
            return fault(format!("only version {VERSION} is read"));
        }
        loop {
            match self.value()? {
                None => return fault("the end is missing; the file was cut short"),
                Some(Value::Array(row)) => self.row(&row)?,
                Some(Value::Object(object)) => {
                    if let Some(rows) = object.get("rows") {
                        return self.end(rows);
                    }
                    self.series = Some(series(&Value::Object(object))?);
                }
                Some(_) => return fault("neither a series nor a row"),
            }
        }
    }

    fn end(&mut self, rows: &Value) -> Result<(), Fault> {
        if rows.as_u64() != Some(self.rows) {
            return fault(format!("{} rows came, not {rows}", self.rows));
        }
        match self.value()? {
            None => Ok(()),
            Some(_) => fault("something comes behind the end"),
        }
    }

    /// The next line as JSON; `None` at the end of the file.
    fn value(&mut self) -> Result<Option<Value>, Fault> {
        let mut line = Vec::new();
        let most = METRIC_LINE_BYTES_MAX as u64 + 1;
        let read = (&mut self.lines).take(most).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        if line.len() > METRIC_LINE_BYTES_MAX {
            return fault(format!("it has more than {METRIC_LINE_BYTES_MAX} bytes"));
        }
        match serde_json::from_slice(&line) {
            Ok(value) => Ok(Some(value)),
            Err(_) => fault("it is no JSON"),
        }
    }

    fn row(&mut self, row: &[Value]) -> Result<(), Fault> {
        let Some(series) = &self.series else {
            return fault("a row comes before any series");
        };
        let [values, each, bucket, events, value, first, last] = row else {
            return fault("a row has seven members");
        };
        let values = texts(values)?;
        let (Some(each), Some(bucket)) = (each.as_str(), bucket.as_i64()) else {
            return fault("the counted value is text, the period a number");
        };
        let cell = match (
            events.as_u64(),
            value.as_u64(),
            first.as_i64(),
            last.as_i64(),
        ) {
            (Some(events), Some(value), Some(first), Some(last)) => Cell {
                events,
                value,
                first,
                last,
            },
            _ => return fault("counts, sums and times are whole numbers"),
        };
        let within = |at| series.period.bucket(at) == bucket;
        let ordered = cell.first <= cell.last && within(cell.first) && within(cell.last);
        if values.len() != series.by.len() || each.is_empty() != series.each.is_none() {
            return fault("the row does not fit its series");
        }
        if cell.events == 0 || !ordered {
            return fault("the row counts nothing, or its times lie outside its period");
        }
        self.rows += 1;
        let values: Vec<_> = values.into_iter().map(Cow::Borrowed).collect();
        if self.store.add(series, &values, (bucket, each), cell) {
            Ok(())
        } else {
            fault("the file holds more than a store of metrics takes")
        }
    }
}

fn series(value: &Value) -> Result<Series, Fault> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let (Some(family), Some(period)) = (text("series"), text("period")) else {
        return fault("a series has a name and a period");
    };
    let periods = [Period::Day, Period::Hour];
    let Some(period) = periods.into_iter().find(|one| one.word() == period) else {
        return fault("a period is 1d or 1h");
    };
    let by = texts(value.get("by").unwrap_or(&Value::Null))?;
    if by.len() > METRIC_FIELDS_MAX || !by.is_sorted() {
        return fault("the fields of a series are few and sorted");
    }
    Ok(Series {
        family: family.to_owned(),
        period,
        by: by.into_iter().map(str::to_owned).collect(),
        each: text("each").map(str::to_owned),
    })
}

fn texts(value: &Value) -> Result<Vec<&str>, Fault> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let all: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
    match all {
        Some(all) if value.is_array() => Ok(all),
        _ => fault("fields and their values are a list of texts"),
    }
}
