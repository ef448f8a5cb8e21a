//! Tables in folders of both layouts, and folders that are no good.

use std::fs;

use yaral_ir::value::Value;

use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn load(folder: &Path) -> Result<LoadedTables, TablesError> {
    load_tables(folder, Timestamp::parse("2026-08-01T12:00:00Z").unwrap())
}

fn said(loaded: &LoadedTables) -> Vec<(usize, &str)> {
    let problems = loaded.problems.iter();
    problems
        .map(|problem| (problem.line, problem.message.as_str()))
        .collect()
}

#[test]
fn names_stand_in_the_first_row_and_types_beside() {
    let dir = folder(&[
        (
            "users.csv",
            "user, from ,limit\r\nalice,10.0.0.0/8,3\r\nbob,,2.5\r\n",
        ),
        (
            "users.yaml",
            "columns:\n- name: from\n  type: cidr\n- name: limit\n  type: number\n  key: true\n",
        ),
        ("plain.csv", "a,b\nx,y\n"),
        ("README.md", "x"),
    ]);
    let loaded = load(dir.path()).unwrap();
    assert_eq!(said(&loaded), []);
    let users = &loaded.tables["users"];
    let kinds: Vec<_> = users
        .columns
        .iter()
        .map(|c| (c.spec.name.as_str(), c.spec.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("user", ColumnKind::String),
            ("from", ColumnKind::Cidr),
            ("limit", ColumnKind::Number)
        ]
    );
    assert!(users.columns[2].spec.key && users.rows.len() == 2);
    assert!(
        users.columns[1]
            .list
            .contains(&Value::str("10.1.2.3"), false)
    );
    assert_eq!(loaded.tables["plain"].rows.len(), 1);
    assert!(loaded.ignored.len() == 1 && loaded.files.len() == 3);
}

#[test]
fn the_content_manager_layout_is_read_as_it_is() {
    let config = "nets:\n  columns:\n  - column_index: 0\n    column_type: CIDR\n    key_column: null\n    \
                  mapped_column_path: null\n    original_column: net\n  - column_index: 1\n    column_type: STRING\n    \
                  original_column: site\n  description: 'x: y'\n  rules: null\ngone:\n  columns: []\n";
    let files = [
        (CONFIG, config),
        ("data_tables/nets.csv", "10.0.0.0/8,home\nnowhere,x\n"),
        ("data_tables/loose.csv", "a\n1\n"),
    ];
    let dir = folder(&files);
    for path in [dir.path().to_owned(), dir.path().join(FOLDER)] {
        let loaded = load(&path).unwrap();
        let nets = &loaded.tables["nets"];
        assert_eq!(nets.rows.len(), 1);
        assert_eq!(nets.columns[1].spec.name, "site");
        // Without a description the first row is that of names, as everywhere.
        assert_eq!(loaded.tables["loose"].columns[0].spec.name, "a");
        let said = said(&loaded);
        assert!(
            said.len() == 2 && said[0].0 == 2 && said[1].1.contains("gone"),
            "{said:?}"
        );
    }
    let named = folder(&[
        (CONFIG, config),
        ("data_tables/nets.csv", "net,site\n10.0.0.0/8,home\n"),
    ]);
    let loaded = load(named.path()).unwrap();
    assert_eq!(loaded.tables["nets"].rows.len(), 1);
}

#[test]
fn rows_that_cannot_be_used_are_told_with_their_line() {
    let dir = folder(&[
        (
            "t.csv",
            "net,n\n10.0.0.0/8,1\n\n\"a\nb\",2\n10.0.0.1,1,2\n10.0.0.2,x\n\"open,1\n10.9.9.9\n",
        ),
        (
            "t.yaml",
            "columns:\n- name: net\n  type: cidr\n- name: n\n  type: number\n- name: gone\n  colour: red\n",
        ),
        ("lonely.yml", "columns:\n"),
    ]);
    let loaded = load(dir.path()).unwrap();
    let table = &loaded.tables["t"];
    assert_eq!(table.rows.len(), 1);
    let lines: Vec<usize> = loaded.problems.iter().map(|problem| problem.line).collect();
    // The unknown key, the described column, four rows, the file without a table.
    assert_eq!(lines, [7, 1, 4, 6, 7, 8, 0], "{:?}", loaded.problems);
    assert!(loaded.problems[6].file.ends_with("lonely.yml"));
}

