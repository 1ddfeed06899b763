//! The keys of a rule's TOML: read by the reader, printed as a JSON Schema, listed in the guide.

/// One key of a table.
pub(super) struct Key {
    pub name: &'static str,
    pub required: bool,
    pub holds: Holds,
    /// What it says, for whoever writes a rule.
    pub told: &'static str,
}

/// What stands behind a key.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// A text with something in it.
    Line,
    /// One of `Category`.
    Category,
    /// One of `Entity`.
    Entity,
    /// Several of them.
    Entities,
    /// Names of fields of the subject.
    Fields,
    Flag,
    Params,
    Facts,
    Levels,
    Cases,
    /// One of `Level`.
    Light,
    /// The same, or 无.
    LightOrNone,
    /// An ISO date.
    Day,
    /// The same, or 无.
    DayOrNone,
    Days,
    Records,
}

const fn must(name: &'static str, holds: Holds, told: &'static str) -> Key {
    Key { name, required: true, holds, told }
}

const fn may(name: &'static str, holds: Holds, told: &'static str) -> Key {
    Key { name, required: false, holds, told }
}

pub(super) const RULE: [Key; 16] = [
    must("code", Holds::Line, "规则编号,也是文件名,例如 ZC10"),
    must("name", Holds::Line, "规则名称"),
    must("category", Holds::Category, "规则分类"),
    must("on", Holds::Entity, "判断哪种记录"),
    may("enabled", Holds::Flag, "false:随程序提供,但停用"),
    may("with_reversed", Holds::Flag, "true:退款、撤销和已全部冲销的也要判断"),
    must("basis", Holds::Line, "规则依据:文件和条款"),
    must("scope", Holds::Line, "适用范围"),
    must("handler", Holds::Line, "预警处理人"),
    must("description", Holds::Line, "规则描述:用一两句话说清楚什么情况亮什么灯"),
    may("needs", Holds::Entities, "没有这些数据时规则未就绪,不判断"),
    may("matter", Holds::Fields, "哪些字段相同就是同一件事,只亮一条预警;不写就是每条记录一件事"),
    may("params", Holds::Params, "参数:名称 = 值,条件里用名称"),
    may("facts", Holds::Facts, "事实:名称 = 要从台账里查什么"),
    must("level", Holds::Levels, "每种灯一段:亮什么灯,什么时候亮"),
    may("case", Holds::Cases, "用例:哪些记录该亮什么灯,检查规则时逐个试"),
];

pub(super) const LEVEL: [Key; 2] = [must("light", Holds::Light, "亮什么灯"), must("when", Holds::Line, "什么时候亮:一个条件")];

pub(super) const CASE: [Key; 7] = [
    must("told", Holds::Line, "这个用例说的是什么情况"),
    must("light", Holds::LightOrNone, "应亮什么灯,不亮写 无"),
    may("today", Holds::Day, "今天是哪一天;不写是 2026-11-20(周五)"),
    may("due", Holds::DayOrNone, "下一次要判断的日期,没有写 无;不写就不核对"),
    must("records", Holds::Records, "记录:第一条是要判断的,其余是台账里已有的"),
    may("holidays", Holds::Days, "哪些周一至周五放假"),
    may("working", Holds::Days, "哪些周六、周日上班"),
];

pub(super) const MAX_PARAMS: usize = 64;
pub(super) const MAX_CASES: usize = 100;
pub(super) const MAX_RECORDS: usize = 200;
