//! What a command line asks for: the program and its words without the flags.
//!
//! A rule that wants `get secrets` must not care for `-n prod` between the
//! two, nor for the path of the binary. So the words of an argument list are
//! laid out as the program itself would read them: flags are dropped together
//! with their values, where the table of [`clients`] knows that a flag has one.
//! What stands behind `--`, or behind the container of an `exec`, is another
//! command and stays as it is.
//!
//! An argument list is the attacker's: the table decides nothing but which
//! words are left out, and the whole command line stays beside the words.

mod clients;
mod split;

use std::borrow::Cow;

use clients::{Client, FIRST_WORDS};
pub(crate) use split::split;

/// An argument list as its program reads it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Words {
    /// The name of the program without path and version: of a program that is
    /// known by its file or by its first argument that name, else that of the
    /// first argument.
    pub(crate) program: String,
    /// The program and its words without flags, joined by single spaces.
    pub(crate) words: String,
}

/// Reads an argument list; none if it names no program.
pub(crate) fn words<T: AsRef<str>>(file: Option<&str>, arguments: &[T]) -> Option<Words> {
    let mut rest = arguments.iter().map(AsRef::as_ref).peekable();
    let first = rest.next().unwrap_or_default();
    let mut program = name(file, first)?;
    // `k3s kubectl get …`: the program is an applet of another.
    if FIRST_WORDS.contains(&program.as_ref())
        && let Some(applet) = rest.next_if(|word| !word.starts_with('-') && !word.is_empty())
    {
        program = name(None, applet)?;
        rest.next_if(|word| *word == "--");
    }
    let client = Client::find(&program);
    let mut out = Words {
        words: program.to_string(),
        program: program.into_owned(),
    };
    Reader {
        client,
        out: &mut out.words,
        verb: "",
        ends: false,
    }
    .read(rest);
    Some(out)
}

/// The name of a program, known by its file or by what it was called.
fn name<'t>(file: Option<&'t str>, called: &'t str) -> Option<Cow<'t, str>> {
    let names = [Some(called), file];
    let bare = |text: &'t str| clients::bare(text);
    let known = names.iter().flatten().find_map(|text| {
        let name = clients::canonical(bare(text))?;
        Some(Cow::Borrowed(name))
    });
    let any = || {
        let name = names.iter().flatten().map(|text| bare(text));
        name.map(Cow::Borrowed).find(|name| !name.is_empty())
    };
    known.or_else(any)
}

/// Lays out the words of one program.
struct Reader<'o, 't> {
    client: Option<&'static Client>,
    out: &'o mut String,
    /// The first word that is no flag and not just the kind of object.
    verb: &'t str,
    /// The next positional is the last word of the program's own.
    ends: bool,
}

