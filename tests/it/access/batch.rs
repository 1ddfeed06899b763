//! Annex 3 as a workbook: many people at once, or nobody.

use commands::Permission::{Handle, Query};

use super::{ID, OTHER_ID, person};
use crate::harness::{Office, office_story, plain_table, workbook};

const HEAD: &[&str] = &["序号", "股室", "姓名", "身份证号", "职务", "联系电话", "权限", "备注"];

async fn applies(office: &Office, name: &str, rows: &[&[&str]]) -> String {
    let title: &[&str] = &["财政扶贫资金动态监控平台用户权限申请表"];
    let rows: Vec<&[&str]> = [title, HEAD].into_iter().chain(rows.iter().copied()).collect();
    let path = office.saves(name, workbook(&rows));
    office.says("李国强", &format!("/权限 批量 文件={}", path.display())).await
}

office_story!(a_sheet_of_annex_3_is_one_application, async |office| {
    let rows: &[&[&str]] = &[
        &["1", "社保股", "王小明", ID, "科员", "0564-6020000", "查询、处置", "新调入"],
        &["2", "", "李小红", OTHER_ID, "科员", "13800001234", "查询", ""],
        &["", "申请单位意见:", "", "", "", "", "", ""],
        &["填报人:李国强", "", "", "", "联系电话:", "", "", ""],
    ];
    insta::assert_snapshot!(applies(office, "附件3.xlsx", rows).await, @"已提交 QX2026-0001:开通 2 人。等财政信息中心授权。");
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"QX2026-0001 已办结:开通 2 人。请在终端用 jingling staff bind 给本人办理初始口令。");
    assert_eq!(person(office, "王小明").await.unwrap().permissions, [Query, Handle]);
    assert_eq!(person(office, "李小红").await.unwrap().section, "business:social_security");
    // both in one change, and out again
    let path = office.saves("撤销.csv", plain_table(&[&["姓名", "备注"], &["王小明", "调离"], &["李小红", "调离"]]));
    insta::assert_snapshot!(office.says("李国强", &format!("/权限 批量 文件={} 类型=撤销", path.display())).await, @"已提交 QX2026-0002:撤销 2 人。等财政信息中心授权。");
    office.says("吴凡", "/权限 授予 2").await;
    assert_eq!((person(office, "王小明").await, person(office, "李小红").await), (None, None));
});

office_story!(a_sheet_with_anything_wrong_is_refused_whole, async |office| {
    let before = office.journal().await;
    let rows: &[&[&str]] = &[
        &["1", "社保股", "王小明", ID, "科员", "6020000", "查询、管理员", ""],
        &["2", "社保股", "", OTHER_ID, "科员", "6020000", "查询", ""],
        &["3", "社保股", "李小红", "#342427196503120012", "科员", "6020000", "查询", ""],
    ];
    insta::assert_snapshot!(applies(office, "一.xlsx", rows).await, @r"
    整张表都没有提交,请改正后再来一次。
    第 3 行 权限: 只能从这些里选:查询、处置、审批、汇总、规则管理、用户管理、专项检查。
    第 4 行 姓名: 没有填写。
    第 5 行 身份证号: 超过 Excel 能保存的 15 位,后面的数字已经丢失;请把这一列设为文本格式,再重新填写。
    ");
    let rows: &[&[&str]] = &[
        &["1", "社保股", "王小明", ID, "科员", "6020000", "查询", ""],
        &["2", "水利股", "李小红", "342427196503120013", "科员", "", "汇总", ""],
        &["3", "社保股", "王小明", OTHER_ID, "科员", "6020000", "查询", ""],
    ];
    insta::assert_snapshot!(applies(office, "二.xlsx", rows).await, @r"
    整张表都没有提交,请改正后再来一次。
    第 4 行 身份证号: 最后一位校验码不对,请核对。
    第 4 行 股室: 没有这个股室或单位。可选:局脱贫攻坚领导小组办公室、局党组、预算股、评审中心、农业股、社保股、教科文股、经建股、财监股、国库支付中心、财政信息中心、驻局纪检监察组。
    第 4 行 联系电话: 没有填写。
    第 5 行 姓名: 这个人在表里出现了两次,请只留一行。
    ");
    insta::assert_snapshot!(applies(office, "三.xlsx", &[]).await, @"没有提交。标题行下面没有人。");
    let path = office.saves("四.csv", plain_table(&[&["姓名", "职务"], &["王小明", "科员"]]));
    insta::assert_snapshot!(office.says("李国强", &format!("/权限 批量 文件={}", path.display())).await, @"没有提交。缺少这些列:身份证号、联系电话、权限。请按附件3的样式补上。");
    insta::assert_snapshot!(office.says("李国强", "/权限 批量 文件=没有.xlsx").await, @"没有提交。找不到这个文件。");
    assert_eq!(office.journal().await, before, "nothing of it is kept");
});
