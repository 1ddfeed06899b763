//! Keys are changed under a living office: nothing is lost wherever it is stopped, nothing else changes, and nobody goes on with an old key.

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;

use jingling::desk::Account;
use jingling::keys::{Keyring, file};
use jingling::store::audit::{self, Walk};
use jingling::store::draft::{self, Of};
use jingling::store::staff::{self, StaffCard, StaffError};
use jingling::store::{Db, Store, StoreError, journal, reseal, slip};

use crate::place::Place;
use crate::privacy::{VISITED, lived};
use crate::world::{OFFICE, World, differences, hours, key_file};

/// Every table with a column for something sealed, as the database itself tells.
async fn sealed_tables(db: &Db) -> Vec<String> {
    let text = if db.is_sqlite() {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'sealed' ORDER BY m.name"
    } else {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'sealed' ORDER BY CAST(table_name AS TEXT) COLLATE \"C\""
    };
    db.fetch(text, vec![]).await.unwrap().iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

async fn head(store: &Store) -> String {
    match audit::walk(store, None, |_| ()).await.unwrap() {
        Walk::Whole { entries, head } => format!("{entries}:{head}"),
        broken @ Walk::Broken { .. } => panic!("{broken:?}"),
    }
}

async fn rebuilds(store: &Store) {
    let copy = Place::file().await;
    let again = Store::new(copy.db.clone(), OFFICE, store.keys.clone());
    jingling::rebuild::rebuild(store, &again, |_| ()).await.unwrap();
    assert_eq!(differences(store, &again, &[]).await, [""; 0]);
    copy.clear().await;
}

fn with_keys_of(store: &Store, path: &Path) -> Store {
    Store::new(store.db.clone(), OFFICE, Arc::new(Keyring::load(path, OFFICE).unwrap()))
}

const DRAFT: Of<'static> = Of { staff: 1, no: 2_026_000_001, form: "/核实" };

#[tokio::test]
async fn no_table_with_something_sealed_is_forgotten() {
    for place in Place::all().await {
        let mut known: Vec<&str> = reseal::tables().collect();
        known.sort_unstable();
        assert_eq!(sealed_tables(&place.db).await, known);
        place.clear().await;
    }
}

#[tokio::test]
async fn stopped_between_strides_and_run_again_nothing_is_lost_and_nothing_else_changes() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        let no = lived(&world).await;
        let logged = world.desk.hear("石榴", Account::Console, "/记录 登记 培训 今天 对象=各乡镇 内容=平台操作 结果=到会21人").await.to_string();
        assert!(logged.contains("已登记"), "{logged}");
        for n in 0..230 {
            staff::set_passphrase(&world.store, hours(3), "白杨", format!("hash {n}")).await.unwrap();
        }
        let typed = [("情况".to_owned(), VISITED.to_owned())].into();
        draft::save(world.store.turn().await.unwrap(), hours(3), DRAFT, &typed).await.unwrap();

        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keys.toml");
        std::fs::write(&path, key_file(1)).unwrap();
        let before = head(&world.store).await;
        assert_eq!(file::add(&path).unwrap(), 2);
        let newer = with_keys_of(&world.store, &path);
        reseal::put_in_force(&newer).await.unwrap();
        let (rows, done) = reseal::reseal(&newer, 1, |_| ()).await.unwrap();
        assert_eq!((rows, done), (100, false));

        // stopped there: both keys are at work, everything opens, the office may go on with the new file
        let newer = with_keys_of(&world.store, &path);
        assert_eq!(reseal::counts(&place.db).await.unwrap().keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(head(&newer).await, before);
        rebuilds(&newer).await;
        staff::set_passphrase(&newer, hours(4), "白杨", "new".to_owned()).await.unwrap();
        let before = head(&newer).await;

        // the service that was not stopped writes nothing more, and says why
        let refused = staff::set_passphrase(&world.store, hours(4), "白杨", "old".to_owned()).await.unwrap_err();
        assert!(matches!(&refused, StaffError::Store(StoreError::Key(_))) && refused.to_string().contains("已经更换成 2 号"), "{refused}");

        let mut strides = 0;
        while !reseal::reseal(&newer, 1, |_| ()).await.unwrap().1 {
            strides += 1;
            assert!(strides < 100);
        }
        let (rows, done) = reseal::reseal(&newer, usize::MAX, |_| ()).await.unwrap();
        assert_eq!((rows, done), (0, true));
        assert_eq!(reseal::counts(&place.db).await.unwrap().keys().copied().collect::<Vec<_>>(), [2]);
        file::settled(&path).unwrap();
        file::drop_key(&path, 1).unwrap();
        let newest = with_keys_of(&world.store, &path);
        assert_eq!(head(&newest).await, before);
        rebuilds(&newest).await;
        assert!(slip::of(&newest, no).await.unwrap()[0].text.contains(VISITED));
        assert_eq!(draft::get(&newest, hours(3) + TimeDelta::hours(1), DRAFT).await.unwrap(), typed);
        place.clear().await;
    }
}

#[tokio::test]
async fn with_the_keys_of_another_database_nothing_is_sealed_anew() {
    let place = Place::file().await;
    let world = World::begin(&place).await;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("keys.toml");
    Keyring::create(&path).unwrap();
    file::add(&path).unwrap();
    let wrong = with_keys_of(&world.store, &path);
    let refused = reseal::reseal(&wrong, usize::MAX, |_| ()).await.unwrap_err().to_string();
    assert!(refused.contains("table journal") && refused.contains("内容打不开"), "{refused}");
    assert_eq!(reseal::counts(&place.db).await.unwrap().keys().copied().collect::<Vec<_>>(), [1]);
    assert!(journal::read(&world.store, 0, 1).await.unwrap()[0].open(OFFICE, &world.store.keys).is_ok());
    place.clear().await;
}

#[tokio::test]
async fn a_person_entered_under_the_old_key_is_known_under_the_new_one() {
    let place = Place::file().await;
    let world = World::begin(&place).await;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("keys.toml");
    std::fs::write(&path, key_file(1)).unwrap();
    file::add(&path).unwrap();
    let newer = with_keys_of(&world.store, &path);
    reseal::put_in_force(&newer).await.unwrap();
    assert!(reseal::reseal(&newer, usize::MAX, |_| ()).await.unwrap().1);
    let id_no = Some(crate::world::IDS[0].to_owned());
    let card =
        StaffCard { name: "红枫".to_owned(), section: "budget".to_owned(), title: String::new(), permissions: vec![], email: None, id_no, phone: None };
    assert!(matches!(staff::add(&newer, hours(1), &card).await, Err(StaffError::PersonTaken(name)) if name == "石榴"));
    place.clear().await;
}
