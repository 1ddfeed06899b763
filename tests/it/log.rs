//! What is recorded beside warnings: exchanges and trainings.

use crate::harness::{Office, office_story};

office_story!(an_exchange_is_recorded_and_read_again, async |office: &mut Office| {
    let line = "/记录 登记 沟通协调 今天 对象=省厅信息中心 内容=\"接口升级\" 结果=\"下月测试\"";
    insta::assert_snapshot!(office.says("吴凡", line).await, @"这个命令需要“查询”权限。如需开通,请按附件3的申请表找财政信息中心办理。");
    insta::assert_snapshot!(office.says("赵刚", line).await, @"已登记 JL2026-0001。");
    insta::assert_snapshot!(office.says("张敏", "/记录 列表").await, @"JL2026-0001 沟通协调  11月23日  评审中心 @赵刚");
    insta::assert_snapshot!(office.says("张敏", "/记录 查看 1").await, @r"
        JL2026-0001 沟通协调 2026-11-23
        对象:省厅信息中心
        内容:接口升级
        结果:下月测试
        ");
    insta::assert_snapshot!(office.says("张敏", "/记录 查看 QX2026-0001").await, @"编号应写成 JL2026-0007 的样子,今年的也可以只写 7。");
    insta::assert_snapshot!(office.says("张敏", "/记录 登记 培训 今天 对象=\"张三 13812345678\" 内容=甲 结果=乙").await, @"文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。");
});
