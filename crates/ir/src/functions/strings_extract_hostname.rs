//! `strings.extract_hostname`: the host in a URL.

use super::prelude::*;
use super::support::url;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.extract_hostname",
    params: &[required("url", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Extracts the host name from a URL or something like one.",
    details: "The host follows the first `://`, or stands at the start; it ends at `/`, `\\`, `?` \
              or `#`. A user name before `@` and a port are left out; an IPv6 address keeps its \
              brackets. Whether the host could exist is not checked, and letters keep their case.",
    examples: &[
        example(
            &[Lit::Str("https://www.google.com/search?q=x")],
            Lit::Str("www.google.com"),
        ),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
        edge(&[Lit::Str("1234")], Lit::Str("1234"), "no URL"),
        edge(&[Lit::Str("\\\\")], Lit::Str(""), "backslashes"),
        edge(
            &[Lit::Str("http://例子.卷筒纸.中国")],
            Lit::Str("例子.卷筒纸.中国"),
            "letters beyond ASCII",
        ),
        edge(
            &[Lit::Str("mailto:?to=&subject=&body=")],
            Lit::Str("mailto"),
            "a URI without a host",
        ),
        edge(
            &[Lit::Str("     \t   !$5*^)&dahgsdfs;http://www.google.com")],
            Lit::Str("www.google.com"),
            "a URL inside junk",
        ),
        edge(
            &[Lit::Str("test#@google.com")],
            Lit::Str("test"),
            "`#` ends the host",
        ),
        edge(
            &[Lit::Str("https://test#@google.com")],
            Lit::Str("test"),
            "`#` ends the host",
        ),
        edge(
            &[Lit::Str("https://user:pw@[2001:db8::1]:8443/x")],
            Lit::Str("[2001:db8::1]"),
            "user, IPv6 and port",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let url = source(args, 0);
    let host = url::host(&url);
    slice(url, host)
}
