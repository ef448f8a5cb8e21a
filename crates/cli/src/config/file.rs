//! Configuration files: found, read, and taken apart with the places of what
//! is in them.
//!
//! A file may be anybody's, for it is found in a folder above: it is read up to
//! a bound, what is wrong with it is told, and no setting of it writes a file
//! or shows a secret.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use toml::de::{DeTable, DeValue};
use yaral_runtime::escape_terminal;
use yaral_syntax::diagnostic::{LineColumn, LineIndex};

use super::settings::{Kind, Setting};
use crate::error::Error;
use crate::reference::nearest;

/// The name of the file.
pub(crate) const NAME: &str = "yaral.toml";

/// Bytes of a configuration file.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// The settings of a file, and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// Key, values and line of each setting, in the order of the keys.
    pub(crate) values: Vec<(String, Vec<String>, u32)>,
    /// What is wrong, by place.
    pub(crate) mistakes: Vec<Mistake>,
}

/// Something that is wrong with a file.
#[derive(Debug)]
pub(crate) struct Mistake {
    file: String,
    at: LineColumn,
    text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, text) = (escape_terminal(&self.file), escape_terminal(&self.text));
        write!(f, "{file}:{}:{}: {text}", self.at.line, self.at.column)
    }
}

/// The file of the project: in the working folder or the nearest above it.
pub(super) fn of_project() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    // Written from the working folder on, as a person would.
    let mut path = PathBuf::new();
    for folder in here.ancestors() {
        if folder.join(NAME).is_file() {
            path.push(NAME);
            return Some(path);
        }
        path.push("..");
    }
    None
}

/// The file of the user, where the system keeps such files.
pub(super) fn of_user() -> Option<PathBuf> {
    let folder = |name: &str| {
        let folder = std::env::var_os(name).map(PathBuf::from);
        folder.filter(|folder| folder.is_absolute())
    };
    let base = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    let path = base.join("yaral").join(NAME);
    path.is_file().then_some(path)
}

/// Reads a file; an error is one of the system, or of its size.
pub(super) fn read(path: &Path, settings: &[Setting]) -> Result<Content, Error> {
    let shown = path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .with_context(|| format!("`{shown}` cannot be read"))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let text = format!("`{shown}` holds more than {FILE_BYTES_MAX} bytes");
        return Err(Error::failed(text));
    }
    let text = String::from_utf8(bytes).with_context(|| format!("`{shown}` is not UTF-8"))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(Reader::new(&shown, folder, &text, settings).read(&text))
}

struct Reader<'a> {
    file: &'a str,
    folder: &'a Path,
    lines: LineIndex<'a>,
    settings: &'a [Setting],
    content: Content,
}

impl<'a> Reader<'a> {
    fn new(file: &'a str, folder: &'a Path, text: &'a str, settings: &'a [Setting]) -> Self {
        Reader {
            file,
            folder,
            lines: LineIndex::new(text),
            settings,
            content: Content::default(),
        }
    }

    fn read(mut self, text: &str) -> Content {
        match DeTable::parse(text) {
            Ok(table) => self.table("", table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let message = error.message().lines().collect::<Vec<_>>().join(", ");
                self.mistake(at, message);
            }
        }
        self.content
            .mistakes
            .sort_by_key(|found| (found.at.line, found.at.column));
        self.content
    }

    fn at(&self, offset: usize) -> LineColumn {
        self.lines
            .line_column(u32::try_from(offset).unwrap_or(u32::MAX))
    }

    fn mistake(&mut self, offset: usize, text: String) {
        let (file, at) = (self.file.to_owned(), self.at(offset));
        self.content.mistakes.push(Mistake { file, at, text });
    }

    /// Takes a table apart; tables within tables end at the second level,
    /// because no key has more parts.
    fn table(&mut self, before: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = format!("{before}{}", name.get_ref());
            let inner = format!("{key}.");
            let is_table = self.settings.iter().any(|one| one.key.starts_with(&inner));
            let setting = self.settings.iter().find(|one| one.key == key).cloned();
            match (value.get_ref(), setting) {
                (DeValue::Table(table), None) if is_table => self.table(&inner, table),
                (_, None) if is_table => {
                    self.mistake(value.span().start, format!("`{key}` is a table"));
                }
                (value_here, Some(setting)) => {
                    let place = value.span().start;
                    match self.values(&setting, value_here) {
                        Ok(values) => {
                            let line = self.at(place).line;
                            self.content.values.push((key, values, line));
                        }
                        Err(why) => self.mistake(place, format!("`{key}`: {why}")),
                    }
                }
                (_, None) => {
                    let text = self.unknown(&key);
                    self.mistake(name.span().start, text);
                }
            }
        }
    }

    fn unknown(&self, key: &str) -> String {
        let mut known: Vec<String> = self.settings.iter().map(|one| one.key.clone()).collect();
        let tables = known.iter().filter_map(|key| key.split_once('.'));
        let mut tables: Vec<String> = tables.map(|(table, _)| table.to_owned()).collect();
        tables.dedup();
        known.append(&mut tables);
        let near = nearest(key, &known);
        if near.is_empty() {
            format!("there is no setting `{key}`; see `yaral docs config`")
        } else {
            format!(
                "there is no setting `{key}`; did you mean `{}`?",
                near.join("`, `")
            )
        }
    }

    fn values(&self, setting: &Setting, value: &DeValue<'_>) -> Result<Vec<String>, String> {
        let one = |value: &DeValue<'_>| match (setting.kind, value) {
            (Kind::Flag | Kind::Switch(_), DeValue::Boolean(yes)) => Ok(yes.to_string()),
            (Kind::Switch(_), DeValue::Integer(number)) if number.radix() == 10 => {
                Ok(number.as_str().to_owned())
            }
            (Kind::Flag, _) => Err(format!("true or false, not {}", kind_of(value))),
            (_, DeValue::String(text)) => Ok(text.to_string()),
            _ => Err(format!("{}, not {}", setting.type_name(), kind_of(value))),
        };
        let values = match (setting.kind, value) {
            (Kind::Paths, DeValue::Array(items)) => {
                items.iter().map(|item| one(item.get_ref())).collect()
            }
            _ => one(value).map(|value| vec![value]),
        };
        let values: Vec<String> = values.map_err(|why| format!("it takes {why}"))?;
        values.iter().try_for_each(|value| setting.check(value))?;
        Ok(values
            .into_iter()
            .map(|value| self.placed(setting, value))
            .collect())
    }

    /// A path is meant from the folder of the file on.
    fn placed(&self, setting: &Setting, value: String) -> String {
        match setting.kind {
            Kind::Path | Kind::Paths => self.folder.join(&value).to_string_lossy().into_owned(),
            _ => value,
        }
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
