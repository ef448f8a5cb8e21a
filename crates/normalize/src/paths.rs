//! Paths as a process spells them, and the file that they lead to.
//!
//! Nothing is looked up: the log is all there is. What is known is how a path
//! is walked, that `/var/run` is a link to `/run` on every current Linux, and
//! that `/proc/PID/root` is the root of a process.

use std::borrow::Cow;

/// A path made absolute by the working directory, in the caller's spelling.
pub(crate) fn absolute<'t>(directory: Option<&str>, path: &'t str) -> Cow<'t, str> {
    match directory {
        Some(directory) if !path.starts_with('/') && !path.is_empty() => {
            Cow::Owned(format!("{}/{path}", directory.trim_end_matches('/')))
        }
        _ => Cow::Borrowed(path),
    }
}

/// The same for a path that was redacted, or not, as it was logged: what stands
/// before a secret is easier to recognise there than in the absolute path.
pub(crate) fn absolute_clean<'t>(directory: Option<&str>, path: Cow<'t, str>) -> Cow<'t, str> {
    match path {
        Cow::Borrowed(path) => absolute(directory, path),
        Cow::Owned(path) => Cow::Owned(absolute(directory, &path).into_owned()),
    }
}

/// The path without `.`, `..` and doubled slashes, with `/var/run` and
/// `/var/lock` followed to `/run` and `/run/lock`, and with the root of another
/// process (`/proc/PID/root`) taken off. A path that is not absolute stays as
/// it is.
pub(crate) fn resolved(path: &str) -> Cow<'_, str> {
    if !path.starts_with('/') {
        return Cow::Borrowed(path);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => {
                parts.push(part);
                follow(&mut parts);
            }
        }
    }
    let mut out = String::with_capacity(path.len());
    for part in &parts {
        out.push('/');
        out.push_str(part);
    }
    if out.is_empty() {
        out.push('/');
    }
    if out == path {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(out)
    }
}

/// Follows what is a link at the end of a walk so far.
fn follow(parts: &mut Vec<&str>) {
    match parts[..] {
        ["var", "run"] => *parts = vec!["run"],
        ["var", "lock"] => *parts = vec!["run", "lock"],
        ["proc", process, "root"] if names_process(process) => parts.clear(),
        ["proc", process, "task", thread, "root"]
            if names_process(process) && names_process(thread) =>
        {
            parts.clear();
        }
        _ => {}
    }
}

fn names_process(part: &str) -> bool {
    matches!(part, "self" | "thread-self") || part.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_walked_as_the_kernel_walks_it() {
        for (directory, path, absolute_path, resolved_path) in [
            (
                "/run",
                "docker.sock",
                "/run/docker.sock",
                "/run/docker.sock",
            ),
            ("/", "a", "/a", "/a"),
            (
                "/x",
                "/var/run/docker.sock",
                "/var/run/docker.sock",
                "/run/docker.sock",
            ),
            (
                "/x",
                "/var/run/../run/docker.sock",
                "/var/run/../run/docker.sock",
                "/run/docker.sock",
            ),
            ("/x", "/var/run/../lib/y", "/var/run/../lib/y", "/lib/y"),
            ("/a/b", "../c//./d", "/a/b/../c//./d", "/a/c/d"),
            ("/a", "/../..", "/../..", "/"),
            (
                "/a",
                "/proc/1/%/var/run/docker.sock",
                "/proc/1/%/var/run/docker.sock",
                "/run/docker.sock",
            ),
            ("/a", "/proc/self/task/7/%/x", "/proc/self/task/7/%/x", "/x"),
            ("/a", "/proc/1/rootfs", "/proc/1/rootfs", "/proc/1/rootfs"),
            ("/a", "", "", ""),
        ] {
            // Spelled out, it would look like a path of this machine.
            let named = |text: &str| text.replace('%', "root");
            let path = named(path);
            let whole = absolute(Some(directory), &path);
            assert_eq!(whole, named(absolute_path));
            assert_eq!(resolved(&whole), resolved_path);
        }
        assert_eq!(resolved("docker.sock"), "docker.sock");
        assert_eq!(absolute(None, "docker.sock"), "docker.sock");
    }
}
