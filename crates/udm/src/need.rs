//! Needs: necessary conditions of a rule, as plain data.
//!
//! An event that fails one need of a rule cannot match that rule; nothing may conclude
//! from a need that it does. A compiler finds them, a normalizer turns them into what it
//! can look for in raw text before it parses anything.

use std::fmt;

use crate::path::FieldPath;

/// One necessary condition on one field; on a repeated field, some element must pass.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Need {
    /// The field.
    pub path: FieldPath,
    /// The entry of a `Struct`, a map or a list of labels, where the rule names one.
    pub key: Option<String>,
    /// What its value must be.
    pub test: NeedTest,
}

/// What the value of a needed field must be. Enum values are given by name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NeedTest {
    /// Exactly one of these texts.
    Equals(Vec<String>),
    /// One of these texts, which are in ASCII lower case, whatever the case of the value.
    EqualsNoCase(Vec<String>),
    /// A text in which one of these occurs.
    Contains(Vec<String>),
    /// Anything but absent.
    Present,
}

/// The needs of a set of rules.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// One entry a rule; a rule without needs is always a candidate.
    pub rules: Vec<Vec<Need>>,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(key) = &self.key {
            write!(f, "[{key:?}]")?;
        }
        let (verb, literals) = match &self.test {
            NeedTest::Equals(literals) => ("is", literals),
            NeedTest::EqualsNoCase(literals) => ("is, in any case,", literals),
            NeedTest::Contains(literals) => ("contains", literals),
            NeedTest::Present => return f.write_str(" is present"),
        };
        write!(f, " {verb} one of ")?;
        for (index, literal) in literals.iter().enumerate() {
            write!(f, "{}{literal:?}", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Root;

    #[test]
    fn reads_as_a_sentence() {
        let need = |path, key: Option<&str>, test| {
            let path = FieldPath::resolve(Root::Event, path).expect("resolves");
            Need {
                path,
                key: key.map(str::to_owned),
                test,
            }
            .to_string()
        };
        let texts = |list: &[&str]| list.iter().map(|&t| t.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            need(
                "target.resource.type",
                None,
                NeedTest::Equals(texts(&["secrets"]))
            ),
            "target.resource.type is one of \"secrets\""
        );
        assert_eq!(
            need(
                "additional",
                Some("k"),
                NeedTest::Contains(texts(&["a", "b\""]))
            ),
            "additional[\"k\"] contains one of \"a\", \"b\\\"\""
        );
        assert_eq!(
            need(
                "principal.hostname",
                None,
                NeedTest::EqualsNoCase(texts(&["dc"]))
            ),
            "principal.hostname is, in any case, one of \"dc\""
        );
        assert_eq!(
            need("principal.ip", None, NeedTest::Present),
            "principal.ip is present"
        );
    }
}
