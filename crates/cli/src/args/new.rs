//! `yaral new`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `yaral new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The rule's name: letters, digits and _, no digit first
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Folder to write to; it is made if it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Event type that the rule looks at, such as `PROCESS_LAUNCH`
    #[arg(long, value_name = "TYPE")]
    pub(crate) event_type: Option<String>,
    /// Log type that the rule is for; it chooses the event type and the fields
    /// that are proposed (see `yaral docs log-types`)
    #[arg(long, value_name = "TYPE")]
    pub(crate) log_type: Option<String>,
}

pub(super) const AFTER: &str = "\
NAME.yaral, NAME.test.yaml and NAME.md are written; a file that is there already is
left alone and nothing is written. The rule compiles, under --strict too, its tests
pass, and it fires on no log before its placeholders are replaced. Nothing is asked.

Examples:
  yaral new secret_read_by_night --log-type KUBERNETES_AUDIT
  yaral new odd_shell --event-type PROCESS_LAUNCH --dir rules/
  yaral check --strict rules/odd_shell.yaral
  yaral test rules/odd_shell.test.yaml";
