//! `yaral completion`.

use clap::Args;
use clap_complete::Shell;

/// The arguments of `yaral completion`.
#[derive(Debug, Args)]
pub(crate) struct CompletionArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

pub(super) const AFTER: &str = "\
Examples:
  source <(yaral completion bash)      for this session
  yaral completion bash > ~/.local/share/bash-completion/completions/yaral
  yaral completion zsh > ~/.zfunc/_yaral
  yaral completion fish > ~/.config/fish/completions/yaral.fish";
