//! Data tables as spec pages write them: rows of cells, and a header that says
//! what the columns are.
//!
//! `user, ip:cidr, host:string key mapped=entity.hostname` has a column of
//! strings, one of ranges, and one that is a key and mapped to a field of
//! entities; `repeated` may stand there too. Cells have no commas in them.

use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_udm::{FieldPath, Root};

/// Reads a table.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(name: &str, text: &str) -> Result<Table, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header = lines.next().ok_or("a table begins with its columns")?;
    let specs: Result<Vec<_>, _> = header.split(',').map(column).collect();
    let rows = lines.map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect());
    let (table, errors) = Table::new(name, specs?, rows);
    match errors.into_iter().next() {
        Some(error) => Err(format!(
            "the table {name}, row {}: {}",
            error.row, error.message
        )),
        None => Ok(table),
    }
}

fn column(text: &str) -> Result<ColumnSpec, String> {
    let mut words = text.split_whitespace();
    let first = words.next().ok_or("a column has no name")?;
    let (name, kind) = first.split_once(':').unwrap_or((first, "string"));
    let kind = ColumnKind::from_name(kind).ok_or_else(|| format!("`{kind}` is no type"))?;
    let mut spec = ColumnSpec {
        name: name.to_owned(),
        kind,
        key: false,
        repeated: false,
        mapped: None,
    };
    for word in words {
        match word.split_once('=') {
            None if word == "key" => spec.key = true,
            None if word == "repeated" => spec.repeated = true,
            Some(("mapped", path)) => {
                let path = FieldPath::resolve(Root::Entity, path);
                spec.mapped = Some(path.map_err(|error| error.to_string())?);
            }
            _ => return Err(format!("`{word}` says nothing of a column")),
        }
    }
    Ok(spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_type_their_columns() {
        let text =
            "user, ip:cidr key, host:string repeated mapped=entity.hostname\na, 10.0.0.0/8, x|y\n";
        let table = read("t", text).expect("it is right");
        let [user, ip, host] = table.columns.as_slice() else {
            panic!("three columns")
        };
        assert!(user.spec.kind == ColumnKind::String && !user.spec.key);
        assert!(ip.spec.kind == ColumnKind::Cidr && ip.spec.key);
        assert!(host.spec.repeated && host.spec.mapped.is_some());
        assert_eq!(&*table.rows[0], ["a", "10.0.0.0/8", "x|y"]);
        for text in [
            "",
            "a:ip\n",
            "a odd\n",
            "a mapped=x\n",
            "a:cidr\nb\n",
            "a\nb,c\n",
        ] {
            assert!(read("t", text).is_err(), "{text}");
        }
    }
}