impl<'t> Reader<'_, 't> {
    fn read(mut self, mut rest: impl Iterator<Item = &'t str>) {
        while let Some(word) = rest.next() {
            if word == "--" {
                self.push(word);
                rest.by_ref().for_each(|word| self.push(word));
            } else if let Some(long) = word.strip_prefix("--") {
                self.long(long, &mut rest);
            } else if word.len() > 1 && word.starts_with('-') {
                self.short(&word[1..], &mut rest);
            } else if self.positional(word) {
                rest.by_ref().for_each(|word| self.push(word));
            }
        }
    }

    fn push(&mut self, word: &str) {
        self.out.push(' ');
        self.out.push_str(word);
    }

    /// A word that is no flag; true if all that follows is another command.
    fn positional(&mut self, word: &'t str) -> bool {
        if let Some(client) = self.client {
            if self.verb.is_empty() && client.nouns.contains(&word) {
                return false;
            }
            if !self.ends && client.carriers.contains(&word) {
                self.ends = true;
                self.verb = word;
                self.push(word);
                return false;
            }
        }
        if self.verb.is_empty() {
            self.verb = word;
        }
        self.push(word);
        self.ends
    }

    fn long(&mut self, flag: &'t str, rest: &mut impl Iterator<Item = &'t str>) {
        let Some(client) = self.client else { return };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        let takes = client.long.contains(&name);
        let kept = client.kept.contains(&name);
        let value = if takes || kept {
            value.or_else(|| rest.next())
        } else {
            None
        };
        if kept && let Some(value) = value {
            self.positional(value);
        }
    }

    /// Letters behind one dash; the value of one stands behind it or is the
    /// next word.
    fn short(&mut self, letters: &'t str, rest: &mut impl Iterator<Item = &'t str>) {
        let Some(client) = self.client else { return };
        let Some(at) = letters.find(|letter| {
            client.short.contains(&letter) && !client.switches.contains(&(self.verb, letter))
        }) else {
            return;
        };
        if letters[at..].chars().nth(1).is_none() {
            rest.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        words(None, &split(line)).unwrap_or_default().words
    }

    #[test]
    fn flags_and_their_values_are_dropped() {
        for (line, expected) in [
            (
                "kubectl get secrets --all-namespaces",
                "kubectl get secrets",
            ),
            ("kubectl -n prod get secrets", "kubectl get secrets"),
            (
                "kubectl --context a --kubeconfig=/b get -n x -oyaml secret db",
                "kubectl get secret db",
            ),
            ("kubectl get -A cm,secret -o wide", "kubectl get cm,secret"),
            (
                "kubectl get --raw /api/v1/secrets?limit=5",
                "kubectl get /api/v1/secrets?limit=5",
            ),
            (
                "kubectl get --raw=/api/v1/secrets",
                "kubectl get /api/v1/secrets",
            ),
            (
                "kubectl --context kind exec -it pod -c web -- cat -v /run/x",
                "kubectl exec pod -- cat -v /run/x",
            ),
            ("/opt/kubectl.1.33 get secrets", "kubectl get secrets"),
            ("kubectl1.31 get secrets", "kubectl get secrets"),
            ("k3s kubectl get secrets", "kubectl get secrets"),
            (
                "minikube kubectl -- -n a get secrets",
                "kubectl get secrets",
            ),
            ("microk8s.kubectl get secrets", "kubectl get secrets"),
            (
                "docker -H tcp://h:1 inspect -f '{{.Config.Env}}' web",
                "docker inspect web",
            ),
            (
                "docker container inspect -f x web db",
                "docker inspect web db",
            ),
            (
                "docker exec -u 0 -it worker cat -n /run/secrets/x",
                "docker exec worker cat -n /run/secrets/x",
            ),
            (
                "docker run --rm -v /:/h -e A=b image sh -c 'ls -l'",
                "docker run image sh -c ls -l",
            ),
            ("docker logs --tail 3 -t web", "docker logs web"),
            ("docker logs -f web", "docker logs web"),
            ("docker rm -f web db", "docker rm web db"),
            ("kubectl logs -fp web -c x", "kubectl logs web"),
            ("crictl exec -it abc ls -l", "crictl exec abc ls -l"),
            ("podman --url u ps -aq", "podman ps"),
            (
                "crictl -r unix:///x inspect --output json abc",
                "crictl inspect abc",
            ),
            ("cat -v /var/run/x", "cat /var/run/x"),
            ("/bin/busybox wget -qO- http://x:2375", "wget http://x:2375"),
            ("d inspect -f x db", "d inspect x db"),
            ("kubectl get - secrets", "kubectl get - secrets"),
            ("kubectl -n", "kubectl"),
        ] {
            assert_eq!(of(line), expected, "{line}");
        }
    }

    #[test]
    fn a_program_is_known_by_its_file_too() {
        let known = |file, line: &str| words(Some(file), &split(line)).unwrap_or_default();
        assert_eq!(
            known("/usr/bin/docker", "x inspect -f a web").words,
            "docker inspect web"
        );
        assert_eq!(
            known("/tmp/peirates", "kubectl --token t get secrets").words,
            "kubectl get secrets"
        );
        assert_eq!(known("/tmp/d", "/tmp/d ps").program, "d");
        assert_eq!(known("/usr/bin/cat", "").program, "cat");
        assert_eq!(words::<&str>(None, &[]), None);
    }
}
