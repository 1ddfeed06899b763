//! Migrations go forward over the rows of the version before, and both dialects end with the same tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use jingling::binds;
use jingling::store::{Bind, Db};

use crate::place::{Place, drop_database, empty_database};

/// Every script of a dialect, in order: file name and text.
fn scripts(dialect: &str) -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())).collect()
}

/// A column: its table, place, name, type as SQLite would call it, and whether it must be filled.
type Column = (String, i64, String, String, bool);

async fn columns(db: &Db) -> BTreeSet<Column> {
    let text = if db.is_sqlite() {
        "SELECT m.name, c.cid, c.name, c.type, c.\"notnull\" FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    } else {
        "SELECT CAST(table_name AS TEXT), CAST(ordinal_position - 1 AS BIGINT), CAST(column_name AS TEXT), CAST(data_type AS TEXT), CAST(CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS BIGINT) FROM information_schema.columns WHERE table_schema = 'public'"
    };
    let rows = db.fetch(text, vec![]).await.unwrap();
    let all = rows.iter().map(|row| {
        let kind = match row.text(3).unwrap() {
            "bigint" => "INTEGER",
            "bytea" => "BLOB",
            "text" => "TEXT",
            other => other,
        };
        (row.text(0).unwrap().to_owned(), row.int(1).unwrap(), row.text(2).unwrap().to_owned(), kind.to_owned(), row.int(4).unwrap() != 0)
    });
    all.filter(|(table, ..)| table != "_sqlx_migrations").collect()
}

async fn indexes(db: &Db) -> BTreeSet<String> {
    let text = if db.is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    } else {
        "SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%pkey'"
    };
    db.fetch(text, vec![]).await.unwrap().iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

/// One more row in every table there is, told apart by number.
async fn fill(db: &Db, number: i64) {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns(db).await {
        tables.entry(column.0.clone()).or_default().push(column);
    }
    for (table, columns) in tables {
        let names: Vec<&str> = columns.iter().map(|column| column.2.as_str()).collect();
        let row: Vec<Bind> = columns
            .iter()
            .map(|column| match column.3.as_str() {
                "INTEGER" => number.into(),
                "BLOB" => vec![u8::try_from(number).unwrap()].into(),
                _ => number.to_string().into(),
            })
            .collect();
        let mut tx = db.begin().await.unwrap();
        tx.insert(&table, &names, vec![row], "").await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Applies a dialect's scripts one by one over the rows of the ones before; every row must live through all that follow.
async fn forward(db: &Db, dialect: &str) {
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for (number, (file, script)) in (1..).zip(scripts(dialect)) {
        for statement in script.split(";\n").filter(|statement| !statement.trim().is_empty()) {
            db.execute(statement.to_owned(), vec![]).await.unwrap_or_else(|failure| panic!("{dialect}/{file}: {failure}\n{statement}"));
        }
        fill(db, number).await;
        for (table, ..) in columns(db).await.into_iter().filter(|column| column.1 == 0) {
            *expected.entry(table).or_default() += 1;
        }
    }
    for (table, rows) in expected {
        let counted = db.fetch(format!("SELECT COUNT(*) FROM {table} WHERE $1 = $1"), binds![1]).await.unwrap()[0].int(0).unwrap();
        assert_eq!(counted, rows, "{dialect}: rows of {table}");
    }
}

#[test]
fn both_dialects_have_the_same_files_numbered_without_gaps() {
    let names: Vec<String> = scripts("sqlite").into_keys().collect();
    assert_eq!(names, scripts("postgres").into_keys().collect::<Vec<_>>());
    for (number, name) in (1..).zip(&names) {
        assert!(name.starts_with(&format!("{number:04}_")), "{name}");
    }
}

#[tokio::test]
async fn each_migration_goes_over_the_rows_of_the_one_before() {
    let home = tempfile::tempdir().unwrap();
    let file = Db::connect(&format!("sqlite:{}", home.path().join("forward.db").display())).await.unwrap();
    forward(&file, "sqlite").await;
    // what the program applies by itself is all of them
    let opened = Place::file().await;
    assert_eq!(columns(&file).await, columns(&opened.db).await);
    assert_eq!(indexes(&file).await, indexes(&opened.db).await);
    if let Some(url) = empty_database().await {
        let server = Db::connect(&url).await.unwrap();
        forward(&server, "postgres").await;
        assert_eq!(columns(&server).await, columns(&file).await);
        assert_eq!(indexes(&server).await, indexes(&file).await);
        server.close().await;
        drop_database(&url).await;
    }
}

#[tokio::test]
async fn opening_twice_changes_nothing() {
    for place in Place::all().await {
        let before = columns(&place.db).await;
        let again = Db::open(&place.url).await.unwrap();
        assert_eq!(columns(&again).await, before);
        again.close().await;
        place.clear().await;
    }
}
