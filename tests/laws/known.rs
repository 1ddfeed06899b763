//! Whoever may not know of a warning learns nothing of it by any door beside its own commands: forms, lists of deliveries, people of sections that are gone.

use std::sync::Arc;

use chrono::TimeDelta;
use commands::{Kind, Permission, SPECS};
use jingling::desk::form::Filling;
use jingling::desk::{Account, Desk};
use jingling::store::delivery::{self, Channel};
use jingling::store::setting::{self, Setting};
use jingling::store::staff::{self, StaffCard};
use jingling::watch::Orders;
use serde_json::json;

use crate::place::Place;
use crate::tale::told;
use crate::world::{Parcel, World, hours};

/// A light of 社保股, and 银杏 of 教科文股 who may do everything there.
async fn begun(place: &Place) -> World {
    use Permission::{Approve, Handle, Query, Users};
    let world = World::begin(place).await;
    for (name, section, permissions) in [("银杏", "business:education", vec![Query, Handle, Approve]), ("雪松", "info_center", vec![Query, Users])] {
        let (name, section) = (name.to_owned(), section.to_owned());
        staff::add(&world.store, hours(0), &StaffCard { name, section, title: "科员".to_owned(), permissions, email: None, id_no: None, phone: None })
            .await
            .unwrap();
    }
    let data = json!({"voucher_no": "P1", "allocation_id": "A1", "paid_at": "2026-11-02T10:00:00+08:00", "payee_name": "张大山", "payee_account": "6200002", "amount": "1200", "settlement": "现金", "section": "社保股"});
    world.deliver(&[Parcel::single("w1", told("payment.paid", &data), hours(1))]).await;
    world
}

#[tokio::test]
async fn nobody_begins_a_form_about_a_warning_that_they_may_not_know_of() {
    for place in Place::all().await {
        let world = begun(&place).await;
        let stranger = world.desk.person("银杏", Account::Console).await.unwrap();
        let handler = world.desk.person("石榴", Account::Console).await.unwrap();
        let mut begun = 0;
        for form in SPECS.iter().flat_map(|spec| spec.forms).filter(|form| form.param("编号").is_some_and(|param| param.kind == Kind::Warning)) {
            let refused = async |no: i64| {
                let answer = world.desk.begin(&stranger, &Filling { form, no }).await;
                answer.map(drop).unwrap_err().to_string().replace(&format!("{:06}", no % 1_000_000), "N")
            };
            assert_eq!(refused(2_026_000_001).await, refused(2_026_000_999).await, "{}", form.title());
            begun += u32::from(world.desk.begin(&handler, &Filling { form, no: 2_026_000_001 }).await.is_ok());
        }
        assert!(begun > 3, "whoever has it begins some");
        place.clear().await;
    }
}

#[tokio::test]
async fn what_is_not_delivered_names_no_warning_to_whoever_may_not_know_of_it() {
    for place in Place::all().await {
        let world = begun(&place).await;
        let claimed = delivery::claim(&world.store, Channel::Console, hours(2), TimeDelta::minutes(1), 9).await.unwrap();
        delivery::put_back(&world.store, &claimed[0], hours(3), "线路不通").await.unwrap();
        for (name, knows) in [("银杏", false), ("石榴", true), ("青松", true), ("雪松", true)] {
            let told = world.desk.hear(name, Account::Console, "/投递 列表").await.to_string();
            assert!(told.contains("已试 1 次"), "{told}");
            assert_eq!(told.contains("YJ2026-000001"), knows, "{name}: {told}");
        }
        place.clear().await;
    }
}

#[tokio::test]
async fn nobody_of_a_section_that_is_gone_is_given_a_warning() {
    for place in Place::all().await {
        let world = begun(&place).await;
        let mut settings = setting::current(&world.store).await.unwrap().unwrap();
        settings.sections.retain(|section| section.code != "business:education");
        staff::enter(world.store.turn().await.unwrap(), hours(2), &Setting::Office(settings)).await.unwrap();
        let mut turn = world.store.turn().await.unwrap();
        let desk = Desk { orders: Arc::new(Orders::read(&mut turn).await.unwrap()), ..world.desk.clone() };
        drop(turn);
        let answer = desk.hear("石榴", Account::Console, "/预警 转办 1 银杏 原因=轮岗").await.to_string();
        assert_eq!(answer, "@银杏 所在的股室已经撤并,不能接办。请转给别人,或先找财政信息中心变更股室。");
        place.clear().await;
    }
}
