//! What a Linux audit daemon logs of a process: made for tests, so that
//! command lines go through the same normalizer as recorded ones.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::recipe::Process;

/// A connection to what is neither a path nor an address with a port.
pub(crate) const NO_ADDRESS: &str = "`connect` is a path that begins with /, or ADDRESS:PORT";

/// Raw audit records: the parent's start and the process's own, where they are
/// needed, and last what the event is about.
///
/// # Errors
/// `connect` is no address.
pub(crate) fn lines(process: &Process) -> Result<String, &'static str> {
    let mut log = Log {
        process,
        out: String::new(),
        serial: 100,
    };
    if !process.parent.is_empty() {
        log.start(&process.parent, None, (4000, 1));
    }
    log.start(&process.argv, process.exe.as_deref(), (4242, 4000));
    if let Some(path) = &process.open {
        log.open(path);
    }
    if let Some(to) = &process.connect {
        log.connect(to)?;
    }
    Ok(log.out)
}

struct Log<'p> {
    process: &'p Process,
    out: String,
    serial: u32,
}

impl Log<'_> {
    fn start(&mut self, argv: &[String], exe: Option<&str>, ids: (u32, u32)) {
        let first = argv.first().map_or("", String::as_str);
        let guess;
        let exe = match exe {
            Some(exe) => exe,
            None if first.starts_with('/') => first,
            None => {
                guess = format!("/usr/bin/{first}");
                &guess
            }
        };
        self.syscall("arch=c000003e syscall=59", ids, exe);
        let mut words = format!("argc={}", argv.len());
        for (at, word) in argv.iter().enumerate() {
            let _ = write!(words, " a{at}={}", quoted(word));
        }
        self.record("EXECVE", &words);
        self.end();
    }

    fn open(&mut self, path: &str) {
        self.syscall("arch=c000003e syscall=257", (4242, 4000), &self.exe());
        let path = format!("item=0 name={} nametype=NORMAL", quoted(path));
        self.record("PATH", &path);
        self.end();
    }

    fn connect(&mut self, to: &str) -> Result<(), &'static str> {
        let address = address(to).ok_or(NO_ADDRESS)?;
        self.syscall("arch=c000003e syscall=42", (4242, 4000), &self.exe());
        self.record("SOCKADDR", &format!("saddr={address}"));
        if to.starts_with('/') {
            let path = format!("item=0 name={} nametype=NORMAL", quoted(to));
            self.record("PATH", &path);
        }
        self.end();
        Ok(())
    }

    fn exe(&self) -> String {
        let first = self.process.argv.first().map_or("", String::as_str);
        match &self.process.exe {
            Some(exe) => exe.clone(),
            None if first.starts_with('/') => first.to_owned(),
            None => format!("/usr/bin/{first}"),
        }
    }

    fn syscall(&mut self, head: &str, ids: (u32, u32), exe: &str) {
        let (own, parent) = ids;
        let uid = self.process.uid.as_deref().unwrap_or("1001");
        let auid = self.process.auid.as_deref().unwrap_or(uid);
        let comm: String = exe
            .rsplit('/')
            .next()
            .unwrap_or(exe)
            .chars()
            .take(15)
            .collect();
        let line = format!(
            "{head} success=yes exit=0 ppid={parent} pid={own} auid={auid} uid={uid} gid={uid} euid={uid} suid={uid} \
             fsuid={uid} egid={uid} sgid={uid} fsgid={uid} tty=pts0 ses=7 comm={} exe={} key=\"test\"",
            quoted(&comm),
            quoted(exe)
        );
        self.record("SYSCALL", &line);
    }

    /// What every event has.
    fn end(&mut self) {
        let cwd = self.process.cwd.as_deref().unwrap_or("/");
        self.record("CWD", &format!("cwd={}", quoted(cwd)));
        self.record("EOE", "");
        self.serial += 1;
    }

    fn record(&mut self, kind: &str, rest: &str) {
        let node = self.process.host.as_deref().unwrap_or("host1");
        let serial = self.serial;
        let _ = writeln!(
            self.out,
            "node={node} type={kind} msg=audit(1785578400.{serial}:{serial}): {rest}"
        );
    }
}

/// As the kernel writes text of others: hex where quotes would not hold it.
fn quoted(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'"';
    if text.bytes().all(plain) {
        format!("\"{text}\"")
    } else {
        hex(text.as_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        let _ = write!(out, "{byte:02X}");
    }
    out
}

/// A `sockaddr` in hex.
fn address(to: &str) -> Option<String> {
    if to.starts_with('/') {
        return Some(format!("0100{}00", hex(to.as_bytes())));
    }
    let (host, port) = to.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Some(match host.parse().ok()? {
        IpAddr::V4(ip) => format!("0200{port:04X}{}{}", hex(&ip.octets()), "0".repeat(16)),
        IpAddr::V6(ip) => format!("0A00{port:04X}00000000{}00000000", hex(&ip.octets())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_the_kernel_does() {
        for (to, hex) in [
            ("/a", "01002F6100"),
            ("127.0.0.1:2375", "020009477F0000010000000000000000"),
            (
                "[::1]:6443",
                "0A00192B000000000000000000000000000000000000000100000000",
            ),
        ] {
            assert_eq!(address(to).as_deref(), Some(hex), "{to}");
        }
        for to in ["a", "a:1", "1.2.3.4", "1.2.3.4:99999"] {
            assert_eq!(address(to), None, "{to}");
        }
    }

    #[test]
    fn words_with_blanks_and_quotes_are_hex() {
        assert_eq!(quoted("get"), "\"get\"");
        assert_eq!(quoted("a b"), "612062");
        assert_eq!(quoted("a\"b"), "612262");
    }
}
