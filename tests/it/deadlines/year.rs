//! A year whose holidays nobody has published: the plain week, and it is said; once they are there, what was counted is counted again.

use jingling::intake::files::Kind;

use super::{it_is, pays_again, said_since};
use crate::harness::office_story;

const YEAR: &str = "日期,休/班,名称\n2027-01-01,休,元旦\n2027-01-04,休,元旦\n2027-01-09,班,元旦\n2027-05-01,休,劳动节\n2027-05-03,休,劳动节\n\
    2027-05-04,休,劳动节\n2027-05-05,休,劳动节\n2027-10-01,休,国庆节\n2027-10-04,休,国庆节\n2027-10-05,休,国庆节\n2027-10-06,休,国庆节\n2027-10-07,休,国庆节\n";

office_story!(an_unpublished_year_is_said_and_counted_again_once_it_is_known, async |office| {
    it_is(office, "2026-12-30T10:00");
    pays_again(office, "PZ-1").await;
    pays_again(office, "PZ-2").await;
    let laid_down = "/核实 2 违规 调阅材料 情况=付了两次 材料=凭证 违规类型=其他 整改要求=退回 整改期限=2027-1-6";
    assert!(office.says("张敏", laid_down).await.contains("请督促在 1月6日前纠正"));
    pays_again(office, "PZ-3").await;
    office.says("张敏", "/预警 暂停 3 等待=省财政厅 原因=等候批复 至=2027-1-5").await;
    let chat = office.chat().await;
    assert!(chat.contains("期限 1月6日(5 个工作日,2027年放假安排未公布,按周一至周五计算)"), "{chat}");
    assert!(office.says("张敏", "/预警 详情 1").await.contains("期限 1月6日(2027年放假安排未公布,按周一至周五计算)"));
    let letters = office.mailbox().await;
    assert!(letters.of("liguoqiang@huoshan.example")[0].text.contains("2027年放假安排未公布"));
    office.jobs().await;
    insta::assert_snapshot!(office.troubles().await, @"calendar: 2027年放假安排还没有导入,期限按周一至周五计算。公布后请用 jingling import holidays 导入。");
    let before = office.chat().await;
    assert_eq!(office.imports(Kind::Holidays, "节假日.csv", YEAR).await, "新增 12 行,已有 0 行,更正 0 行,拒收 0 行。");
    insta::assert_snapshot!(said_since(office, &before).await, @r"
    🟡 期限重新计算 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 500.00 元
       凭证 PZ-1b  日期 12月30日
       期限 1月8日(5 个工作日)  状态 待核实  经办 @张敏

    🟡 期限重新计算 YJ2026-000003 · 疑似重复支付(ZC09)
       股室 社保股  金额 500.00 元
       凭证 PZ-3b  日期 12月30日
       期限 1月11日(7 个工作日)  状态 待核实  经办 @张敏
    ");
    let told = office.says("张敏", "/预警 详情 1").await;
    let history: Vec<&str> = told.lines().filter(|line| line.starts_with("   12-")).collect();
    insta::assert_snapshot!(history.join("\n"), @r"
       12-30 10:00 触发(🟡 待核实)
       12-30 10:00 按新的放假安排重新计算期限(🟡 待核实)  期限 1月6日→1月8日
    ");
    assert!(office.says("张敏", "/预警 详情 2").await.contains("期限 1月6日"), "what a person laid down stays");
    assert_eq!(office.says("张敏", "/预警 恢复 3").await, "YJ2026-000003 恢复计时,期限是 1月8日。");
    office.jobs().await;
    assert_eq!(office.troubles().await, "");
});
