//! The people's door: who may say what, what is answered when something is missing, and two who press at once.

use jingling::store::slip;

use crate::harness::{Event, Office, allocation, line, office_story, payment, person};

/// A yellow light of 社保股: the same payment made twice.
async fn paid_twice(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        let event = payment(voucher, "4800.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017");
        assert_eq!(office.pays(event).await.told(), "200 accepted");
    }
    office.wait_until_sent().await;
}

const NORMAL: &str = "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=两次分别是两季度的补助";

office_story!(a_stranger_learns_nothing, async |office| {
    paid_twice(office).await;
    let before = office.journal().await;
    for line in ["/预警 详情 1", "/我的", "/帮助", NORMAL] {
        assert_eq!(office.says("路人", line).await, "您还没有登记为用户。请找财政信息中心办理。", "{line}");
    }
    assert_eq!(office.journal().await, before, "a stranger moves nothing");
});

office_story!(a_clerk_of_another_section_sees_no_more_than_of_a_number_that_is_not_there, async |office| {
    paid_twice(office).await;
    let other = office.says("王芳", "/预警 详情 1").await;
    assert_eq!(other.replace("000001", "000099"), office.says("王芳", "/预警 详情 99").await);
    assert_eq!(office.says("王芳", NORMAL).await, other);
    assert_eq!(office.says("王芳", "/预警 列表").await, "没有符合条件的预警。");
    assert_eq!(office.says("王芳", "/预警 列表 股室=社保股").await, "您只能查看本股室的预警。");
    insta::assert_snapshot!(office.says("陈静", NORMAL).await, @"YJ2026-000001 由社保股办理,您可以查看,不能代办。");
});

office_story!(a_command_asks_for_its_permission, async |office| {
    paid_twice(office).await;
    insta::assert_snapshot!(office.says("周涛", NORMAL).await, @"这个命令需要“处置”权限。如需开通,请按附件3的申请表找财政信息中心办理。");
    insta::assert_snapshot!(office.says("张敏", "/月报 汇总").await, @"这个命令由农业股有“汇总”权限的人使用。");
});

office_story!(of_two_who_close_one_slip_at_once_one_wins_and_the_other_is_told_by_whom, async |office| {
    paid_twice(office).await;
    let before = office.journal().await;
    let (one, other) = tokio::join!(office.says("张敏", NORMAL), office.says("李国强", NORMAL));
    let done = "已记录核实情况,YJ2026-000001 转为绿灯。已通知国库支付中心。";
    let late = "YJ2026-000001 已由社保股处理(11-23 10:00 核实为正常),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。";
    assert!([one.as_str(), other.as_str()] == [done, late] || [one.as_str(), other.as_str()] == [late, done], "{one}\n{other}");
    office.wait_until_sent().await;
    assert_eq!(slip::of(office.store(), 2_026_000_001).await.unwrap().len(), 1);
    let acts = office.journal().await - before;
    assert!(acts >= 1, "the act and what was sent: {acts}");
});

office_story!(what_is_missing_is_said_with_what_to_do, async |office| {
    paid_twice(office).await;
    let before = office.journal().await;
    insta::assert_snapshot!(office.says("张敏", "/核实 1 正常 情况=属实").await, @"还缺核实方式。请至少选一项:电话核实、调阅材料、约谈走访、其他。");
    insta::assert_snapshot!(office.says("张敏", "/核实 1 正常 电话核实 情况=\"\" 对象=会计 时间=今天").await, @"情况是空的。请在「=」后面紧接着写内容,中间不要空格;不需要就删去「情况=」。");
    insta::assert_snapshot!(office.says("张敏", "/纠正 1 今天 情况=已退回 督促=电话").await, @"YJ2026-000001 是黄灯,要先核实。可用:/核实(正常转绿灯,违规转红灯)。");
    insta::assert_snapshot!(office.says("张敏", "/预警 办结 1 好了").await, @"YJ2026-000001 是黄灯,要先核实。可用:/核实(正常转绿灯,违规转红灯)。");
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");
});

