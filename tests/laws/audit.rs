//! Whoever touches the journal, whatever column and however carefully, is found, and the first broken link is named.

use jingling::binds;
use jingling::store::audit::{self, Walk};
use jingling::store::journal::{self, SealedEntry};
use jingling::store::{Bind, Db, Store, staff};

use crate::place::Place;
use crate::tale::independent;
use crate::world::{OFFICE, Parcel, World, hours, keyring};

/// The entry that is tampered with.
const AT: i64 = 5;

const BEFORE: &str = "与前一条接不上:时间、种类、经办人或校验值被改动过";
const OPENED: &str = "内容打不开:被改动过,或密钥不对";
const MISSING: &str = "缺少这一条";
const HEAD: &str = "链头与最后一条对不上:末尾的记录被删去或改动过";

async fn walk(store: &Store) -> Walk {
    audit::walk(store, None, |_| ()).await.unwrap()
}

fn broken(seq: i64, reason: &str) -> Walk {
    Walk::Broken { seq, reason: reason.to_owned() }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

/// Puts these entries in the place of the whole journal, and their end at the head if asked.
async fn replace(store: &Store, entries: &[SealedEntry], move_head: bool) {
    let mut tx = store.db.begin().await.unwrap();
    tx.execute("DELETE FROM journal", vec![]).await.unwrap();
    let columns = ["office_id", "seq", "at", "kind", "actor", "key_id", "sealed", "commitment", "hash"];
    let row = |e: &SealedEntry| binds![OFFICE, e.seq, e.at, e.kind.as_str(), e.actor, e.key_id, e.sealed.clone(), e.commitment.clone(), e.hash.clone()];
    tx.insert("journal", &columns, entries.iter().map(row), "").await.unwrap();
    if move_head {
        let last = entries.last().unwrap();
        tx.execute("UPDATE head SET seq = $1, hash = $2", binds![last.seq, last.hash.clone()]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// What a forger does who knows how the chain is made but has no key: every hash fits again.
fn chained(mut entries: Vec<SealedEntry>) -> Vec<SealedEntry> {
    let mut previous = journal::GENESIS.to_vec();
    for entry in &mut entries {
        entry.hash = entry.expected_hash(OFFICE, &previous).to_vec();
        previous.clone_from(&entry.hash);
    }
    entries
}

async fn begun(place: &Place) -> (Store, Vec<SealedEntry>) {
    let world = World::begin(place).await;
    for (n, line) in independent().into_iter().enumerate() {
        world.deliver(&[Parcel::single(format!("w{n}"), line, hours(1))]).await;
    }
    let entries = journal::read(&world.store, 0, 1000).await.unwrap();
    (world.store, entries)
}

#[tokio::test]
async fn a_changed_byte_is_found_in_every_column() {
    for place in Place::all().await {
        let (store, whole) = begun(&place).await;
        let last = whole.last().unwrap();
        assert_eq!(walk(&store).await, Walk::Whole { entries: last.seq, head: audit::hex(&last.hash) });
        let entry = &whole[usize::try_from(AT - 1).unwrap()];
        let cases: [(&str, Bind, &str); 8] = [
            ("sealed", flipped(&entry.sealed).into(), OPENED),
            ("commitment", flipped(&entry.commitment).into(), BEFORE),
            ("hash", flipped(&entry.hash).into(), BEFORE),
            ("at", (entry.at + 1).into(), BEFORE),
            ("kind", "act".into(), BEFORE),
            ("actor", 1.into(), BEFORE),
            // nobody is not the same as number nought
            ("actor", 0.into(), OPENED),
            ("key_id", 2.into(), OPENED),
        ];
        for (column, value, reason) in cases {
            store.db.execute(format!("UPDATE journal SET {column} = $1 WHERE seq = $2"), vec![value, AT.into()]).await.unwrap();
            assert_eq!(walk(&store).await, broken(AT, reason), "{column}");
            replace(&store, &whole, false).await;
        }
        assert!(matches!(walk(&store).await, Walk::Whole { .. }));
        place.clear().await;
    }
}

#[tokio::test]
async fn a_row_taken_out_put_in_or_moved_is_found() {
    for place in Place::all().await {
        let (store, whole) = begun(&place).await;
        let last = i64::try_from(whole.len()).unwrap();
        let at = usize::try_from(AT - 1).unwrap();
        let changed = |change: &dyn Fn(&mut Vec<SealedEntry>)| {
            let mut entries = whole.clone();
            change(&mut entries);
            entries
        };
        let append = |entries: &mut Vec<SealedEntry>| entries.push(SealedEntry { seq: last + 1, ..entries[at].clone() });
        let swap = |entries: &mut Vec<SealedEntry>| {
            (entries[at].seq, entries[at + 1].seq) = (AT + 1, AT);
            entries.swap(at, at + 1);
        };
        let cases = [
            ("the last is gone", changed(&|e| drop(e.pop())), false, last, HEAD),
            ("one in the middle is gone", changed(&|e| drop(e.remove(at))), false, AT, MISSING),
            ("the first is gone", changed(&|e| drop(e.remove(0))), false, 1, MISSING),
            ("two have changed places", changed(&swap), false, AT, BEFORE),
            ("one is appended", changed(&append), false, last + 1, BEFORE),
            ("one is appended, and chained", chained(changed(&append)), true, last + 1, OPENED),
            ("two have changed places, and all is chained", chained(changed(&swap)), true, AT, OPENED),
            ("another actor, and all is chained", chained(changed(&|e| e[at].actor = Some(2))), true, AT, OPENED),
            ("another time, and all is chained", chained(changed(&|e| e[at].at += 1)), true, AT, OPENED),
            ("another kind, and all is chained", chained(changed(&|e| e[at].kind = "act".to_owned())), true, AT, OPENED),
            ("another commitment, and all is chained", chained(changed(&|e| e[at].commitment[0] ^= 1)), true, AT, "内容与当时登记的校验值不符"),
        ];
        for (what, entries, move_head, seq, reason) in cases {
            replace(&store, &entries, move_head).await;
            assert_eq!(walk(&store).await, broken(seq, reason), "{what}");
            replace(&store, &whole, true).await;
        }
        assert!(matches!(walk(&store).await, Walk::Whole { .. }));
        // cut off at the end, the head moved back with it: only a head noted down elsewhere shows it
        let noted = (last, audit::hex(&whole[whole.len() - 1].hash));
        assert!(matches!(audit::walk(&store, Some(&noted), |_| ()).await.unwrap(), Walk::Whole { .. }));
        replace(&store, &changed(&|e| drop(e.pop())), true).await;
        assert!(matches!(walk(&store).await, Walk::Whole { .. }));
        let cut = format!("当时记下的链头在第 {last} 条,现在只到第 {} 条:末尾的记录被删去了", last - 1);
        assert_eq!(audit::walk(&store, Some(&noted), |_| ()).await.unwrap(), broken(last, &cut));
        replace(&store, &changed(&|e| drop(e.pop())), false).await;
        store.db.execute("DELETE FROM head", vec![]).await.unwrap();
        assert_eq!(walk(&store).await, broken(last, "链头不见了"), "the head is gone, and the last with it");
        place.clear().await;
    }
}

/// Whoever owns the database, the keys and the program can write the end anew, longer than it was, with all tables as the new journal has them.
#[tokio::test]
async fn an_end_written_anew_by_the_owner_of_everything_is_found_by_a_head_that_was_mailed() {
    for place in Place::all().await {
        let (store, whole) = begun(&place).await;
        let mailed = (whole.last().unwrap().seq, audit::hex(&whole.last().unwrap().hash));
        let early = &whole[usize::try_from(AT - 1).unwrap()];
        let kept = (early.seq, audit::hex(&early.hash));
        replace(&store, &whole[..whole.len() - 3], true).await;
        let forged = Place::file().await;
        let forger = Store::new(forged.db.clone(), OFFICE, store.keys.clone());
        jingling::rebuild::rebuild(&store, &forger, |_| ()).await.unwrap();
        for n in 0..5 {
            staff::set_passphrase(&forger, hours(2), "白杨", format!("hash {n}")).await.unwrap();
        }
        // by itself it is without a fault
        assert!(matches!(walk(&forger).await, Walk::Whole { entries, .. } if entries == mailed.0 + 2));
        let again = Place::file().await;
        let copy = Store::new(again.db.clone(), OFFICE, store.keys.clone());
        jingling::rebuild::rebuild(&forger, &copy, |_| ()).await.unwrap();
        assert_eq!(crate::world::differences(&forger, &copy, &[]).await, [""; 0]);
        // what was mailed before the part that was written anew does not show it, what was mailed after does
        assert!(matches!(audit::walk(&forger, Some(&kept), |_| ()).await.unwrap(), Walk::Whole { .. }));
        let found = broken(mailed.0, "与当时记下的链头不同:这一条或以前的记录被换过");
        assert_eq!(audit::walk(&forger, Some(&mailed), |_| ()).await.unwrap(), found);
        again.clear().await;
        forged.clear().await;
        place.clear().await;
    }
}

#[tokio::test]
async fn a_byte_changed_on_the_disk_is_found_in_a_copy_of_the_file() {
    let place = Place::file().await;
    let (store, whole) = begun(&place).await;
    store.db.close().await;
    let mut bytes = std::fs::read(place.path().unwrap()).unwrap();
    let sealed = &whole[usize::try_from(AT - 1).unwrap()].sealed[..48];
    let found = bytes.windows(sealed.len()).position(|window| window == sealed).unwrap();
    bytes[found + 30] ^= 1;
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("copy.db");
    std::fs::write(&file, bytes).unwrap();
    let db = Db::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    assert_eq!(walk(&Store::new(db, OFFICE, keyring(1))).await, broken(AT, OPENED));
}
