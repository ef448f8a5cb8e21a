//! What a command line asks for: the program and its words without the flags.
//!
//! A rule that wants `get secrets` must not care for `-n prod` between the
//! two, nor for the path of the binary. So the words of an argument list are
//! laid out as the program itself would read them: flags are dropped together
//! with their values, where the table of [`clients`] knows that a flag has one.
//! What stands behind the container of an `exec`, or behind `--` and a verb
//! that carries a command there, is another command and stays as it is.
//!
//! An argument list is the attacker's: the table decides nothing but which
//! words are left out, and the whole command line stays beside the words.

mod clients;
mod split;

use std::borrow::Cow;
use std::iter::Peekable;

use clients::{Client, FIRST_WORDS, OWN_NAMES};
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
    if FIRST_WORDS.contains(&program.as_ref()) {
        while let Some(flag) = rest.next_if(|word| word.starts_with('-')) {
            if clients::first_flag(flag) {
                rest.next_if(|word| !word.starts_with('-'));
            }
        }
        if let Some(applet) = rest.next_if(|word| !word.is_empty()) {
            program = name(None, applet)?;
            rest.next_if(|word| *word == "--");
        }
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
        open: true,
        own: None,
        held: None,
        raw: None,
    }
    .read(rest);
    Some(out)
}

/// The name of a program. A known client is what its file says; else what it
/// was called counts, as of a file with many programs inside, or of a tool that
/// calls itself a client.
fn name<'t>(file: Option<&'t str>, called: &'t str) -> Option<Cow<'t, str>> {
    let bare = |text: &'t str| clients::bare(text);
    let names = [file, Some(called)];
    let known = names.iter().flatten().find_map(|text| {
        let name = clients::canonical(bare(text))?;
        Some(Cow::Borrowed(name))
    });
    let own = || {
        let name = bare(file?);
        OWN_NAMES.contains(&name).then_some(Cow::Borrowed(name))
    };
    let any = || {
        let name = names.iter().rev().flatten().map(|text| bare(text));
        name.map(Cow::Borrowed).find(|name| !name.is_empty())
    };
    known.or_else(own).or_else(any)
}

/// Lays out the words of one program.
struct Reader<'o, 't> {
    client: Option<&'static Client>,
    out: &'o mut String,
    /// The first word that is no flag and not just the kind of object.
    verb: &'t str,
    /// The verb may still come: there was none, or only a kind of object.
    open: bool,
    /// How many words of the program's own stand before the command that it
    /// carries, if it carries one.
    own: Option<u8>,
    /// What was asked for before the verb came.
    held: Option<&'t str>,
    /// The flag that stays visible, as a switch.
    raw: Option<&'static str>,
}

