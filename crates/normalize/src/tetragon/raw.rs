//! The event as Tetragon exports it, borrowed from its line.
//!
//! Members are those of its published protocol in their JSON names, and those of
//! the events that only its guide shows (`process_connect` and its like). All
//! kinds of event are read into one shape, as they share most members.

use crate::json::{Scalar, Text, object};

object! {
    /// An exported event. One of the first members holds it, behind a pointer:
    /// in place, all of them would be copied whenever the export is moved.
    Export {
        exec: "process_exec" => Box<Happening<'a>>,
        exit: "process_exit" => Box<Happening<'a>>,
        kprobe: "process_kprobe" => Box<Happening<'a>>,
        tracepoint: "process_tracepoint" => Box<Happening<'a>>,
        lsm: "process_lsm" => Box<Happening<'a>>,
        uprobe: "process_uprobe" => Box<Happening<'a>>,
        usdt: "process_usdt" => Box<Happening<'a>>,
        loader: "process_loader" => Box<Happening<'a>>,
        connect: "process_connect" => Box<Happening<'a>>,
        close: "process_close" => Box<Happening<'a>>,
        accept: "process_accept" => Box<Happening<'a>>,
        listen: "process_listen" => Box<Happening<'a>>,
        dns: "process_dns" => Box<Happening<'a>>,
        http: "process_http" => Box<Happening<'a>>,
        throttle: "process_throttle" => Box<Happening<'a>>,
        rate_limit: "rate_limit_info" => Box<Happening<'a>>,
        node_name: "node_name" => Scalar<'a>,
        cluster_name: "cluster_name" => Scalar<'a>,
        time: "time" => Text<'a>,
    }
}

object! {
    /// What happened.
    Happening {
        process: "process" => RawProcess<'a>,
        parent: "parent" => RawProcess<'a>,
        ancestors: "ancestors" => Vec<RawProcess<'a>>,
        function: "function_name" => Scalar<'a>,
        subsystem: "subsys" => Scalar<'a>,
        event: "event" => Scalar<'a>,
        symbol: "symbol" => Scalar<'a>,
        name: "name" => Scalar<'a>,
        /// The file of a user-space probe or of a loaded library.
        path: "path" => Scalar<'a>,
        args: "args" => Vec<Argument<'a>>,
        result: "return" => Argument<'a>,
        action: "action" => Scalar<'a>,
        return_action: "return_action" => Scalar<'a>,
        policy: "policy_name" => Scalar<'a>,
        message: "message" => Scalar<'a>,
        tags: "tags" => Vec<Scalar<'a>>,
        signal: "signal" => Scalar<'a>,
        status: "status" => Scalar<'a>,
        source_ip: "source_ip" => Scalar<'a>,
        source_port: "source_port" => Scalar<'a>,
        destination_ip: "destination_ip" => Scalar<'a>,
        destination_port: "destination_port" => Scalar<'a>,
        ip: "ip" => Scalar<'a>,
        port: "port" => Scalar<'a>,
        dns: "dns" => Dns<'a>,
        http: "http" => Http<'a>,
    }
}

object! {
    /// A process.
    RawProcess {
        exec_id: "exec_id" => Scalar<'a>,
        parent_exec_id: "parent_exec_id" => Scalar<'a>,
        pid: "pid" => Scalar<'a>,
        uid: "uid" => Scalar<'a>,
        auid: "auid" => Scalar<'a>,
        cwd: "cwd" => Scalar<'a>,
        binary: "binary" => Scalar<'a>,
        arguments: "arguments" => Scalar<'a>,
        flags: "flags" => Scalar<'a>,
        docker: "docker" => Scalar<'a>,
        pod: "pod" => Pod<'a>,
        user: "user" => Named<'a>,
    }
}

object! {
    /// The pod of a process.
    Pod {
        namespace: "namespace" => Scalar<'a>,
        name: "name" => Scalar<'a>,
        workload: "workload" => Scalar<'a>,
        workload_kind: "workload_kind" => Scalar<'a>,
        container: "container" => Container<'a>,
    }
}

object! {
    /// The container of a process.
    Container {
        id: "id" => Scalar<'a>,
        name: "name" => Scalar<'a>,
        image: "image" => Image<'a>,
    }
}

