//! Reference lists for test rules, given as `(file name, text)`.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::lists::{List, ListKind};

/// The lists by name; the ending of the file name tells the kind.
pub(crate) fn parse<'t>(
    files: impl IntoIterator<Item = (&'t str, String)>,
) -> BTreeMap<String, Arc<List>> {
    let mut lists = BTreeMap::new();
    for (file, text) in files {
        let (name, ending) = file.rsplit_once('.').expect("a list file has an ending");
        let kind = ListKind::from_ending(ending).expect("the ending is txt, regex or cidr");
        let (list, errors) = List::parse(name, kind, &text);
        assert!(errors.is_empty(), "{file}: {errors:?}");
        lists.insert(name.to_owned(), Arc::new(list));
    }
    lists
}
