//! The way out, as it should go.

use chrono::TimeDelta;
use jingling::desk::countersign::left_under;

use super::{agreed, at, opens, outgoing, pays, plainly, text};
use crate::harness::{Office, office_story};

office_story!(what_goes_to_the_province_is_countersigned_exported_and_known_again, async |office: &mut Office| {
    opens(office).await;
    insta::assert_snapshot!(office.says("张敏", "/会签 申请 预警 本月 接收单位=省财政厅 用途=\"月度上报\"").await, @"已申请 HQ2026-0001(预警 2026年11月),待领导小组办公室会签。同意后用 /会签 导出 取得文件。");
    insta::assert_snapshot!(office.says("郑勇", "/我的").await, @r"
        另外要办
        HQ2026-0001 待会签:/会签 批准 或 /会签 退回
        ");
    insta::assert_snapshot!(office.says("郑勇", "/会签 列表").await, @"HQ2026-0001 待会签  预警 2026年11月  社保股 @张敏");
    insta::assert_snapshot!(office.says("郑勇", "/会签 批准 1 意见=\"同意\"").await, @"已同意 HQ2026-0001,12月7日前可以提供,过期要重新申请。已通知申请人。");
    insta::assert_snapshot!(office.says("张敏", "/我的").await.lines().skip_while(|line| *line != "另外要办").collect::<Vec<_>>().join("\n"), @r"
        另外要办
        HQ2026-0001 会签已同意:/会签 导出 或 /会签 登记外送  期限 12月7日
        ");
    office.wind(TimeDelta::minutes(5));
    let answer = office.says("张敏", "/会签 导出 1").await;
    assert_eq!(outgoing(office), ["HQ2026-0001_预警_2026-11.csv"]);
    insta::assert_snapshot!(text(office, "HQ2026-0001_预警_2026-11.csv"), @r"
        霍山县财政局 预警(2026年11月)
        会签编号 HQ2026-0001;申请股室 社保股;接收单位 省财政厅
        导出时间 2026-11-23 10:05(北京时间);数据截至流水第 … 条;金额单位 元
        预警编号,规则,规则名称,分类,首次级别,状态,股室,乡镇,凭证号,指标文号,业务日期,金额,条数,触发时间,期限,办结时间,经过
        YJ2026-000001,ZC09,疑似重复支付,支出管理,黄灯,待核实,社保股,,PZ-2,皖财办〔2026〕18号,2026-11-23,4800.00,1,2026-11-23 10:00,2026-11-30,,2026-11-23 10:00 触发
        共 1 行
        ");
    let (sha, place) = (answer.rsplit(' ').next().unwrap().to_owned(), at(office, "HQ2026-0001_预警_2026-11.csv"));
    assert_eq!(sha.len(), 64);
    insta::assert_snapshot!(plainly(office, &answer).replace(&sha, "…"), @r"
        已导出:外送/HQ2026-0001_预警_2026-11.csv
        1 行,570 字节,数据截至流水第 … 条
        校验值(SHA-256) …
        ");
    assert_eq!(office.says("郑勇", "/我的").await, "您手上没有待办的预警。");
    insta::assert_snapshot!(office.says("张敏", "/会签 查看 1").await.replace(&sha, "…"), @r"
        HQ2026-0001 已提供  预警 2026年11月  社保股 @张敏
        接收单位:省财政厅
        用途:月度上报
        2026-11-23 10:00 申请 张敏
        2026-11-23 10:00 同意 郑勇:同意
        2026-11-23 10:05 提供 张敏:HQ2026-0001_预警_2026-11.csv …
        ");
    let log = office.says("孙丽", "/会签 台账").await;
    let row: Vec<&str> = log.lines().last().unwrap().split_whitespace().collect();
    let known = ["HQ2026-0001", "2026-11-23", "10:05", "预警", "2026-11", "省财政厅", "张敏", "HQ2026-0001_预警_2026-11.csv", "系统导出", "1", "570"];
    assert_eq!((&row[..11], row[12]), (&known[..], sha.as_str()), "{log}");
    for reader in ["郑勇", "吴凡"] {
        assert_eq!(office.says(reader, "/会签 台账").await, log);
    }
    insta::assert_snapshot!(office.says("张敏", "/会签 台账").await, @"这个命令由领导小组办公室、财监股、财政信息中心有“查询”权限的人使用。");

    let mailbox = office.mailbox().await;
    let asked = &mailbox.of("zhengyong@huoshan.example")[0];
    insta::assert_snapshot!(format!("{}\n\n{}", asked.subject, asked.text), @r"
        【请会签】HQ2026-0001 社保股

        有数据要上报或对外提供,请会签。同意用 /会签 批准,不同意用 /会签 退回。

        请会签

        编号:HQ2026-0001
        股室:社保股
        数据:预警 2026年11月
        接收单位:省财政厅
        用途:月度上报
        申请人:张敏

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        ");
    let told = mailbox.of("zhangmin@huoshan.example");
    let told: Vec<&str> = told.iter().map(|mail| mail.subject.as_str()).filter(|subject| subject.contains("会签")).collect();
    assert_eq!(told, ["【会签同意】HQ2026-0001 社保股 · 12月7日前"]);

    let (no, when) = left_under(office.store(), place.clone()).await.unwrap().unwrap();
    assert_eq!((no.to_string().as_str(), when.as_str()), ("HQ2026-0001", "2026-11-23 10:05 HQ2026-0001_预警_2026-11.csv"));
    std::fs::write(&place, std::fs::read_to_string(&place).unwrap().replace("黄灯", "绿灯")).unwrap();
    assert!(left_under(office.store(), place).await.unwrap().is_none(), "changed since");
});

office_story!(asked_again_it_is_the_same_bytes_whatever_has_happened_since, async |office: &mut Office| {
    opens(office).await;
    agreed(office, "支付", "今年").await;
    let name = "HQ2026-0001_支付_2026.csv";
    office.says("张敏", "/会签 导出 1").await;
    let first = std::fs::read(at(office, name)).unwrap();
    insta::assert_snapshot!(text(office, name), @r"
        霍山县财政局 支付(2026年)
        会签编号 HQ2026-0001;申请股室 社保股;接收单位 省财政厅
        导出时间 2026-11-23 10:00(北京时间);数据截至流水第 … 条;金额单位 元
        凭证号,指标编号,支付日期,收款人,收款账号,支付金额,冲销金额,支付净额,类型,原凭证号,结算方式,支付方式,股室,乡镇
        PZ-1,ZB-1,2026-11-23,欧*,****0017,4800.00,,4800.00,正常,,电子转账,,社保股,
        PZ-2,ZB-1,2026-11-23,欧*,****0017,4800.00,,4800.00,正常,,电子转账,,社保股,
        共 2 行
        ");
    let there = office.says("吴凡", "/会签 导出 1").await;
    insta::assert_snapshot!(plainly(office, &there), @r"
        已经导出过,文件还在:外送/HQ2026-0001_支付_2026.csv
        与登记的校验值相符,没有重写。
        ");

    // lost, while the ledger went on and the office was renamed
    std::fs::remove_file(at(office, name)).unwrap();
    pays(office, &["PZ-3"]).await;
    office.wind(TimeDelta::days(30));
    office.config.office.name = "某县财政局".to_owned();
    office.restart().await;
    let again = office.says("吴凡", "/会签 导出 1").await;
    assert!(again.starts_with("以前已经提供过,按流水重做了同样的一份"), "{again}");
    assert_eq!(std::fs::read(at(office, name)).unwrap(), first);
    assert_eq!(office.says("孙丽", "/会签 台账").await.matches(name).count(), 2, "each time is kept");

    std::fs::write(at(office, name), "另一份").unwrap();
    insta::assert_snapshot!(plainly(office, &office.says("张敏", "/会签 导出 1").await), @"外送/HQ2026-0001_支付_2026.csv 是另一份内容,没有覆盖。请移走它,或换一个文件夹,再导出一次。");
    assert_eq!(std::fs::read_to_string(at(office, name)).unwrap(), "另一份");
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 1 xlsx").await, @"HQ2026-0001 已按 csv 提供,一份会签只提供一份文件。要同样的文件,请不写格式;要别的格式,请重新申请。");
});

office_story!(the_ledger_the_month_and_a_workbook, async |office: &mut Office| {
    opens(office).await;
    for (data, period) in [("台账", "今年"), ("月报", "本月"), ("预警", "上月"), ("支付", "本月")] {
        agreed(office, data, period).await;
    }
    for line in ["/会签 导出 1", "/会签 导出 2", "/会签 导出 3", "/会签 导出 4 xlsx"] {
        let answer = office.says("张敏", line).await;
        assert!(answer.starts_with("已导出"), "{answer}");
    }
    insta::assert_snapshot!(text(office, "HQ2026-0001_台账_2026.csv"), @r"
        霍山县财政局 台账(2026年)
        会签编号 HQ2026-0001;申请股室 社保股;接收单位 省财政厅
        导出时间 2026-11-23 10:00(北京时间);数据截至流水第 … 条;金额单位 元
        指标编号,上级指标,本级文号,上级文号,年度,资金名称,资金性质,功能科目,经济科目,项目编码,项目名称,归口股室,级次,扶贫标识,纳入台账,收到日期,登记日期,分配日期,金额,已下达,已支付,支付进度
        ZB-1,,皖财办〔2026〕18号,,2026,困难群众救助补助资金,一般公共预算,2082001,51301,,,社保股,,未识别,,2026-11-19,2026-11-20,,100000.00,0.00,9600.00,9.6%
        共 1 行
        ");
    let month = text(office, "HQ2026-0002_月报_2026-11.csv");
    assert!(month.contains("\n社保股  黄灯     0     1     0     0     0     0     1\n"), "{month}");
    insta::assert_snapshot!(text(office, "HQ2026-0003_预警_2026-10.csv"), @r"
        霍山县财政局 预警(2026年10月)
        会签编号 HQ2026-0003;申请股室 社保股;接收单位 省财政厅
        导出时间 2026-11-23 10:00(北京时间);数据截至流水第 … 条;金额单位 元
        预警编号,规则,规则名称,分类,首次级别,状态,股室,乡镇,凭证号,指标文号,业务日期,金额,条数,触发时间,期限,办结时间,经过
        共 0 行
        ");
    let rows = workbook(&at(office, "HQ2026-0004_支付_2026-11.xlsx"));
    assert_eq!(rows.len(), 3 + 1 + 2 + 1);
    assert_eq!(&rows[4][..6], ["PZ-1", "ZB-1", "2026-11-23", "欧*", "****0017", "4800"]);
    assert_eq!(rows[6][0], "共 2 行");
});

/// Rows of the first sheet.
fn workbook(path: &std::path::Path) -> Vec<Vec<String>> {
    use calamine::{Reader, Xlsx, open_workbook};
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

office_story!(what_was_made_elsewhere_is_known_by_its_checksum_too, async |office: &mut Office| {
    opens(office).await;
    agreed(office, "其他", "本月").await;
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 1").await, @"“其他”数据不由系统导出。请把文件放进外送文件夹,用 /会签 登记外送 HQ2026-0001 登记。");
    std::fs::write(at(office, "汇总.xlsx"), "一份表").unwrap();
    insta::assert_snapshot!(office.says("张敏", "/会签 登记外送 1 文件=汇总.xlsx 方式=上级平台").await, @r"
        已登记外送 汇总.xlsx(上级平台):9 字节
        校验值(SHA-256) f85f2a4bc4cfd4d49cdc8daccddd4442be397e0d7151daad2cda5644f2e71ab8
        ");
    assert_eq!(left_under(office.store(), at(office, "汇总.xlsx")).await.unwrap().unwrap().0.to_string(), "HQ2026-0001");
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 1").await, @"HQ2026-0001 已由 @张敏 于 11-23 10:00 提供,一份会签只提供一份文件。");
    insta::assert_snapshot!(office.says("张敏", "/会签 登记外送 1 文件=汇总.xlsx 方式=邮件").await, @"HQ2026-0001 已由 @张敏 于 11-23 10:00 提供,一份会签只提供一份文件。");
    let log = office.says("郑勇", "/会签 台账").await;
    assert!(log.contains("汇总.xlsx  上级平台     —     9         —"), "{log}");
});
