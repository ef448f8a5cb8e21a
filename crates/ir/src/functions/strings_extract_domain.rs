//! `strings.extract_domain`: the registered domain in a URL.

use super::prelude::*;
use super::support::url;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.extract_domain",
    params: &[required("url", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Extracts the registered domain from a URL or host name.",
    details: "That is a public suffix with one label before it. The host is found as \
              `strings.extract_hostname` finds it. Public suffixes are those of the list's ICANN \
              part; private ones do not count, so the domain of `foo.us.com` is `us.com`. A host \
              without a known suffix, a suffix alone and an address give the empty string. The \
              list is compiled in and changes with versions. Letters keep their case and nothing \
              is normalized.",
    examples: &[
        example(
            &[Lit::Str("https://google.co.in")],
            Lit::Str("google.co.in"),
        ),
        example(
            &[Lit::Str("https://www.google.com/search?q=x")],
            Lit::Str("google.com"),
        ),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
        edge(&[Lit::Str("1234")], Lit::Str(""), "no host name"),
        edge(&[Lit::Str("\\\\")], Lit::Str(""), "backslashes"),
        edge(
            &[Lit::Str("http://例子.卷筒纸.中国")],
            Lit::Str("卷筒纸.中国"),
            "letters beyond ASCII",
        ),
        edge(
            &[Lit::Str("mailto:?to=&subject=&body=")],
            Lit::Str(""),
            "a URI without a host",
        ),
        edge(
            &[Lit::Str("     \t   !$5*^)&dahgsdfs;http://www.google.com")],
            Lit::Str("google.com"),
            "a URL inside junk",
        ),
        edge(
            &[Lit::Str("test#@google.com")],
            Lit::Str(""),
            "`#` ends the host",
        ),
        edge(
            &[Lit::Str("https://test#@google.com")],
            Lit::Str(""),
            "`#` ends the host",
        ),
        edge(
            &[Lit::Str("foo.us.com")],
            Lit::Str("us.com"),
            "a private suffix does not count",
        ),
        edge(&[Lit::Str("http://192.0.2.1/")], Lit::Str(""), "an address"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let url = source(args, 0);
    let host = url::host(&url);
    match url::domain(&url[host.clone()]) {
        Some(domain) => slice(url, host.start + domain.start..host.start + domain.end),
        None => Value::EMPTY,
    }
}
