//! Workbooks that are refused, each with what to mend; nothing of them is done.

use super::{HOW, hands_in, three_in_cash, three_lines, written_out};
use jingling::desk::Account;

use crate::harness::{Office, Sheet, line, office_story, payment};

/// A sheet in which everything is filled in.
fn filled(sheet: &mut Sheet) {
    for n in 1..=sheet.lines() {
        sheet.normal(n, "属实");
    }
}

async fn refused(office: &Office, file: &str, sheet: &Sheet) -> String {
    office.fills(file, sheet);
    office.wait_until_sent().await;
    let before = (office.journal().await, office.lights().await);
    let answer = hands_in(office, "张敏", file).await;
    assert_eq!((office.journal().await, office.lights().await), before, "nothing is done: {answer}");
    answer
}

office_story!(what_is_no_workbook_of_ours_is_refused, async |office| {
    three_in_cash(office).await;
    insta::assert_snapshot!(hands_in(office, "张敏", "没有.xlsx").await, @"文件 没有.xlsx:办事文件夹里没有这个文件。请核对文件名;还没有表格的,先用 /核实 导出。");
    office.lays("宏.xlsx", include_bytes!("../../fixtures/import/macro.xlsx"));
    insta::assert_snapshot!(hands_in(office, "张敏", "宏.xlsx").await, @"文件 宏.xlsx:工作簿带有宏,不能导入;请另存为不带宏的 .xlsx。");
    office.lays("空.xlsx", vec![0u8; 2 << 20]);
    insta::assert_snapshot!(hands_in(office, "张敏", "空.xlsx").await, @"文件 空.xlsx:第 1 行里有空字符,不是文本文件;请另存为 .xlsx。");
    office.lays("白.xlsx", vec![b' '; 2 << 20]);
    insta::assert_snapshot!(hands_in(office, "张敏", "白.xlsx").await, @"文件 白.xlsx:第 1 行太长;请检查换行和引号。");
    office.lays("无.xlsx", "");
    insta::assert_snapshot!(hands_in(office, "张敏", "无.xlsx").await, @"文件 无.xlsx:文件是空的。");
    office.lays("别的.xlsx", include_bytes!("../../fixtures/import/openpyxl.xlsx"));
    insta::assert_snapshot!(hands_in(office, "张敏", "别的.xlsx").await, @"文件 别的.xlsx:不是 /核实 导出 写的表格,或者标题改动过。请用导出的表格填写。");
    office.lays("文本.xlsx", "预警编号,序号,结论,情况\nYJ2026-000001,1,正常,属实\n");
    insta::assert_snapshot!(hands_in(office, "张敏", "文本.xlsx").await, @"文件 文本.xlsx:不是 /核实 导出 写的表格,或者标题改动过。请用导出的表格填写。");
    std::os::unix::fs::symlink("/etc/passwd", office.desk_file("链接.xlsx")).unwrap();
    insta::assert_snapshot!(hands_in(office, "张敏", "链接.xlsx").await, @"文件 链接.xlsx:这是一个链接或设备,不是文件;请直接放文件本身。");
    insta::assert_snapshot!(office.says("张敏", &format!("/核实 批量 文件=../chat.xlsx {HOW}")).await, @"文件名只写办事文件夹里的文件名,不要带路径。");
    std::fs::remove_dir_all(&office.config.desk.folder).unwrap();
    std::fs::write(&office.config.desk.folder, "in the way").unwrap();
    insta::assert_snapshot!(office.says("张敏", "/核实 导出 规则=ZC01").await, @"办事文件夹写不进去,表格没有写出。请财政信息中心检查配置 desk.folder 的权限和磁盘空间。");
});