office_story!(what_names_a_person_is_not_taken_into_chat, async |office| {
    paid_twice(office).await;
    let before = office.journal().await;
    for (facts, answer) in [
        ("收款人证件 341525200303120019 已核对", "文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
        ("请打 13812345678 找会计", "文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。"),
        ("欧阳小满两季补助一起领", "文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
        ("付到6217000000017这个户", "文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
    ] {
        assert_eq!(office.says("张敏", &format!("/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=\"{facts}\"")).await, answer, "{facts}");
    }
    assert_eq!(office.journal().await, before);
    let chat = office.chat().await;
    assert!(!chat.contains("欧阳小满") && !chat.contains("6217000000017"), "{chat}");
});

office_story!(who_was_named_by_the_payment_before_its_correction_is_not_named_either, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "900.00").with("settlement", "现金").with("payee_name", "欧阳小满")).await;
    let correction = serde_json::json!({"voucher_no": "PZ-2", "original_voucher_no": "PZ-1", "corrected_at": "2026-11-23T09:40:00+08:00", "amount": "1900.00"});
    assert_eq!(office.pays(Event::new("payment.corrected", correction)).await.told(), "200 accepted");
    assert_eq!(office.lights().await, ["YJ2026-000001 🟡 ZC01 business:social_security PZ-2 1,900.00"]);
    office.wait_until_sent().await;
    let before = office.journal().await;
    let answer = office.says("张敏", "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=欧阳小满两季补助一起领").await;
    assert!(answer.contains("没有保存"), "{answer}");
    assert_eq!(office.journal().await, before);
});

office_story!(the_list_of_a_payment_is_one_warning_and_one_slip, async |office| {
    office.registers(person("R-1", "342427196503120012")).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-9", "1800.00")).await;
    for (n, id_no) in [(1, "341525200303120019"), (2, "342427196503120012"), (3, "11010519491231002X")] {
        office.lists(line("PZ-9", n, id_no)).await;
    }
    insta::assert_snapshot!(office.lights().await.join("\n"), @"YJ2026-000001 🟡 DR01 business:social_security PZ-9 1,200.00 共 2 条");
    assert_eq!(office.says("张敏", NORMAL).await, "已记录核实情况,YJ2026-000001 转为绿灯。已通知国库支付中心。");
});

office_story!(the_month_balances_and_says_which_rules_are_not_ready, async |office| {
    paid_twice(office).await;
    office.says("张敏", "/核实 1 违规 调阅材料 材料=凭证 情况=付了两次 违规类型=其他 整改要求=退回 整改期限=12-7").await;
    insta::assert_snapshot!(office.says("陈静", "/月报 汇总").await, @r"
    霍山县财政局 扶贫资金动态监控月度汇总 2026年11月
    期间 2026-11-01 至 2026-11-30(北京时间)

    一、预警增减(期初+新增+重开+转入 = 办结+转出+期末)
    股室    灯    期初  新增  重开  转入  办结  转出  期末
    社保股  黄灯     0     1     0     0     0     1     0
    社保股  红灯     0     0     0     1     0     0     1
    合计             0     1     0     1     0     1     1
    核对:逐股室、逐灯相符。

    二、按规则
    规则               红未纠  红已纠  黄待核  黄正常  违规待纠  违规已纠  铃待办  铃办结  误报  合计
    ZC09 疑似重复支付       0       0       0       0         1         0       0       0     0     1

    三、按股室
    股室    红未纠  红已纠  黄待核  黄正常  违规待纠  违规已纠  铃待办  铃办结  误报  合计
    社保股       0       0       0       0         1         0       0       0     0     1

    四、按分类
    分类      红未纠  红已纠  黄待核  黄正常  违规待纠  违规已纠  铃待办  铃办结  误报  合计
    支出管理       0       0       0       0         1         0       0       0     0     1

    五、按乡镇
    乡镇            红未纠  红已纠  黄待核  黄正常  违规待纠  违规已纠  铃待办  铃办结  误报  合计
    县本级及未注明       0       0       0       0         1         0       0       0     0     1

    六、办理情况
    指标            本月  上月  本年累计
    应办(件)           1     0         1
    办结(件)           0     0         0
    办结率          0.0%     —      0.0%
    按期率             —     —         —
    超期未办(件)       0     0         0
    最长超期(天)       0     0         0
    平均办理(天)       —     —         —
    误报(件)           0     0         0
    误报率             —     —         —
    核实为正常率    0.0%     —      0.0%
    黄灯转红率    100.0%     —    100.0%

    未就绪:DR01 发放对象不在册,还没有收到过人员数据,没有判断。
    未就绪:DR02 发放对象姓名不符,还没有收到过人员数据,没有判断。
    未就绪:DR04 发给已死亡人员,还没有收到过人员数据,没有判断。
    未就绪:DR05 发给财政供养人员,还没有收到过财政供养数据,没有判断。
    未就绪:DR08 账户户名不是本人,还没有收到过人员数据,没有判断。
    未就绪:DR11 超补助标准发放,还没有收到过标准数据,没有判断。
    未就绪:DR12 发给已迁出清退人员,还没有收到过人员数据,没有判断。
    未就绪:ZC18 项目不在项目库,还没有收到过项目数据,没有判断。
    ");
});

office_story!(
    what_is_from_before_the_service_went_live_is_listed_and_told_nobody,
    |config| config.office.go_live = "2026-11-24".parse().unwrap(),
    async |office| {
        paid_twice(office).await;
        assert_eq!(office.chat().await, "");
        assert!(office.says("张敏", "/预警 列表").await.contains("YJ2026-000001"));
        assert!(office.says("张敏", "/预警 详情 1").await.contains("存量"));
        // from the day it went live on, the same is pushed
        office.wind(chrono::TimeDelta::days(1));
        for voucher in ["PZ-3", "PZ-4"] {
            office.pays(payment(voucher, "500.00").with("paid_at", "2026-11-24T09:00:00+08:00").with("payee_account", "6217000000033")).await;
        }
        office.wait_until_sent().await;
        assert_eq!(office.chat().await.matches("🟡 黄灯预警").count(), 1);
    }
);

office_story!(what_belongs_to_no_section_known_here_goes_to_the_leading_one, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_account", "6217000000041").with("section", "水利股")).await;
    }
    office.wait_until_sent().await;
    assert!(office.chat().await.contains("股室 农业股"), "{}", office.chat().await);
    assert!(office.says("陈静", "/我的").await.contains("YJ2026-000001"));
});

