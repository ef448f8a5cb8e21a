//! The rows and labels that every sensor on a host fills.
//!
//! They are macros, as rows name the facts of their family. The facts have the
//! methods that are called here, and a method `value` that redacts.

/// The rows of a process and its ancestors on one side of an event, as many as
/// [`ANCESTORS_MAX`](crate::limits::ANCESTORS_MAX) says.
macro_rules! process_rows {
    ($path:literal, $side:expr) => {
        $crate::host::process_rows!(@depths $path, $side,
            0 "" "the process",
            1 ".parent_process" "its parent",
            2 ".parent_process.parent_process" "the parent of that",
            3 ".parent_process.parent_process.parent_process" "one further up",
            4 ".parent_process.parent_process.parent_process.parent_process" "one further up",
            5 ".parent_process.parent_process.parent_process.parent_process.parent_process"
                "one further up",
            6 ".parent_process.parent_process.parent_process.parent_process.parent_process.parent_process"
                "one further up",
            7 ".parent_process.parent_process.parent_process.parent_process.parent_process.parent_process.parent_process"
                "one further up",
            8 ".parent_process.parent_process.parent_process.parent_process.parent_process.parent_process.parent_process.parent_process"
                "one further up"
        )
    };
    (@depths $path:literal, $side:expr, $($depth:literal $below:literal $who:literal),+) => {
        &[$(
            row(concat!($path, $below, ".pid"), concat!($who, ": its pid"), |f| {
                f.value(f.process($side, $depth).map(|process| &*process.pid))
            }),
            row(
                concat!($path, $below, ".file.full_path"),
                concat!($who, ": the path of its program"),
                |f| f.value(f.process($side, $depth).map(|process| &*process.path)),
            ),
            row(
                concat!($path, $below, ".file.names"),
                concat!($who, ": the name that the kernel knows it by, where logged"),
                |f| f.value(f.process($side, $depth).map(|process| &*process.name)),
            ),
            row(
                concat!($path, $below, ".command_line"),
                concat!($who, ": its arguments joined by spaces"),
                |f| f.value(f.process($side, $depth).map(|process| &*process.command_line)),
            ),
            row(
                concat!($path, $below, ".product_specific_process_id"),
                concat!($who, ": the id that the sensor gives it"),
                |f| f.value(f.process($side, $depth).map(|process| &*process.id)),
            ),
        )+]
    };
}
pub(crate) use process_rows;

/// The labels that host logs share. Their meaning is the same everywhere.
macro_rules! host_labels {
    ($container:literal, $pod:literal) => {
        &[
            label(
                "exec_program",
                "the name of the program, without path and version",
                "path and arguments of a program that was started",
                |f| f.value(f.words().map(|words| words.program.as_str())),
            ),
            label(
                "exec_words",
                "the program and its arguments without flags and their values, joined by spaces",
                "path and arguments of a program that was started",
                |f| f.value(f.words().map(|words| words.words.as_str())),
            ),
            label(
                "path_resolved",
                "the path without `.` and `..`, with `/var/run` followed to `/run`",
                "the path of the file or socket",
                |f| f.resolved_path(),
            ),
            label(
                "net_operation",
                "`listen` for a socket that waits for connections",
                "the call",
                |f| f.net_operation(),
            ),
            label("container_id", "the container's id", $container, |f| {
                f.value(f.container_id())
            }),
            label("container_name", "the container's name", $container, |f| {
                f.value(f.container_name())
            }),
            label(
                "container_image",
                "the container's image",
                $container,
                |f| f.container_image(),
            ),
            label("pod_name", "the pod that the process runs in", $pod, |f| {
                f.value(f.pod_name())
            }),
            label("pod_namespace", "the namespace of that pod", $pod, |f| {
                f.value(f.pod_namespace())
            }),
            label(
                "cwd",
                "the working directory of the process",
                "the process",
                |f| f.value(f.cwd()),
            ),
        ]
    };
}
pub(crate) use host_labels;
