//! What a normalizer is told once, before the first line.

use yaral_udm::{FieldSet, Needs};

/// Which shape of UDM the events take.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq, Hash)]
pub enum Mapping {
    /// Our mapping: real HTTP methods, the user name in both user fields, the
    /// resource in both resource fields.
    #[default]
    Default,
    /// The mapping that Google publishes for its own parser, as far as it is
    /// published.
    Secops,
}

impl Mapping {
    /// The name that users write.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Secops => "secops",
        }
    }
}

impl std::fmt::Display for Mapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "default" => Ok(Self::Default),
            "secops" => Ok(Self::Secops),
            other => Err(format!(
                "{other:?} is no mapping, the mappings are default and secops"
            )),
        }
    }
}

/// What a connection to a socket file is.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq, Hash)]
pub enum UnixConnect {
    /// A `NETWORK_CONNECTION`.
    #[default]
    Connection,
    /// A `FILE_OPEN`, as rules expect that were written for watches on files.
    FileOpen,
}

/// The setup of a normalizer.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The shape of the events.
    pub mapping: Mapping,
    /// What a connection to a socket file is, in the audit log of Linux.
    pub unix_connect: UnixConnect,
    /// Whether secrets are cut out of everything that leaves a record. Off is
    /// for forensics only.
    pub redact: bool,
    /// The fields that [`Record::build`](crate::Record::build) fills.
    pub want: FieldSet,
    /// What an event must have to matter to a loaded rule. An empty list of
    /// rules, or one rule without a need, lets every record through.
    pub needs: Needs,
}

impl Default for Setup {
    /// The default mapping, redaction on, all fields, every record.
    fn default() -> Self {
        Self {
            mapping: Mapping::Default,
            unix_connect: UnixConnect::Connection,
            redact: true,
            want: FieldSet::all(),
            needs: Needs { rules: Vec::new() },
        }
    }
}
