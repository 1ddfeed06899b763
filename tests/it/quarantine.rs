//! What could not be read lies in quarantine until somebody settles it, once.

use jingling::store::EntryKind;
use jingling::store::audit::hex;
use jingling::store::event::{Delivered, Raw};
use jingling::store::receipt::{self, Quarantined, Receipt};

use crate::harness::{Database, Office, allocation, office_story, payment};

office_story!(what_cannot_be_read_is_listed_looked_at_and_settled_once, async |office| {
    assert_eq!(office.says("吴凡", "/隔离 列表").await, "隔离区是空的。");
    office.allocates(allocation("ZB-1", "100.00")).await;
    let bad = payment("PZ-1", "-1.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017");
    office.pays(bad).await;
    let resent = office.delivery("treasury", payment("PZ-2", "1.2.3").text());
    office.sends(&resent).await;
    let [first, second] = {
        let list = office.says("周涛", "/隔离 列表").await;
        assert!(list.starts_with("读不了、还没了结的 2 条\n"), "{list}");
        let numbers: Vec<String> = list.lines().skip(1).take(2).map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(
            list.lines().nth(1).unwrap(),
            format!("{}  11-23 10:00  来源 treasury  /data/amount 金额不能为负数;如是退款,请填写原凭证号 originalvoucherno", numbers[0])
        );
        <[String; 2]>::try_from(numbers).unwrap()
    };
    insta::assert_snapshot!(office.inspects("/notes").await.body.trim_end(), @r"
    隔离区有 2 条读不了的数据。用 /隔离 列表 查看。
    8 条规则未就绪,还没有收到过它们要的数据:DR01 发放对象不在册、DR02 发放对象姓名不符、DR04 发给已死亡人员、DR05 发给财政供养人员、DR08 账户户名不是本人、DR11 超补助标准发放、DR12 发给已迁出清退人员、ZC18 项目不在项目库。
    ");
    assert_eq!(office.inspects("/readyz").await.body, "ready\n", "it is no trouble of the service");

    assert_eq!(office.says("周涛", &format!("/隔离 详情 {first}")).await, "这个命令由财政信息中心有“用户管理”权限的人使用。");
    let shown = office.says("吴凡", &format!("/隔离 详情 {first}")).await;
    assert!(shown.contains("/data/payee_account ****0017") && shown.contains("/data/payee_name (4 个字)") && shown.contains("还没了结"), "{shown}");
    assert!(!shown.contains("欧阳小满") && !shown.contains("6217000000017"));

    let before = office.journal().await;
    let still = office.says("吴凡", &format!("/隔离 重放 {first}")).await;
    assert!(still.starts_with(&format!("{first} 还是读不了:/data/amount 金额不能为负数")), "{still}");
    assert_eq!(office.says("吴凡", "/隔离 重放 999-1").await, "隔离区没有 999-1 这一条。用 /隔离 列表 查看。");
    assert_eq!(
        office.says("吴凡", &format!("/隔离 作废 {first} 原因=打13812345678问过")).await,
        "文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。"
    );
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");

    assert_eq!(office.says("吴凡", &format!("/隔离 作废 {first} 原因=对方发错了")).await, format!("{first} 已作废,原文仍保存在流水里。"));
    assert_eq!(office.says("吴凡", &format!("/隔离 作废 {first} 原因=再来")).await, format!("{first} 已经了结,不用再办。"));
    assert!(office.says("吴凡", &format!("/隔离 详情 {first}")).await.contains("已由流水第"), "it is still to be seen");
    // a right resend settles by itself
    office.sends(resent.saying(payment("PZ-2", "1.00").text())).await;
    assert_eq!(office.says("吴凡", &format!("/隔离 重放 {second}")).await, format!("{second} 已经了结,不用再办。"));
    assert_eq!(office.quarantine().await, 0);
});

/// A program of an earlier day could not read it; this one can. It takes it in once, and whoever sends it again is answered so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_read_by_now_is_taken_in_once() {
    let mut office = Office::open(Database::Sqlite, |_| {}).await;
    let store = office.store().clone();
    let resent = office.delivery("budget", allocation("ZB-7", "50.00").text());
    let line = allocation("ZB-7", "50.00").text();
    let digest = &store.keys.commit(line.as_bytes())[..16];
    let (source, webhook_id) = ("budget".to_owned(), "msg_1".to_owned());
    let delivered = Delivered { source, webhook_id, digest: hex(digest), lines: vec![Raw::new(line.as_bytes())], chunk: None };
    let mut turn = store.turn().await.unwrap();
    let entry = turn.record(office.clock.now(), EntryKind::Event, None, serde_json::to_vec(&delivered).unwrap()).unwrap();
    let (field, reason) = ("/type".to_owned(), "没有这个事件类型,请对照 /openapi.json".to_owned());
    let (source, webhook_id) = (delivered.source.clone(), delivered.webhook_id.clone());
    let kept = Quarantined { seq: entry.seq, line: 1, at: entry.at, source: source.clone(), webhook_id: webhook_id.clone(), field, reason };
    receipt::quarantine(&mut turn.tx, store.office, &[kept]).await.unwrap();
    let refused = Receipt { source, webhook_id, digest: digest.to_vec(), seq: entry.seq, status: 422, lines: 1, answer: String::new() };
    receipt::write(&mut turn.tx, store.office, &[refused]).await.unwrap();
    turn.commit().await.unwrap();

    let line = format!("/隔离 重放 {}-1", entry.seq);
    let (one, other) = tokio::join!(office.says("吴凡", &line), office.says("吴凡", &line));
    let (taken, late) = (format!("{}-1 已读入台账。", entry.seq), format!("{}-1 已经了结,不用再办。", entry.seq));
    assert!([&one, &other] == [&taken, &late] || [&one, &other] == [&late, &taken], "{one}\n{other}");
    assert_eq!(office.quarantine().await, 0);
    assert!(office.says("刘洋", "/台账 查询").await.contains("(ZB-7)"));
    assert_eq!(office.sends(&resent).await.told(), "200 accepted");
    assert_eq!(office.says("刘洋", "/台账 查询").await.lines().count(), 3, "once");
    office.stop().await;
}
