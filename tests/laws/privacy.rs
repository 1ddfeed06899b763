//! Nothing personal lies open on the disk, and what an older key sealed still opens.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use jingling::desk::Account;
use jingling::keys::Keyring;
use jingling::store::staff::{self, StaffCard};
use jingling::store::{Store, journal, slip, warning};

use crate::place::Place;
use crate::tale::told;
use crate::world::{IDS, OFFICE, Parcel, World, hours, key_file, keyring};

const PAYEE: &str = "欧阳青禾";
const ACCOUNT: &str = "6217001234567890123";
const PAYER: &str = "3410010400012345678";
pub const VISITED: &str = "村口小卖部老板娘";
const STAFF: &str = "13812345678";

/// The database's files as they lie there, the log beside it too.
fn on_disk(file: &Path) -> Vec<u8> {
    ["", "-wal", "-shm"].iter().filter_map(|tail| std::fs::read(format!("{}{tail}", file.display())).ok()).flatten().collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A payment and a line that name people, lit, verified with a slip; and a person entered with all that annex 3 asks for.
pub async fn lived(world: &World) -> i64 {
    let payment = json!({"voucher_no": "P1", "allocation_id": "A1", "paid_at": "2026-11-02T10:00:00+08:00", "payer_account": PAYER, "payee_name": PAYEE, "payee_account": ACCOUNT, "amount": "1200", "settlement": "现金", "purpose": format!("慰问{PAYEE} {} 电话{STAFF}", IDS[0])});
    let line = json!({"voucher_no": "P1", "fiscal_year": 2026, "line_no": 1, "name": PAYEE, "id_no": IDS[1], "account": ACCOUNT, "account_name": PAYEE, "basis": "按人", "due": "5", "paid": "5", "month": "03"});
    let person = json!({"household_no": "H1", "person_no": "H1-1", "name": PAYEE, "id_no": IDS[1], "effective_from": "2026-01-01"});
    let salary = json!({"id_no": IDS[1], "name": PAYEE});
    let broken = json!({"voucher_no": "P9", "payee_name": PAYEE, "payee_account": ACCOUNT});
    let events =
        [("payment.paid", payment), ("disbursement.listed", line), ("beneficiary.registered", person), ("payroll.listed", salary), ("payment.paid", broken)];
    for (n, (type_name, data)) in events.iter().enumerate() {
        world.deliver(&[Parcel::single(format!("w{n}"), told(type_name, data), hours(1))]).await;
    }
    let card = StaffCard {
        name: "红枫".to_owned(),
        section: "budget".to_owned(),
        title: "股长".to_owned(),
        permissions: vec![],
        email: None,
        id_no: Some(IDS[1].to_owned()),
        phone: Some(STAFF.to_owned()),
    };
    staff::add(&world.store, hours(1), &card).await.unwrap();
    let lit = warning::list(&world.store, &warning::Filter::default(), 9).await.unwrap();
    let no = lit.iter().find(|w| w.rule == "ZC01").unwrap().no;
    let said = format!("/核实 YJ2026-{:06} 正常 约谈走访 对象={VISITED} 地点=村部 人员=白杨、石榴 情况=用途属实", no % 1_000_000);
    let reply = world.desk.hear("白杨", Account::Console, &said).await.to_string();
    assert!(reply.contains("转为绿灯"), "{reply}");
    no
}

#[tokio::test]
async fn nothing_personal_lies_open_in_the_file() {
    let place = Place::file().await;
    let world = World::begin(&place).await;
    let no = lived(&world).await;
    assert!(slip::of(&world.store, no).await.unwrap()[0].text.contains(VISITED));
    let file = place.path().unwrap();
    let while_open = on_disk(&file);
    world.store.db.close().await;
    for bytes in [while_open, on_disk(&file)] {
        assert!(holds(&bytes, "用途") || holds(&bytes, "P1"), "the file was read while it was empty");
        for personal in [PAYEE, ACCOUNT, PAYER, VISITED, STAFF, IDS[0], IDS[1]] {
            assert!(!holds(&bytes, personal), "{personal} lies open in the file");
        }
    }
}

#[tokio::test]
async fn rules_read_what_a_payment_is_for_and_not_for_whom() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        for (voucher, purpose) in [("P1", "付欧阳青禾农副产品收购款"), ("P2", "付欧阳 青禾办公用品款"), ("P3", "付青禾农场农副产品收购款")]
        {
            let payment = json!({"voucher_no": voucher, "allocation_id": "A1", "paid_at": "2026-11-02T10:00:00+08:00", "payee_name": PAYEE, "payee_account": format!("{voucher}0"), "amount": "1200", "settlement": "现金", "purpose": purpose});
            world.deliver(&[Parcel::single(voucher, told("payment.paid", &payment), hours(1))]).await;
        }
        let rows = place.db.fetch("SELECT purpose FROM payment ORDER BY voucher_no", vec![]).await.unwrap();
        let purposes: Vec<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(purposes, ["付欧*农副产品收购款", "付欧*办公用品款", "付青禾农场农副产品收购款"]);
        let lit = warning::list(&world.store, &warning::Filter::default(), 99).await.unwrap();
        let cash: Vec<_> = lit.iter().filter(|w| w.rule == "ZC01").map(|w| w.voucher_no.as_deref().unwrap()).collect();
        assert_eq!(cash, ["P2"], "农副产品收购 may be paid in cash");
        place.clear().await;
    }
}

#[tokio::test]
async fn what_an_older_key_sealed_still_opens_after_a_new_one_is_added() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        let no = lived(&world).await;
        let entries = journal::read(&world.store, 0, 1000).await.unwrap();

        let newer = Store::new(place.db.clone(), OFFICE, keyring(2));
        for entry in &entries {
            assert_eq!((entry.key_id, entry.open(OFFICE, &newer.keys).unwrap()), (1, entry.open(OFFICE, &world.store.keys).unwrap()));
        }
        assert!(slip::of(&newer, no).await.unwrap()[0].text.contains(VISITED));
        assert_eq!(newer.keys.hash(PAYEE), world.store.keys.hash(PAYEE), "the same person is still known by the same hash");
        staff::set_passphrase(&newer, hours(2), "白杨", "$argon2id$".to_owned()).await.unwrap();
        assert_eq!(journal::read(&newer, entries.last().unwrap().seq, 1).await.unwrap()[0].key_id, 2);

        // a key file that has lost the old key opens what is new and says which one is missing
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keys.toml");
        std::fs::write(&path, key_file(2).lines().filter(|row| !row.starts_with("1 ")).collect::<Vec<_>>().join("\n")).unwrap();
        let lost = Arc::new(Keyring::load(&path, OFFICE).unwrap());
        let failure = entries[0].open(OFFICE, &lost).unwrap_err().to_string();
        assert!(failure.contains("没有编号为 1 的密钥"), "{failure}");
        place.clear().await;
    }
}
