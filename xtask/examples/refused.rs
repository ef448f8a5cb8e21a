use std::collections::BTreeMap;
use xtask::differential::pair::rule_of;
fn main() {
    let mut codes: BTreeMap<String, (u64, String, String)> = BTreeMap::new();
    let (mut n, mut bad) = (0, 0);
    for r in 0..4000u64 {
        let rule = rule_of(r * 8);
        let text = rule.text();
        let mut options = yaral_compiler::Options::default();
        for (k, v) in &rule.switches {
            options.semantics.set(k, v).unwrap();
        }
        let c = yaral_compiler::compile(&text, &options);
        n += 1;
        if c.rules.first().is_none_or(|r| r.plan.is_none()) {
            bad += 1;
            for d in c.diagnostics.iter().filter(|d| d.is_error()).take(1) {
                let e = codes
                    .entry(format!(
                        "{} {}",
                        d.code.0,
                        d.message.chars().take(60).collect::<String>()
                    ))
                    .or_insert((0, text.clone(), format!("{d:?}")));
                e.0 += 1;
            }
        }
    }
    println!("{bad} of {n}");
    let mut all: Vec<_> = codes.into_iter().collect();
    all.sort_by_key(|x| std::cmp::Reverse(x.1.0));
    for (c, (k, t, d)) in all.iter().take(14) {
        println!("{k} {c}\n{t}\n{d}\n");
    }
}
