//! The clients of container APIs, and which of their flags have a value.
//!
//! A flag that is missing here counts as one without a value, except before
//! the verb: there the programs themselves take the word behind an unknown
//! long flag for its value, so [`Client::swallows`] does too, unless that word
//! is a verb. Behind the verb nobody could say; the value then stays among the
//! words, which a rule may see as one word too many.

/// A list of words without a comma behind each, which would take a line.
macro_rules! list {
    ($($word:literal)*) => { &[$($word),*] };
}

mod container;
mod kubernetes;
mod node;

/// A program whose flags are known.
#[derive(Debug)]
pub(super) struct Client {
    names: &'static [&'static str],
    /// Long flags that have a value.
    long: &'static [&'static str],
    /// Long flags that have none behind these verbs.
    long_switches: &'static [(&'static str, &'static str)],
    /// Long flags before the verb that have no value.
    global_switches: &'static [&'static str],
    /// Letters of short flags that have a value.
    short: &'static [char],
    /// Letters that have one only behind these verbs; the empty one stands for
    /// the place before any.
    short_of: &'static [(&'static [&'static str], &'static str)],
    /// Letters that have no value behind these verbs.
    switches: &'static [(&'static str, &'static str)],
    /// The long flag that says what is asked for, and stays visible.
    pub(super) kept: Option<&'static str>,
    /// First words that only name the kind of object and are left out, as in
    /// `docker container inspect`.
    pub(super) nouns: &'static [&'static str],
    /// Words that name the kind of object and stay, and behind which the verb
    /// comes.
    pub(super) kinds: &'static [&'static str],
    /// What may be a verb, kinds included.
    verbs: &'static [&'static str],
    /// Verbs behind which another command begins, and how many words of their
    /// own stand before that.
    carriers: &'static [(&'static str, u8)],
    /// Verbs that carry another command behind `--`.
    pub(super) dashed: &'static [&'static str],
    /// Long flags may have one dash, as Go's own parser allows.
    pub(super) one_dash: bool,
}

/// Programs whose first word is the program that is meant.
pub(super) const FIRST_WORDS: &[&str] = &[
    "k3s",
    "k0s",
    "rke2",
    "microk8s",
    "minikube",
    "hyperkube",
    "busybox",
    "toybox",
];

/// Those of them that are what their file says, whatever they are called,
/// unless by the name of a known client.
pub(super) const OWN_NAMES: &[&str] = &["k3s", "k0s", "rke2", "minikube"];

/// Flags of those programs, before the first word, that have a value.
const FIRST_FLAGS: &[&str] = list! {
    "-p" "--profile" "-b" "--bootstrapper" "--log_dir" "--log_file" "--log_file_max_size"
    "--log_backtrace_at" "-v" "--v" "--vmodule" "--stderrthreshold" "--user" "-d" "--data-dir"
    "--config" "-c" "--status-socket"
};

/// Ways to call an applet by a name of its own: `microk8s.kubectl`.
const PREFIXES: &[&str] = &["microk8s.", "microk8s-", "k3s-"];

static CLIENTS: &[&Client] = &[
    &kubernetes::API,
    &container::ENGINE,
    &node::CRI,
    &node::CONTAINERD,
    &node::ETCD,
    &kubernetes::CHARTS,
];

impl Client {
    /// The client of this canonical name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        CLIENTS
            .iter()
            .find(|client| client.names.contains(&name))
            .copied()
    }

    /// Whether a long flag is known to have a value.
    pub(super) fn long(&self, verb: &str, name: &str) -> bool {
        self.long.iter().any(|known| same(known, name))
            && !self.long_switches.contains(&(verb, name))
    }

    /// Whether a long flag before the verb takes the next word, as far as one
    /// can say: it is not known, and that word is no verb.
    pub(super) fn swallows(&self, name: &str, next: &str) -> bool {
        !next.starts_with('-')
            && !self.verbs.contains(&next)
            && !self.global_switches.iter().any(|known| same(known, name))
    }

    /// Whether a letter has a value behind this verb.
    pub(super) fn short(&self, verb: &str, letter: char) -> bool {
        let switch = |(of, letters): &(&str, &str)| *of == verb && letters.contains(letter);
        let takes =
            |(of, letters): &(&[&str], &str)| letters.contains(letter) && of.contains(&verb);
        (self.short.contains(&letter) && !self.switches.iter().any(switch))
            || self.short_of.iter().any(takes)
    }

    /// How many words stand between a verb and the command that it carries.
    pub(super) fn carries(&self, verb: &str) -> Option<u8> {
        let found = self.carriers.iter().find(|(carrier, _)| *carrier == verb);
        found.map(|(_, own)| *own)
    }
}

/// Whether a flag is written as a known one; `kubectl` and `minikube` take `_`
/// for `-`.
fn same(known: &str, name: &str) -> bool {
    known.len() == name.len()
        && known
            .bytes()
            .zip(name.bytes())
            .all(|(known, b)| known == if b == b'_' { b'-' } else { b })
}

/// Whether a flag before the first word of a program with applets has a value.
pub(super) fn first_flag(flag: &str) -> bool {
    FIRST_FLAGS.contains(&flag)
}

/// The name of a file without its path and the ending that Windows gives it.
pub(super) fn bare(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match name
        .len()
        .checked_sub(4)
        .and_then(|at| name.split_at_checked(at))
    {
        Some((stem, ending)) if ending.eq_ignore_ascii_case(".exe") => stem,
        _ => name,
    }
}

/// The name of a known client, without the version that a packager put behind
/// it (`kubectl.1.33`) or the name of the program that it is part of.
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    let name = PREFIXES
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    let names = CLIENTS.iter().flat_map(|client| client.names);
    names.copied().find(|known| {
        name.strip_prefix(known).is_some_and(|rest| {
            let version = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | 'v');
            rest.is_empty()
                || (rest.chars().all(version) && rest.ends_with(|c: char| c.is_ascii_digit()))
        })
    })
}
