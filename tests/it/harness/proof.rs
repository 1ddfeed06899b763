//! What must hold when the day is over: the journal tells the whole of it.

use jingling::desk::Act;
use jingling::rebuild::rebuild;
use jingling::store::audit::{Walk, compare, walk};
use jingling::store::{Db, EntryKind, Store, journal};

use super::Office;

impl Office {
    /// The journal's chain holds, and replayed into an empty database it gives the same state, table by table.
    pub async fn rebuilds(&self) {
        // what the clock has made due is done now, and not while two copies are compared
        self.jobs().await;
        self.wait_until_sent().await;
        let store = self.store();
        let walked = walk(store, None, |_| {}).await.unwrap();
        assert!(matches!(walked, Walk::Whole { .. }), "{walked:?}");
        self.acts_say_what_they_changed().await;
        let copy = self.copy().await;
        let unlike: Vec<_> = compare(store, &copy).await.unwrap().into_iter().filter_map(|(table, (_, unlike))| Some((table, unlike?))).collect();
        assert!(unlike.is_empty(), "rebuilt, these differ: {unlike:#?}");
        self.discards(copy).await;
    }

    /// The journal replayed into an empty database.
    pub async fn copy(&self) -> Store {
        let store = self.store();
        let again = Db::open(&format!("sqlite:{}", self.path("again.db").display())).await.unwrap();
        let copy = Store::new(again, store.office, store.keys.clone());
        rebuild(store, &copy, |_| {}).await.unwrap();
        copy
    }

    /// A copy is done with.
    pub async fn discards(&self, copy: Store) {
        copy.db.close().await;
        for file in ["again.db", "again.db-wal", "again.db-shm"] {
            let _ = std::fs::remove_file(self.path(file));
        }
    }

    /// Of every act the journal tells what it changed, before and after. To hand the journal out changes nothing.
    async fn acts_say_what_they_changed(&self) {
        let store = self.store();
        let mut last = 0;
        loop {
            let entries = journal::read(store, last, 500).await.unwrap();
            let Some(end) = entries.last() else { return };
            last = end.seq;
            for entry in entries.iter().filter(|entry| entry.kind == EntryKind::Act.code()) {
                let act: Act = serde_json::from_slice(&entry.open(store.office, &store.keys).unwrap().content).unwrap();
                let silent = act.changes.is_empty() && !matches!(act.command, commands::Command::Export(_));
                assert!(!silent, "entry {} does not say what it changed: {}", entry.seq, act.command.words());
                assert!(act.changes.iter().all(|change| change.before != change.after), "entry {}: {:?}", entry.seq, act.changes);
            }
        }
    }
}
