//! A deadline stands still while another authority is waited for: by its handler, for so long and no longer.

use super::{HEAD, it_is, pays_again, pays_twice, said_since};
use crate::harness::{Office, office_story};

const PAUSE: &str = "/预警 暂停 1 等待=省财政厅 原因=已去函等候批复 至=12月4日";

async fn history(office: &Office, name: &str) -> String {
    let told = office.says(name, "/预警 详情 1").await;
    told.lines().filter(|line| line.starts_with("   11-") || line.starts_with("   12-")).collect::<Vec<_>>().join("\n")
}

office_story!(while_another_authority_is_waited_for_nobody_is_called_and_the_deadline_moves, async |office| {
    pays_twice(office).await;
    insta::assert_snapshot!(office.says("张敏", PAUSE).await, @"YJ2026-000001 暂停计时,到 12月4日恢复。期限由 11月30日改为 12月11日,期间不再提醒。有了答复请用 /预警 恢复。");
    insta::assert_snapshot!(office.says("张敏", "/我的").await, @r"
    等候其他单位(暂停计时)
    🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 12月11日  待核实
    ");
    assert!(!office.chat().await.contains("去函"), "what was typed is not said again");
    let full = office.says("张敏", "/预警 全文 1 原因=核对").await;
    assert!(full.contains("— 处理单 1 暂停 2026-11-23 10:00 张敏\n   /预警 暂停 编号=YJ2026-000001"), "{full}");
    let before = office.chat().await;
    for day in ["2026-11-27", "2026-12-01", "2026-12-03"] {
        it_is(office, &format!("{day}T09:00"));
        office.jobs().await;
    }
    assert_eq!(said_since(office, &before).await, "");
    it_is(office, "2026-12-04T09:00");
    office.jobs().await;
    office.jobs().await;
    insta::assert_snapshot!(said_since(office, &before).await, @r"
    🟡 恢复计时 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 12月11日(5 个工作日)  状态 待核实  经办 @张敏
    ");
    it_is(office, "2026-12-10T09:00");
    office.jobs().await;
    assert!(office.chat().await.contains("到期提醒"));
    insta::assert_snapshot!(history(office, "张敏").await, @r"
       11-23 10:00 触发(🟡 待核实)
       11-23 10:00 暂停计时(🟡 待核实)  @张敏  期限 11月30日→12月11日
       12-04 09:00 恢复计时(🟡 待核实)
    ");
});

office_story!(an_answer_that_comes_early_lets_it_run_again, async |office| {
    pays_twice(office).await;
    office.says("张敏", PAUSE).await;
    it_is(office, "2026-11-25T09:00");
    insta::assert_snapshot!(office.says("张敏", "/预警 恢复 1").await, @"YJ2026-000001 恢复计时,期限是 12月2日。");
    insta::assert_snapshot!(office.says("张敏", "/预警 恢复 1").await, @"YJ2026-000001 没有暂停计时,期限是 12月2日。");
    insta::assert_snapshot!(history(office, "张敏").await, @r"
       11-23 10:00 触发(🟡 待核实)
       11-23 10:00 暂停计时(🟡 待核实)  @张敏  期限 11月30日→12月11日
       11-25 09:00 恢复计时(🟡 待核实)  @张敏  期限 12月11日→12月2日
    ");
    // answered while it stands still: there is nothing left to run again
    office.says("张敏", PAUSE).await;
    office.says("张敏", "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=两次分别是两季度的补助").await;
    let before = office.chat().await;
    it_is(office, "2026-12-05T09:00");
    office.jobs().await;
    assert_eq!(said_since(office, &before).await, "");
});

office_story!(who_may_not_pause_and_what_cannot_be_paused_is_said, async |office| {
    office.hires("马骏", "lead_office", HEAD, "majun").await;
    pays_twice(office).await;
    let before = office.journal().await;
    for (name, line, answer) in [
        ("李国强", PAUSE, "YJ2026-000001 由 @张敏 经办,暂停和恢复计时由经办人办理。"),
        ("李国强", "/预警 恢复 1", "YJ2026-000001 由 @张敏 经办,暂停和恢复计时由经办人办理。"),
        ("马骏", PAUSE, "YJ2026-000001 由 @张敏 经办,暂停和恢复计时由经办人办理。"),
        ("王芳", PAUSE, "没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。"),
        ("张敏", &PAUSE.replace(" 1 ", " 9 "), "没有 YJ2026-000009 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。"),
        ("张敏", &PAUSE.replace("12月4日", "11月23日"), "恢复日期 2026-11-23 应晚于今天 2026-11-23。跨年的日期请写上年份。"),
        ("张敏", &PAUSE.replace("12月4日", "2027-03-01"), "一次最多暂停 60 个工作日,最晚到 2月15日。到期还没有答复的,可以再暂停。"),
        ("张敏", &PAUSE.replace("等候批复", "13812345678"), "文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。"),
        ("张敏", "/预警 恢复 1", "YJ2026-000001 没有暂停计时,期限是 11月30日。"),
    ] {
        assert_eq!(office.says(name, line).await, answer, "{name} {line}");
    }
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");
    office.says("张敏", PAUSE).await;
    assert_eq!(office.says("张敏", PAUSE).await, "YJ2026-000001 已经暂停计时,到 12月4日恢复。要提前恢复,用 /预警 恢复。");
    office.says("张敏", "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=属实").await;
    assert_eq!(office.says("张敏", PAUSE).await, "YJ2026-000001 已经处理完毕(核实为正常),没有期限了。");
    // from Friday over the weekend there is nothing to stand still
    it_is(office, "2026-11-27T10:00");
    pays_again(office, "PZ-7").await;
    let weekend = PAUSE.replace(" 1 ", " 2 ").replace("12月4日", "11月29日");
    assert_eq!(office.says("张敏", &weekend).await, "到 11月29日没有工作日可以暂停。请写晚一些的日期。");
});

office_story!(a_new_deadline_runs_though_it_falls_on_the_day_to_which_a_pause_had_moved_the_old_one, async |office| {
    pays_twice(office).await;
    it_is(office, "2026-11-24T09:00");
    let paused = office.says("张敏", PAUSE).await;
    assert!(paused.contains("由 11月30日改为 12月10日"), "{paused}");
    it_is(office, "2026-12-03T09:00");
    office.says("张敏", "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=属实").await;
    let reopened = office.says("陈静", "/预警 重开 1 原因=材料不全").await;
    assert!(reopened.contains("在 12月10日前办理"), "{reopened}");
    insta::assert_snapshot!(office.says("张敏", "/我的").await, @r"
    以后到期
    🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 12月10日  待核实
    ");
    assert_eq!(office.says("张敏", "/预警 恢复 1").await, "YJ2026-000001 没有暂停计时,期限是 12月10日。");
    let before = office.chat().await;
    it_is(office, "2026-12-04T09:00");
    office.jobs().await;
    assert_eq!(said_since(office, &before).await, "");
});