#[test]
fn what_cannot_be_used_at_all_is_an_error() {
    let big = "x\n".repeat(TABLE_BYTES_MAX / 4 + 1);
    for (files, says) in [
        (vec![("a.csv", "")], "first row"),
        (vec![("a.csv", "x,y,x\n")], "twice"),
        (
            vec![
                ("a.csv", "x\n"),
                ("a.yaml", "columns:\n- name: x\n  type: ip\n"),
            ],
            "line 3",
        ),
        (
            vec![("a.csv", "x\n"), ("a.yaml", ""), ("a.yml", "")],
            "same table",
        ),
        (
            vec![("a.csv", big.as_str()), ("b.csv", big.as_str())],
            "bytes together",
        ),
        (
            vec![("data_tables/a.csv", "x\n"), (CONFIG, "a: [")],
            "line 1",
        ),
    ] {
        let message = load(folder(&files).path()).unwrap_err().to_string();
        assert!(message.contains(says), "{says}: {message}");
    }
    let dir = folder(&[]);
    fs::write(dir.path().join("a.csv"), b"x\n\xff\n").unwrap();
    assert!(load(dir.path()).unwrap_err().to_string().contains("UTF-8"));
    assert!(load(Path::new("/nonexistent/tables")).is_err());
}

#[test]
fn rows_live_from_their_first_day_to_their_last() {
    let rows = "key,owner,reason,starts,expires\n\
                old,a,b,,2026-07-31\n\
                today,a,b,2026-08-01,2026-08-01\n\
                [,a,b,,\n\
                next,a,b,2026-08-02,\n\
                always,a,b,,\n";
    let plain = "host,expires\nx,never\n";
    let asked = "columns:\nexpiry: true\n";
    let dir = folder(&[
        ("allow.csv", rows),
        ("allow.yaml", "columns:\n- name: key\n  type: regex\n"),
        ("plain.csv", plain),
        ("asked.csv", "host,expires\nx,2020-01-01\n"),
        ("asked.yaml", asked),
        ("kept.csv", "owner,reason,expires\na,b,on demand\n"),
        ("kept.yaml", "expiry: false\n"),
    ]);
    let loaded = load(dir.path()).unwrap();
    let keys: Vec<_> = loaded.tables["allow"]
        .rows
        .iter()
        .map(|row| &*row[0])
        .collect();
    assert_eq!(keys, ["today", "always"]);
    assert_eq!(loaded.places["allow"].lines, [3, 6]);
    let dead = loaded.dead.iter();
    let dead: Vec<_> = dead.map(|row| (&*row.table, row.line, row.why)).collect();
    let wanted = [
        ("allow", 2, Dead::Expired),
        ("allow", 5, Dead::NotYet),
        ("asked", 2, Dead::Expired),
    ];
    assert_eq!(dead, wanted);
    assert_eq!(
        loaded.dead[0].cells[0],
        ("key".to_owned(), "old".to_owned())
    );
    // A table of another kind may have such a column with anything in it.
    assert_eq!(loaded.tables["plain"].rows.len(), 1);
    assert_eq!(loaded.tables["kept"].rows.len(), 1);
    assert_eq!(said(&loaded).len(), 1);
}

#[test]
fn a_time_that_is_none_is_an_error_with_its_line() {
    for (files, says) in [
        (
            vec![(
                "a.csv",
                "owner,reason,expires\nx,y,2027-01-01\n\nx,y,soon\n",
            )],
            "a.csv`, line 4: `soon` in `expires` is no date",
        ),
        (
            vec![("a.csv", "x\n1\n"), ("a.yaml", "expiry: true\n")],
            "`expiry: true` needs a column",
        ),
        (
            vec![("a.csv", "x\n1\n"), ("a.yaml", "expiry: often\n")],
            "true or false",
        ),
    ] {
        let message = load(folder(&files).path()).unwrap_err().to_string();
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn tables_within_a_program_are_read_as_those_of_a_folder() {
    let at = Timestamp::parse("2026-08-01T12:00:00Z").unwrap();
    let files = [
        ("pack/a.csv", "key,n\n^x$,1\n"),
        ("pack/a.yaml", "columns:\n- name: key\n  type: regex\n"),
        ("pack/b.csv", "owner,reason,expires\nx,y,2026-07-01\n"),
    ];
    let loaded = embedded_tables(&files, at).unwrap();
    assert_eq!(loaded.tables["a"].columns[0].spec.kind, ColumnKind::Regex);
    assert_eq!((loaded.tables.len(), loaded.dead.len()), (2, 1));
    assert!(embedded_tables(&[("a.csv", "")], at).is_err());
}

#[test]
fn tables_max() {
    let names: Vec<String> = (0..=TABLES_MAX).map(|at| format!("t{at}.csv")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "a\n")).collect();
    assert!(
        load(folder(&files).path())
            .unwrap_err()
            .to_string()
            .contains("more than")
    );
    assert_eq!(
        load(folder(&files[1..]).path()).unwrap().tables.len(),
        TABLES_MAX
    );
}
