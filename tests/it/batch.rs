//! Many lines verified at once: written out, filled in, handed in.

mod bad;

use jingling::store::slip;

use crate::discord_in::joins;
use crate::harness::discord::FakeDiscord;
use crate::harness::{Office, Sheet, allocation, line, office_story, on_sqlite, payment, person};

const HOW: &str = "调阅材料 材料=发放表、银行回单";

/// A yellow light of 社保股 with a list of three lines: none of the three is registered.
async fn three_lines(office: &mut Office) {
    office.registers(person("R-1", "342427196503120012")).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-9", "1800.00")).await;
    for (n, id_no) in [(1, "341525200303120019"), (2, "11010519491231002X"), (3, "342427197002150023")] {
        office.lists(line("PZ-9", n, id_no)).await;
    }
    office.wait_until_sent().await;
}

/// Three yellow lights of one rule: cash of more than a thousand to a person.
async fn three_in_cash(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for (n, amount) in [(1, "1900.00"), (2, "2900.00"), (3, "3900.00")] {
        let event = payment(&format!("PZ-{n}"), amount).with("settlement", "现金").with("payee_name", "欧阳小满");
        office.pays(event.with("payee_account", format!("621700000001{n}"))).await;
    }
    office.wait_until_sent().await;
}

async fn hands_in(office: &Office, name: &str, file: &str) -> String {
    office.says(name, &format!("/核实 批量 {file} {HOW}")).await
}

async fn written_out(office: &Office, line: &str) -> (String, Sheet) {
    let answer = office.says("张敏", line).await;
    assert!(answer.starts_with("已写好 "), "{answer}");
    office.opens(&answer)
}

