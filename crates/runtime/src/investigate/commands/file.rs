//! A file of a host was opened.

use super::super::quote::Reading;
use super::super::scene::{Family, Scene};
use super::runtime_socket::is_socket;
use super::{Commands, Line, Step};

/// Shows whose file it is and who else opened it; never what is in it.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    let path = scene
        .file
        .as_deref()
        .filter(|_| scene.family == Family::Host);
    let Some(path) = path.filter(|path| path.starts_with('/') && !is_socket(path)) else {
        return;
    };
    commands.add(Step::Look, Line::new("stat").operand(path));
    if scene.serial.is_some() {
        let others = Line::new("ausearch -i -f").name("", path, Reading::Plain);
        commands.add(Step::Look, others);
    }
}
