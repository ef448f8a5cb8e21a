//! `yaral docs`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `yaral docs`.
#[derive(Debug, Args)]
pub(crate) struct DocsArgs {
    /// A diagnostic code, function, aggregate, keyword, concept, UDM field,
    /// message, enum or enum value, setting, switch, limit, log type, label or
    /// embedded rule; without it, an index is printed
    #[arg(value_name = "TERM")]
    pub(crate) term: Option<String>,
    /// Write the reference pages to this folder
    #[arg(long, value_name = "DIR", hide = true, conflicts_with = "term")]
    pub(crate) all: Option<PathBuf>,
}

pub(super) const AFTER: &str = "\
Examples:
  yaral docs                   what there is
  yaral docs E0201             a diagnostic code
  yaral docs re.regex          a function
  yaral docs principal.ip      a UDM field
  yaral docs target.resource.resource_type
  yaral docs KUBERNETES_AUDIT  a log type
  yaral docs k8s_exec_shell    an embedded rule: what it sees, what to do
  yaral docs rows              a concept; also joins, windows, plan …";