office_story!(a_workbook_that_was_taken_apart_is_refused, async |office| {
    three_lines(office).await;
    let (file, _) = written_out(office, "/核实 导出 1").await;
    let fresh = async |change: &dyn Fn(&mut Sheet)| {
        let (_, mut sheet) = office.opens(&format!(":{file}"));
        filled(&mut sheet);
        change(&mut sheet);
        refused(office, "改.xlsx", &sheet).await
    };
    insta::assert_snapshot!(fresh(&|sheet| sheet.cells[Sheet::HEAD][9] = "意见".to_owned()).await, @"文件 改.xlsx:不是 /核实 导出 写的表格,或者标题改动过。请用导出的表格填写。");
    insta::assert_snapshot!(fresh(&|sheet| sheet.name = "Sheet1".to_owned()).await, @"文件 改.xlsx:不是 /核实 导出 写的表格,或者标题改动过。请用导出的表格填写。");
    insta::assert_snapshot!(fresh(&|sheet| drop(sheet.cells.remove(4))).await, @r"
    表格没有办理,有 2 处要改:
    导出时有 3 行,现在只有 2 行。请勿删行;不想填写的整条留空。
    第 4 行 预警编号:YJ2026-000001 现在有 3 行,表里是 2 行。请重新导出这一条。
    改好保存后,请再说一次 /核实 批量。
    ");
    insta::assert_snapshot!(fresh(&|sheet| {
        let mut added = sheet.cells[5].clone();
        added[1] = "4".to_owned();
        sheet.cells.push(added);
    }).await, @r"
    表格没有办理,有 1 处要改:
    第 7 行 预警编号:这一行不是导出时写的行。请勿增加行,也不要改动编号、序号和最后隐藏的校验码。
    改好保存后,请再说一次 /核实 批量。
    ");
    insta::assert_snapshot!(fresh(&|sheet| sheet.cells.push(sheet.cells[5].clone())).await, @r"
    表格没有办理,有 1 处要改:
    第 7 行 预警编号:和第 6 行是同一行。请删去多出的一行。
    改好保存后,请再说一次 /核实 批量。
    ");
    insta::assert_snapshot!(fresh(&|sheet| sheet.cells[3].iter_mut().skip(9).take(5).for_each(String::clear)).await, @r"
    表格没有办理,有 1 处要改:
    第 4 行 结论:没有填写。一条预警的各行要都填写,或者整条不填。
    改好保存后,请再说一次 /核实 批量。
    ");
    insta::assert_snapshot!(fresh(&|sheet| sheet.cells.iter_mut().skip(3).for_each(|row| row.iter_mut().skip(9).take(5).for_each(String::clear))).await, @r"
    表格没有办理,有 1 处要改:
    还没有填写任何一行。请先在表格里填写结论和情况,保存后再办理。
    改好保存后,请再说一次 /核实 批量。
    ");
});

office_story!(wrong_words_in_cells_are_told_row_by_row, async |office| {
    three_in_cash(office).await;
    let (file, mut sheet) = written_out(office, "/核实 导出 规则=ZC01").await;
    *sheet.cell(1, "结论") = "没问题".to_owned();
    *sheet.cell(1, "情况") = "属实".to_owned();
    sheet.violation(2, "收款人证件 341525200303120019 已核对", "11-20");
    *sheet.cell(2, "违规类型") = "冒领".to_owned();
    sheet.normal(3, "欧阳小满自己来领的");
    insta::assert_snapshot!(refused(office, &file, &sheet).await, @r"
    表格没有办理,有 4 处要改:
    第 4 行 结论:只能从这些里选:正常、违规。
    第 5 行 违规类型:只能从这些里选:预算下达不及时、滞留闲置、挤占挪用、扩大范围、提高标准、违规划转专户或实有账户、虚报冒领套取、违规发放津补贴、数据不完整不真实、其他。
    第 5 行 整改期限:2026-11-20 已经过去,不能早于今天 2026-11-23。跨年的日期请写上年份。
    第 6 行 情况:里面有预警所涉人员的姓名、证件号或账号。为保护个人信息,请改为“见材料”。没有保存。
    改好保存后,请再说一次 /核实 批量。
    ");
    sheet.normal(1, "属实").violation(2, "收款人证件 341525200303120019 已核对", "12-7");
    insta::assert_snapshot!(refused(office, &file, &sheet).await, @r"
    表格没有办理,有 2 处要改:
    第 5 行 情况:里面好像有身份证号、银行账号或电话号码。为保护个人信息,请改为“见材料”。没有保存。
    第 6 行 情况:里面有预警所涉人员的姓名、证件号或账号。为保护个人信息,请改为“见材料”。没有保存。
    改好保存后,请再说一次 /核实 批量。
    ");
    sheet.violation(2, "已核对", "12-7").normal(3, "属实");
    office.fills(&file, &sheet);
    let told = office.says("张敏", &format!("/核实 批量 {file} 电话核实 对象=欧阳小满 时间=今天")).await;
    insta::assert_snapshot!(told, @r"
    表格没有办理,有 1 处要改:
    里面有预警所涉人员的姓名、证件号或账号。为保护个人信息,请改为“见材料”。没有保存。
    改好保存后,请再说一次 /核实 批量。
    ");
    // rows of another workbook
    let (_, other) = written_out(office, "/核实 导出 2").await;
    sheet.cells[4] = other.cells[3].clone();
    insta::assert_snapshot!(refused(office, &file, &sheet).await, @r"
    表格没有办理,有 1 处要改:
    第 5 行 预警编号:这一行是另一份表格的。请不要在表格之间复制整行。
    改好保存后,请再说一次 /核实 批量。
    ");
});

office_story!(what_a_colleague_did_meanwhile_is_told_line_by_line, async |office| {
    three_in_cash(office).await;
    let (file, mut sheet) = written_out(office, "/核实 导出 规则=ZC01").await;
    filled(&mut sheet);
    office.says("李国强", "/核实 1 正常 调阅材料 材料=收据 情况=属实").await;
    office.says("李国强", "/预警 转办 2 王芳 原因=归教科文股").await;
    office.says("李国强", "/预警 认领 3").await;
    insta::assert_snapshot!(refused(office, &file, &sheet).await, @r"
    表格没有办理,有 2 处要改:
    第 4 行 预警编号:YJ2026-000001 已由社保股处理(11-23 10:00 核实为正常),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。
    第 5 行 预警编号:没有 YJ2026-000002 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。
    改好保存后,请再说一次 /核实 批量。
    ");
    // who has taken it up is asked by nobody: both are of the section
    for row in [3, 4] {
        sheet.cells[row].iter_mut().skip(9).take(5).for_each(String::clear);
    }
    office.fills(&file, &sheet);
    insta::assert_snapshot!(hands_in(office, "张敏", &file).await, @"已批量核实 1 条:1 条转为绿灯,0 条转为红灯。没有填写的 2 条仍待核实。已通知国库支付中心。");
});

office_story!(a_list_that_has_grown_since_is_written_out_anew, async |office| {
    three_lines(office).await;
    let (file, mut sheet) = written_out(office, "/核实 导出 1").await;
    filled(&mut sheet);
    office.lists(line("PZ-9", 4, "342427198002020015")).await;
    insta::assert_snapshot!(refused(office, &file, &sheet).await, @r"
    表格没有办理,有 1 处要改:
    第 4 行 预警编号:YJ2026-000001 现在有 4 行,表里是 3 行。请重新导出这一条。
    改好保存后,请再说一次 /核实 批量。
    ");
    office.pays(payment("PZ-10", "10.00")).await;
});

office_story!(a_list_of_somebody_who_has_just_been_moved_is_looked_at_with_the_rights_of_now, async |office| {
    three_in_cash(office).await;
    let session = office.app().desk.person("张敏", Account::Console).await.unwrap();
    let moved = "UPDATE staff SET section = 'business:education' WHERE name = '张敏'";
    office.store().db.execute(moved, Vec::new()).await.unwrap();
    let filed = r#"{"command":"verify.batch.filed","checks":[{"method":"documents","list":"凭证"}],"cases":[{"warning":"YJ2026-000001","facts":"逐行核实 1 行","lines":[{"n":1,"row":4,"facts":"属实","outcome":{"verdict":"normal"}}]}]}"#;
    office.says("李国强", "/预警 转办 1 李国强 原因=换人").await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    let answer = office.app().desk.act(&session, serde_json::from_str(filed).unwrap()).await.to_string();
    assert!(answer.contains("没有 YJ2026-000001 这条预警,或者它不归您所在的股室"), "{answer}");
    assert_eq!(office.journal().await, before);
    office.store().db.execute("UPDATE staff SET section = 'business:social_security' WHERE name = '张敏'", Vec::new()).await.unwrap();
});