impl<'t> Reader<'_, 't> {
    fn read<I: Iterator<Item = &'t str>>(mut self, mut rest: Peekable<I>) {
        while let Some(word) = rest.next() {
            if word == "--" {
                if self.verb.is_empty() && self.client.is_some() {
                    continue;
                }
                let carries = self
                    .client
                    .is_none_or(|client| client.dashed.contains(&self.verb));
                if carries {
                    self.push(word);
                }
                rest.by_ref().for_each(|word| self.push(word));
            } else if let Some(long) = word.strip_prefix("--") {
                self.long(long, &mut rest);
            } else if word.len() > 1 && word.starts_with('-') {
                self.short(&word[1..], &mut rest);
            } else if self.positional(word) {
                rest.by_ref().for_each(|word| self.push(word));
            }
        }
        if let Some(held) = self.held {
            self.push(held);
        }
        if let Some(raw) = self.raw {
            self.out.push_str(" --");
            self.out.push_str(raw);
        }
    }

    fn push(&mut self, word: &str) {
        self.out.push(' ');
        self.out.push_str(word);
    }

    /// A word that is no flag; true if all that follows is another command.
    fn positional(&mut self, word: &'t str) -> bool {
        if let (Some(client), true) = (self.client, self.open) {
            if self.verb.is_empty() && client.nouns.contains(&word) {
                return false;
            }
            // `compose config` is a verb and its object is no other.
            self.open = client.kinds.contains(&word) && self.verb != "compose";
            self.own = client.carries(word);
            self.verb = word;
            self.push(word);
            if let Some(held) = self.held.take() {
                self.push(held);
            }
            return false;
        }
        if self.verb.is_empty() {
            self.verb = word;
        }
        self.push(word);
        self.own = self.own.map(|own| own.saturating_sub(1));
        self.own == Some(0)
    }

    fn long(&mut self, flag: &'t str, rest: &mut Peekable<impl Iterator<Item = &'t str>>) {
        let Some(client) = self.client else { return };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        if client.kept == Some(name) {
            self.keep(value, rest);
        } else if value.is_none()
            && (client.long(self.verb, name)
                || (self.open && rest.peek().is_some_and(|next| client.swallows(name, next))))
        {
            rest.next();
        }
    }

    /// The flag that says what is asked for: a path, but a switch of `config`.
    fn keep(&mut self, value: Option<&'t str>, rest: &mut impl Iterator<Item = &'t str>) {
        if self.verb == "config" {
            if value != Some("false") {
                self.raw = self.client.and_then(|client| client.kept);
            }
            return;
        }
        let Some(value) = value.or_else(|| rest.next()) else {
            return;
        };
        if self.verb.is_empty() {
            self.held = Some(value);
        } else {
            self.push(value);
        }
    }

    /// Letters behind one dash; the value of one stands behind it or is the
    /// next word.
    fn short(&mut self, letters: &'t str, rest: &mut Peekable<impl Iterator<Item = &'t str>>) {
        let Some(client) = self.client else { return };
        let name = letters.split('=').next().unwrap_or(letters);
        if client.one_dash && name.len() > 1 && client.long(self.verb, name) {
            return self.long(letters, rest);
        }
        let Some(at) = letters.find(|letter| client.short(self.verb, letter)) else {
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
        assert_eq!(
            known("/usr/bin/kubectl", "docker get -w secrets -A").words,
            "kubectl get secrets"
        );
        assert_eq!(
            known("/usr/local/bin/k3s", "kubectl get secrets").words,
            "kubectl get secrets"
        );
        assert_eq!(
            known("/usr/local/bin/k3s", "x kubectl get secrets").words,
            "kubectl get secrets"
        );
        assert_eq!(known("/bin/busybox", "cat /x").words, "cat /x");
        assert_eq!(known("/tmp/d", "/tmp/d ps").program, "d");
        assert_eq!(known("/usr/bin/cat", "").program, "cat");
        assert_eq!(words::<&str>(None, &[]), None);
    }

    fn check(cases: &[(&str, &str)]) {
        for (line, expected) in cases {
            assert_eq!(of(line), *expected, "{line}");
        }
    }

    #[test]
    fn nothing_comes_between_verb_and_resource() {
        check(&[
            ("kubectl get -A -- secrets", "kubectl get secrets"),
            ("kubectl -- get secrets", "kubectl get secrets"),
            (
                "kubectl debug --share-processes web -- id",
                "kubectl debug web -- id",
            ),
            ("kubectl --kuberc off get secrets", "kubectl get secrets"),
            ("kubectl get --kuberc off secrets", "kubectl get secrets"),
            (
                "kubectl get --as-user-extra a=b --log_file /x --v 9 secrets",
                "kubectl get secrets",
            ),
            (
                "kubectl get --stderrthreshold 2 --log-file-max-size 1 --log-backtrace-at x:1 secrets",
                "kubectl get secrets",
            ),
            // Flags that nobody knows yet.
            ("kubectl --new x get secrets", "kubectl get secrets"),
            ("kubectl --new get secrets", "kubectl get secrets"),
            (
                "docker --new x compose --new y logs web",
                "docker compose logs web",
            ),
            (
                "kubectl --warnings-as-errors view-secret db",
                "kubectl view-secret db",
            ),
            (
                "kubectl config view --raw -o json",
                "kubectl config view --raw",
            ),
            ("kubectl config --raw view", "kubectl config view --raw"),
            (
                "kubectl --raw /api/v1/secrets get",
                "kubectl get /api/v1/secrets",
            ),
            ("kubectl logs --prefix web", "kubectl logs web"),
        ]);
    }

    #[test]
    fn flags_before_the_applet_are_its_parents() {
        check(&[
            (
                "k3s --debug kubectl get -n a secrets",
                "kubectl get secrets",
            ),
            (
                "minikube -p prof kubectl -- get secrets",
                "kubectl get secrets",
            ),
            (
                "minikube kubectl -p prof -- -n x get secrets",
                "kubectl get secrets",
            ),
            ("minikube --help", "minikube"),
        ]);
    }

    #[test]
    fn a_letter_means_what_it_means_behind_its_verb() {
        check(&[
            ("podman exec -l env", "podman exec env"),
            ("docker rm -v web", "docker rm web"),
            ("docker image rm -f web", "docker image rm web"),
            ("docker volume rm -f web", "docker volume rm web"),
            (
                "docker network inspect -v web",
                "docker network inspect web",
            ),
            ("docker system df -v x", "docker system df x"),
            ("docker compose logs -f web", "docker compose logs web"),
            (
                "docker compose -f a.yml -p b exec --index 2 web cat -n /x",
                "docker compose exec web cat -n /x",
            ),
            ("docker compose config --services", "docker compose config"),
            ("docker inspect secret -f x", "docker inspect secret"),
            ("docker rm run web -f x", "docker rm run web x"),
            (
                "docker run -a stdin --pids-limit 1 --device-cgroup-rule x --network-alias y --memory-reservation 1m image env",
                "docker run image env",
            ),
            ("docker exec -- web env", "docker exec web env"),
            (
                "ctr -n k8s.io run --mount type=bind image id cat -n /x",
                "ctr run image id cat -n /x",
            ),
            (
                "ctr -namespace k8s.io t exec -t x ls -a /",
                "ctr t exec x ls -a /",
            ),
            (
                "crictl -runtime-endpoint unix:///x inspect web",
                "crictl inspect web",
            ),
        ]);
    }
}
