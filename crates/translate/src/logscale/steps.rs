//! What is worked out before the filter, a step for each text.

use crate::filter::{Re, Text};
use crate::pattern::groups;
use crate::query::is_list;
use crate::query::regex::{dollars, flags, letters, quoted, string};
use crate::source::Kind;

use super::fields::column;

/// The steps so far.
pub(super) struct Steps {
    kind: Kind,
    made: Vec<(Text, String, String)>,
}

impl Steps {
    pub(super) fn new(kind: Kind) -> Self {
        Steps {
            kind,
            made: Vec::new(),
        }
    }

    /// The steps in the order in which they are needed.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.made.iter().map(|(_, _, line)| line.as_str())
    }

    /// The field that holds a text, made if it must be.
    pub(super) fn field(&mut self, of: &Text) -> Option<String> {
        if let Some((_, name, _)) = self.made.iter().find(|(own, ..)| own == of) {
            return Some(name.clone());
        }
        if let Text::Field(name) = of
            && !is_list(name)
        {
            return column(self.kind, name);
        }
        let line = self.step(of)?;
        let name = format!("y_{}", self.made.len() + 1);
        let line = line.replace("%as", &name);
        self.made.push((of.clone(), name.clone(), line));
        Some(name)
    }

    /// A step that makes a text; `%as` stands for the name of its field.
    fn step(&mut self, of: &Text) -> Option<String> {
        Some(match of {
            // A list is one text, its values joined.
            Text::Field(name) => {
                let column = column(self.kind, name)?;
                format!("concatArray({}, separator=\",\", as=%as)", string(&column))
            }
            Text::Literal(_) => return None,
            Text::Concat(list) => self.joined(list)?,
            Text::Coalesce(list) => {
                let fields: Option<Vec<_>> = list.iter().map(|one| self.field(one)).collect();
                format!(
                    "coalesce([{}], as=%as, ignoreEmpty=true)",
                    fields?.join(", ")
                )
            }
            Text::Replace(of, re, with) => {
                let field = self.field(of)?;
                let (re, flags) = inner(re);
                let (re, with) = (string(&re), string(&dollars(with)));
                format!("replace({re}, with={with}, field={field}{flags}, as=%as)")
            }
            Text::Capture(of, re) => {
                let field = self.field(of)?;
                let (own, flags) = inner(re);
                let named = match groups(&own).as_slice() {
                    [] => format!("(?<%as>{own})"),
                    [(start, _), ..] => {
                        let (before, after) = own.split_at(*start);
                        let before = before.strip_suffix('(')?;
                        format!("{before}(?<%as>{after}")
                    }
                };
                format!(
                    "regex({}, field={field}{flags}, strict=false)",
                    string(&named)
                )
            }
            Text::Decode(of) => {
                let field = self.field(of)?;
                format!("urlDecode({field}, as=%as)")
            }
            Text::Lower(of) => {
                let field = self.field(of)?;
                format!("lower({field}, as=%as)")
            }
        })
    }

    /// Texts one behind the other, as a form with places for the fields.
    fn joined(&mut self, list: &[Text]) -> Option<String> {
        let (mut form, mut fields) = (String::new(), Vec::new());
        for one in list {
            if let Text::Literal(text) = one {
                if text.chars().any(char::is_control) {
                    return None;
                }
                form.push_str(&text.replace('%', "%%"));
            } else {
                form.push_str("%s");
                fields.push(self.field(one)?);
            }
        }
        let form = string(&form);
        Some(format!(
            "format({form}, field=[{}], as=%as)",
            fields.join(", ")
        ))
    }
}

/// The pattern, and its flags as an argument.
fn inner(re: &Re) -> (String, String) {
    let (bare, nocase, all) = flags(re);
    let flags = if nocase || all {
        format!(", flags=\"{}\"", letters(nocase, all))
    } else {
        String::new()
    };
    (quoted(&bare), flags)
}