office_story!(a_warning_with_a_list_is_verified_line_by_line_and_one_violation_makes_it_red, async |office| {
    three_lines(office).await;
    let answer = office.says("张敏", "/核实 导出 1").await;
    let (file, mut sheet) = office.opens(&answer);
    assert_eq!(answer.replace(&file, "FILE"), "已写好 1 条预警、3 行,在办事文件夹里:FILE\n逐行填好并保存后,用 /核实 批量 文件=(文件名) 方式=… 办理。");
    assert!(file.starts_with("核实-YJ2026-000001-") && file.ends_with(".xlsx"), "{file}");
    insta::assert_snapshot!(sheet.shown(), @r"
    预警编号 | 序号 | 凭证号 | 文号 | 乡镇 | 村 | 收款人 | 日期 | 金额(元)
    YJ2026-000001 | 1 | PZ-9 | 皖财办〔2026〕18号 | 佛子岭镇 |  | 第 1 行 | 2026-11-01 | 600.00
    YJ2026-000001 | 2 | PZ-9 | 皖财办〔2026〕18号 | 佛子岭镇 |  | 第 2 行 | 2026-11-01 | 600.00
    YJ2026-000001 | 3 | PZ-9 | 皖财办〔2026〕18号 | 佛子岭镇 |  | 第 3 行 | 2026-11-01 | 600.00
    ");
    sheet.normal(1, "已在册,证件更换").normal(2, "=本人已迁入").violation(3, "不在册", "12月9日");
    office.fills(&file, &sheet);
    insta::assert_snapshot!(hands_in(office, "张敏", &file).await, @"已逐行核实 YJ2026-000001 的 3 行,其中 1 行违规,转为红灯。请督促在 12月9日前纠正,用 /纠正 填写。已通知国库支付中心。");
    assert_eq!(office.lights().await, ["YJ2026-000001 🔴 DR01 business:social_security PZ-9 1,800.00 共 3 条"]);
    let slips = slip::of(office.store(), 2_026_000_001).await.unwrap();
    assert_eq!(slips.len(), 1);
    assert!(slips[0].text.contains("逐行核实 3 行:2 行正常,1 行违规") && slips[0].text.contains("=本人已迁入"), "{}", slips[0].text);
    // replayed, it needs no file; and what is done is done
    std::fs::remove_file(office.desk_file(&file)).unwrap();
    office.rebuilds().await;
    office.fills(&file, &sheet);
    insta::assert_snapshot!(hands_in(office, "李国强", &file).await, @r"
    表格没有办理,有 1 处要改:
    第 4 行 预警编号:YJ2026-000001 是红灯,不能直接核实为正常。可用:/纠正(已纠正转绿灯)、/处置(收回、暂缓、通报、移交)、/误报(须另一人批准)、/预警 跟踪。
    改好保存后,请再说一次 /核实 批量。
    ");
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("核对:逐股室、逐灯相符。"), "{month}");
    let letters = office.mailbox().await;
    let to_treasury: Vec<&str> = letters.of("zhoutao@huoshan.example").iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(to_treasury.len(), 1, "{to_treasury:?}");
});

office_story!(many_warnings_of_a_rule_are_verified_at_once_and_what_is_left_empty_stays, async |office| {
    three_in_cash(office).await;
    let (file, mut sheet) = written_out(office, "/核实 导出 规则=zc01").await;
    insta::assert_snapshot!(sheet.shown(), @r"
    预警编号 | 序号 | 凭证号 | 文号 | 乡镇 | 村 | 收款人 | 日期 | 金额(元)
    YJ2026-000001 | 1 | PZ-1 | 皖财办〔2026〕18号 |  |  | 欧* ****0011 | 2026-11-23 | 1,900.00
    YJ2026-000002 | 1 | PZ-2 | 皖财办〔2026〕18号 |  |  | 欧* ****0012 | 2026-11-23 | 2,900.00
    YJ2026-000003 | 1 | PZ-3 | 皖财办〔2026〕18号 |  |  | 欧* ****0013 | 2026-11-23 | 3,900.00
    ");
    sheet.normal(1, "收购农产品,村民无账户").violation(3, "应转账", "12-7");
    office.fills(&file, &sheet);
    let before = office.journal().await;
    insta::assert_snapshot!(hands_in(office, "张敏", &file).await, @"已批量核实 2 条:1 条转为绿灯,1 条转为红灯。没有填写的 1 条仍待核实。红灯请督促纠正,用 /纠正 填写。已通知国库支付中心。");
    office.wait_until_sent().await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🟢 ZC01 business:social_security PZ-1 1,900.00
    YJ2026-000002 🟡 ZC01 business:social_security PZ-2 2,900.00
    YJ2026-000003 🔴 ZC01 business:social_security PZ-3 3,900.00
    ");
    assert!(office.journal().await > before);
    let chat = office.chat().await;
    assert!(chat.contains("🟢 已转绿灯 YJ2026-000001") && chat.contains("YJ2026-000003"), "{chat}");
    let letters = office.mailbox().await;
    let told: Vec<String> = letters.of("zhoutao@huoshan.example").iter().map(|mail| mail.subject.clone()).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    【黄灯转红灯】YJ2026-000003 违规使用现金 · 社保股 · 12月7日前纠正
    【批量核实结果】HZ2026-0002 社保股 · 11月26日前
    ");
    let gathered = letters.of("zhoutao@huoshan.example").into_iter().find(|mail| mail.subject.contains("批量核实结果")).unwrap();
    assert!(gathered.text.contains("核实为正常 1 条:YJ2026-000001"), "{}", gathered.text);
    // the third is still there to be written out; nobody else's is
    let (_, rest) = written_out(office, "/核实 导出 规则=ZC01").await;
    assert_eq!(rest.lines(), 1);
    insta::assert_snapshot!(office.says("王芳", "/核实 导出 规则=ZC01").await, @"这条规则下没有归您核实的黄灯。用 /预警 列表 级别=黄灯 查看。");
    insta::assert_snapshot!(office.says("王芳", "/核实 导出 2").await, @"没有 YJ2026-000002 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    insta::assert_snapshot!(office.says("张敏", "/核实 导出 3").await, @"YJ2026-000003 是红灯,不能直接核实为正常。可用:/纠正(已纠正转绿灯)、/处置(收回、暂缓、通报、移交)、/误报(须另一人批准)、/预警 跟踪。");
    insta::assert_snapshot!(office.says("孙丽", "/核实 导出 规则=ZC01").await, @"这个命令需要“处置”权限。如需开通,请按附件3的申请表找财政信息中心办理。");
});

office_story!(what_was_begun_is_not_written_over, async |office| {
    three_in_cash(office).await;
    let (first, _) = written_out(office, "/核实 导出 规则=ZC01").await;
    office.lays(&first, "half filled");
    let (second, _) = written_out(office, "/核实 导出 规则=ZC01").await;
    assert_eq!(second, first.replace(".xlsx", "-2.xlsx"));
    assert_eq!(std::fs::read(office.desk_file(&first)).unwrap(), b"half filled");
});

office_story!(it_goes_from_discord_as_well, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    three_in_cash(office).await;
    let zhang = joins(office, &discord, "张敏").await;
    let answer = zhang.says("/核实导出 规则=ZC01").await.to_string();
    let (file, mut sheet) = office.opens(&answer.replace('\\', ""));
    for n in 1..=3 {
        sheet.normal(n, "收购农产品");
    }
    office.fills(&file, &sheet);
    insta::assert_snapshot!(zhang.says(&format!("/核实批量 文件={file} 方式=调阅材料 材料=收据")).await, @"(only you) 已批量核实 3 条:3 条转为绿灯,0 条转为红灯。已通知国库支付中心。");
    insta::assert_snapshot!(zhang.says(&format!("/核实批量 文件={file} 方式=电话核实")).await, @r#"(only you) 电话核实还缺核实对象。请用一两句话写明,例如:对象="……"。"#);
    assert!(zhang.types("/核实导出", "编号", "").await.is_empty(), "all are done");
    // the clock stands still here, and what Discord limits waits for it
    office.waits_until_sent().await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_lines_go_in_one_turn() {
    on_sqlite(
        |_| {},
        async |office: &mut Office| {
            office.registers(person("R-1", "342427196503120012")).await;
            office.allocates(allocation("ZB-1", "9000000.00")).await;
            office.pays(payment("PZ-9", "60000.00")).await;
            let lines: Vec<String> = (1..=10_000)
                .map(|n| line("PZ-9", n, "341525200303120019").with("project_code", format!("P-{n}")).with("due", "6.00").with("paid", "6.00").text())
                .collect();
            let batch = office.batch("treasury", lines.iter().map(String::as_str));
            office.sends(batch).await;
            office.wait_until_sent().await;
            let (file, mut sheet) = written_out(office, "/核实 导出 1").await;
            assert_eq!(sheet.lines(), 10_000);
            for n in 1..=10_000 {
                sheet.normal(n, &format!("已与第{}村的村委会核对户籍和发放表", n % 40));
            }
            office.fills(&file, &sheet);
            let before = office.journal().await;
            let answer = hands_in(office, "张敏", &file).await;
            assert_eq!(answer, "已逐行核实 YJ2026-000001 的 10000 行,都正常,转为绿灯。已通知国库支付中心。");
            assert_eq!(office.journal().await, before + 1);
        },
    )
    .await;
}
