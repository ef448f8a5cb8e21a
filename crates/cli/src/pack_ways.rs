//! What feeds the rules of the pack, written by a test when `YARAL_UPDATE` is set,
//! since test files are no part of the binary.

use std::collections::BTreeMap;

use yaral_harness::doctor::{Ways, parse};

/// Every rule with tests, and the ways in which they feed it.
const WAYS: &str = include_str!("pack_ways.txt");

/// The ways of the pack's rules, by name.
pub(crate) fn all() -> BTreeMap<String, Ways> {
    parse(WAYS)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use yaral_compiler::Options;
    use yaral_harness::doctor::write;
    use yaral_harness::suite::START;

    use super::*;
    use crate::{commands, pack, pack_tables};

    #[test]
    fn the_list_is_what_the_tests_feed() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let tables = pack_tables::tables(|_: &str| true, START).unwrap();
        let options = Options {
            lists: pack_tables::lists(|_: &str| true),
            tables: tables.tables,
            ..Options::default()
        };
        let mut all = BTreeMap::new();
        for (file, _) in pack::PACK {
            let path = here.join("../../rules").join(file);
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut ways = commands::feeds_of(&path.to_string_lossy(), &options);
            all.extend(ways.remove_entry(&stem));
        }
        let text = write(&all);
        assert_eq!(parse(&text), all);
        if std::env::var_os("YARAL_UPDATE").is_some() {
            fs::write(here.join("src/pack_ways.txt"), &text).unwrap();
        } else {
            assert!(
                WAYS == text,
                "pack_ways.txt differs from the tests below rules/; run with YARAL_UPDATE=1"
            );
        }
    }
}
