//! `net.ip_in_range_cidr`: whether an address lies in a subnet.

use std::net::IpAddr;

use ipnet::IpNet;

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "net.ip_in_range_cidr",
    params: &[
        required("ip", Accepts::Str),
        required("range", Accepts::Str),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether an IP address lies in a subnet.",
    details: "Both versions of IP. Bits of the range beyond its prefix do not count. An IPv4 \
              address in IPv6 dress (`::ffff:192.0.2.1`) is looked for in IPv4 ranges as well. \
              What is no address, or no range with a prefix length, gives false.",
    examples: &[
        example(
            &[Lit::Str("192.0.2.7"), Lit::Str("192.0.2.0/24")],
            Lit::Bool(true),
        ),
        example(
            &[Lit::Str("2001:db8::7"), Lit::Str("2001:db8::/32")],
            Lit::Bool(true),
        ),
        edge(
            &[Lit::Str("192.0.3.7"), Lit::Str("192.0.2.0/24")],
            Lit::Bool(false),
            "outside",
        ),
        edge(
            &[Lit::Str("192.0.2.7"), Lit::Str("192.0.2.99/24")],
            Lit::Bool(true),
            "bits beyond the prefix",
        ),
        edge(
            &[Lit::Str("::ffff:192.0.2.7"), Lit::Str("192.0.2.0/24")],
            Lit::Bool(true),
            "IPv4 in IPv6 dress",
        ),
        edge(
            &[Lit::Str("2001:db8::7"), Lit::Str("0.0.0.0/0")],
            Lit::Bool(false),
            "another version of IP",
        ),
        edge(
            &[Lit::Str("host"), Lit::Str("0.0.0.0/0")],
            Lit::Bool(false),
            "no address",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("0.0.0.0/0")],
            Lit::Bool(false),
            "an unset field",
        ),
        edge(
            &[Lit::Str("192.0.2.7"), Lit::Str("192.0.2.7")],
            Lit::Bool(false),
            "no prefix length",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let (ip, range) = (text(args, 0), text(args, 1));
    let (Ok(ip), Ok(range)) = (ip.parse::<IpAddr>(), range.parse::<IpNet>()) else {
        return Value::Bool(false);
    };
    Value::Bool(range.contains(&ip) || range.contains(&ip.to_canonical()))
}