office_story!(what_belongs_to_others_is_handed_on_with_a_reason, async |office| {
    paid_twice(office).await;
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    for (line, answer) in [
        ("/预警 转办 1 王芳", "还缺转办原因。请用一两句话写明,例如:原因=\"……\"。"),
        (
            "/预警 转办 1 王五 原因=归他管",
            "没有叫“王五”的同事或股室。股室可选:局脱贫攻坚领导小组办公室、局党组、预算股、评审中心、农业股、社保股、教科文股、经建股、财监股、国库支付中心、财政信息中心、驻局纪检监察组。",
        ),
        ("/预警 转办 1 孙丽 原因=归她管", "@孙丽 没有“处置”权限,不能接办。请转给别人,或先找财政信息中心开通权限。"),
        ("/预警 转办 1 经建股 原因=归他们管", "经建股还没有能办理预警的人。请转给别的股室,或先找财政信息中心开通权限。"),
        ("/预警 转办 1 社保股 原因=还是我们", "YJ2026-000001 本来就由 @张敏 办理,不用转办。"),
        ("/预警 转办 1 王芳 原因=欧阳小满是老师", "文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
    ] {
        assert_eq!(office.says("张敏", line).await, answer, "{line}");
    }
    assert_eq!(office.says("王芳", "/预警 转办 1 王芳 原因=归我们管").await, "没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");

    insta::assert_snapshot!(office.says("张敏", "/预警 转办 1 教科文股 原因=这笔是助学金").await, @"YJ2026-000001 已转给教科文股 @王芳 办理,期限不变:11月30日。");
    assert!(office.chat().await.contains("🟡 转来黄灯 YJ2026-000001"), "{}", office.chat().await);
    assert!(office.says("王芳", "/我的").await.contains("YJ2026-000001"));
    assert_eq!(office.says("张敏", "/我的").await, "您手上没有待办的预警。");
    assert_eq!(office.says("张敏", NORMAL).await, "没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    // whoever got it takes it up like any other; the month knows where it went
    insta::assert_snapshot!(office.says("王芳", "/预警 认领 1").await, @"YJ2026-000001 由您认领,正在核实。请在 11月30日前核实,用 /核实 填写。");
    let month = office.says("陈静", "/月报 汇总").await;
    let rows: Vec<&str> = month.lines().filter(|line| line.starts_with("社保股    黄灯") || line.starts_with("教科文股  黄灯")).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    教科文股  黄灯     0     0     0     1     0     0     1
    社保股    黄灯     0     1     0     0     0     1     0
    ");
    assert!(month.contains("核对:逐股室、逐灯相符。"));
});

office_story!(a_red_light_that_is_handed_on_goes_by_mail_to_whoever_gets_it, async |office| {
    office.allocates(allocation("ZB-1", "100.00")).await;
    office.pays(payment("PZ-1", "150.00")).await;
    office.says("张敏", "/预警 转办 1 王芳 原因=归教科文股管").await;
    let mailbox = office.mailbox().await;
    let subjects: Vec<&str> = mailbox.of("wangfang@huoshan.example").iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["【红灯】YJ2026-000001 超指标支付 · 教科文股 · 12月7日前纠正"]);
});
