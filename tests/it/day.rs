//! One whole day: a payment is made twice, a light goes on, people answer it until it is green.

use crate::harness::{allocation, office_story, payment};

office_story!(a_doubtful_payment_is_lit_told_and_answered, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        let answer = office.pays(payment(voucher, "4800.00").with("payee_account", "6217000001")).await;
        assert_eq!(answer.told(), "200 accepted");
    }
    insta::assert_snapshot!(office.lights().await.join("\n"), @"YJ2026-000001 🟡 ZC09 business:social_security PZ-2 4,800.00");
    insta::assert_snapshot!(office.says("王芳", "/预警 认领 1").await, @"没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    insta::assert_snapshot!(office.says("张敏", "/预警 认领 1").await, @"YJ2026-000001 由您认领,正在核实。请在 11月30日前核实,用 /核实 填写。");
    let slip = "/核实 1 违规 调阅材料 情况=同一张发票付了两次 材料=支付凭证和发票 违规类型=其他 整改要求=退回多付的款项 整改期限=12-7";
    insta::assert_snapshot!(office.says("张敏", slip).await, @"已记录核实情况,YJ2026-000001 转为红灯。请督促在 12月7日前纠正,用 /纠正 填写。已通知国库支付中心。");
    insta::assert_snapshot!(office.says("张敏", "/纠正 1 今天 情况=多付款项已退回国库 督促=电话督促两次 金额=4800.00 凭证=TK-1").await, @"已记录纠正情况,YJ2026-000001 转为绿灯。已通知国库支付中心。");
    insta::assert_snapshot!(office.chat().await, @r"
    🟡 黄灯预警 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 @张敏

    🟡 已认领 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 核实中  经办 @张敏

    🔴 黄灯转红灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 12月7日(10 个工作日)  状态 待纠正  经办 @张敏

    🟢 已转绿灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       状态 已纠正  经办 @张敏
    ");
    let mailbox = office.mailbox().await;
    let letters: Vec<String> = mailbox.all().iter().map(|mail| format!("{}  {}", mail.to, mail.subject)).collect();
    insta::assert_snapshot!(letters.join("\n"), @r"
    liguoqiang@huoshan.example  【红灯】YJ2026-000001 疑似重复支付 · 社保股 · 12月7日前纠正
    zhangmin@huoshan.example  【红灯】YJ2026-000001 疑似重复支付 · 社保股 · 12月7日前纠正
    zhoutao@huoshan.example  【黄灯转红灯】YJ2026-000001 疑似重复支付 · 社保股 · 12月7日前纠正
    zhoutao@huoshan.example  【已处理】YJ2026-000001 疑似重复支付 · 社保股 · 已纠正
    ");
    insta::assert_snapshot!(mailbox.of("liguoqiang@huoshan.example")[0].text, @r"
    请在 12月7日前督促纠正,并填写处理单。

    疑似重复支付(ZC09)
    红灯预警 YJ2026-000001

    期限:2026年12月7日 星期一(10 个工作日)
    状态:待纠正
    股室:社保股
    经办:张敏
    金额:4,800.00 元
    凭证号:PZ-2
    指标文号:皖财办〔2026〕18号
    业务日期:2026-11-23
    依据:《扶贫资金动态监控平台内部工作规程》第一部分(一)2:支付符合财政国库管理制度

    规则看到的
    指标编号:ZB-1
    类型:正常
    支付金额:4,800.00
    支付净额:4,800.00
    支付日期:2026-11-23
    相同支付.不同(凭证号):2
    间隔:7
    支出类:正常、更正

    /纠正 YJ2026-000001  登记纠正情况
    /预警 详情 YJ2026-000001  查看证据和经过

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
});
