//! A range of addresses that is none.

use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::{Expr, ExprId};
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::BAD_RANGE,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (at, node) in (0_u32..).zip(&subject.plan.exprs) {
        let Expr::Call { function, args, .. } = &node.expr else {
            continue;
        };
        let [_, range] = args.as_slice() else {
            continue;
        };
        if function.name != "net.ip_in_range_cidr" {
            continue;
        }
        let Some(text) = subject.string(*range) else {
            continue;
        };
        // The list takes single addresses too, the function does not.
        let (_, problems) = List::parse("range", ListKind::Cidr, text);
        if text.contains('/') && problems.is_empty() {
            continue;
        }
        let message = "this is no range of addresses, so no address lies in it";
        let mut one =
            Diagnostic::warning(codes::BAD_RANGE, Some(subject.span(ExprId(at))), message)
                .secondary(
                    subject.span(*range),
                    "an address, `/`, and the number of bits",
                );
        if let Ok(address) = text.parse::<std::net::IpAddr>() {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            one = one.help(format!("the range of one address is `{text}/{bits}`"));
        }
        found.push(one);
    }
}
