//! Which rules of the pack are tested: one path a line, sorted, written by a
//! test when `YARAL_UPDATE` is set, since test files are no part of the binary.

/// Every rule of the pack that has a positive and a negative test.
const TESTED: &str = include_str!("pack_tested.txt");

/// Whether a rule of the pack is tested, by its path below `rules/`.
pub(crate) fn is_tested(file: &str) -> bool {
    TESTED.lines().any(|line| line == file)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::commands::is_tested_on_disk;

    #[test]
    fn the_list_is_what_the_tree_says() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut lines = String::new();
        for (file, _) in crate::pack::PACK {
            let path = here.join("../../rules").join(file);
            if is_tested_on_disk(&path.to_string_lossy()) {
                lines.push_str(file);
                lines.push('\n');
            }
        }
        if std::env::var_os("YARAL_UPDATE").is_some() {
            fs::write(here.join("src/pack_tested.txt"), &lines).unwrap();
        } else {
            assert!(
                super::TESTED == lines,
                "pack_tested.txt differs from the tests below rules/; run with YARAL_UPDATE=1"
            );
        }
    }
}
