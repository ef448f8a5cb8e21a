//! A process of a host acted.
//!
//! The number of a process is given to another one some time after it ended; the
//! first line therefore shows since when it runs, and the only line that changes
//! anything can be taken back.

use super::super::scene::{Family, Scene};
use super::{Commands, Line, Step};

/// Numbers of processes. The first process is the host itself, to `kill` 0 is
/// everybody, and a number that overflows could be -1, which is everybody too;
/// Linux has none from here on.
const PIDS: std::ops::Range<u32> = 2..4_194_304;

/// Shows the process and its record, keeps what the kernel knows of it, and halts
/// it. Of one in a container the container is shown too.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if scene.family != Family::Host {
        return;
    }
    let pid = scene
        .process
        .as_ref()
        .and_then(|process| process.pid.parse::<u32>().ok());
    if let Some(pid) = pid.filter(|pid| PIDS.contains(pid)) {
        let columns = "ps -o pid,ppid,user,lstart,args";
        commands.add(Step::Look, Line::new(columns).number("-p ", pid));
        let links = Line::new("ls -l").number("/proc/", pid);
        commands.add(Step::Preserve, links);
        commands.add(Step::Isolate, Line::new("kill -STOP").number("", pid));
    }
    let serial = scene
        .serial
        .as_deref()
        .and_then(|text| text.rsplit(':').next());
    if let Some(serial) = serial.and_then(|serial| serial.parse().ok()) {
        commands.add(
            Step::Preserve,
            Line::new("ausearch -i").number("-a ", serial),
        );
    }
    if let Some(id) = scene.container_id.as_deref() {
        let inspect = if scene.pod.is_some() {
            "crictl inspect"
        } else {
            "docker diff"
        };
        commands.add(Step::Preserve, Line::new(inspect).operand(id));
    }
}