object! {
    /// The image of a container.
    Image {
        id: "id" => Scalar<'a>,
        name: "name" => Scalar<'a>,
    }
}

object! {
    /// A user or a kernel module by its name.
    Named {
        name: "name" => Scalar<'a>,
    }
}

object! {
    /// An argument of a probed function: one of these.
    Argument {
        string: "string_arg" => Scalar<'a>,
        int: "int_arg" => Scalar<'a>,
        file: "file_arg" => File<'a>,
        path: "path_arg" => File<'a>,
        program: "linux_binprm_arg" => File<'a>,
        socket: "sock_arg" => Socket<'a>,
        packet: "skb_arg" => Socket<'a>,
        address: "sockaddr_arg" => Address<'a>,
        module: "module_arg" => Named<'a>,
        error: "error_arg" => Fault<'a>,
    }
}

object! {
    /// A file or a path of the kernel.
    File {
        path: "path" => Scalar<'a>,
        flags: "flags" => Scalar<'a>,
    }
}

object! {
    /// A socket of the kernel, or a packet.
    Socket {
        source_ip: "saddr" => Scalar<'a>,
        source_port: "sport" => Scalar<'a>,
        destination_ip: "daddr" => Scalar<'a>,
        destination_port: "dport" => Scalar<'a>,
    }
}

object! {
    /// The address that a call is given; for a socket in the file system its
    /// path stands in place of the IP address.
    Address {
        family: "family" => Scalar<'a>,
        ip: "addr" => Scalar<'a>,
        port: "port" => Scalar<'a>,
    }
}

object! {
    /// The error that a call returned.
    Fault {
        code: "code" => Scalar<'a>,
        message: "message" => Scalar<'a>,
    }
}

object! {
    /// A DNS request or its answer.
    Dns {
        names: "names" => Vec<Scalar<'a>>,
        query: "query" => Scalar<'a>,
    }
}

object! {
    /// An HTTP request.
    Http {
        request: "request" => Request<'a>,
    }
}

object! {
    /// What an HTTP request asks for.
    Request {
        method: "method" => Scalar<'a>,
        host: "host" => Scalar<'a>,
        path: "path" => Scalar<'a>,
        uri: "uri" => Scalar<'a>,
    }
}

/// Which event an export holds.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    Exec,
    Exit,
    /// A probed function of the kernel.
    Kprobe,
    Tracepoint,
    Lsm,
    /// A probed function of a program.
    Uprobe,
    Loader,
    Connect,
    Close,
    Accept,
    Listen,
    Dns,
    Http,
    /// Tetragon says that events are missing.
    Missing,
}

impl<'a> Export<'a> {
    /// The event, its name and its shape.
    pub(super) fn happening(&self) -> Option<(Shape, &'static str, &Happening<'a>)> {
        let members = [
            (Shape::Exec, "process_exec", &self.exec),
            (Shape::Exit, "process_exit", &self.exit),
            (Shape::Kprobe, "process_kprobe", &self.kprobe),
            (Shape::Tracepoint, "process_tracepoint", &self.tracepoint),
            (Shape::Lsm, "process_lsm", &self.lsm),
            (Shape::Uprobe, "process_uprobe", &self.uprobe),
            (Shape::Uprobe, "process_usdt", &self.usdt),
            (Shape::Loader, "process_loader", &self.loader),
            (Shape::Connect, "process_connect", &self.connect),
            (Shape::Close, "process_close", &self.close),
            (Shape::Accept, "process_accept", &self.accept),
            (Shape::Listen, "process_listen", &self.listen),
            (Shape::Dns, "process_dns", &self.dns),
            (Shape::Http, "process_http", &self.http),
            (Shape::Missing, "process_throttle", &self.throttle),
            (Shape::Missing, "rate_limit_info", &self.rate_limit),
        ];
        let mut members = members.into_iter();
        members.find_map(|(shape, name, member)| Some((shape, name, member.as_deref()?)))
    }
}

/// The text of an optional member; an empty one says nothing.
pub(super) fn text<'t>(member: Option<&'t Scalar<'_>>) -> Option<&'t str> {
    member.map(Scalar::as_str).filter(|text| !text.is_empty())
}
