//! Why a whole file is not taken. Each sentence says what to do; none quotes what stands in a cell.

use super::kind::Kind;
use crate::sheet::FileFault;
use crate::store::StoreError;

/// Nothing of the file was entered, or it can be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{0}。")]
    File(#[from] FileFault),
    #[error("列的对照 {name} 有 {} 处问题:\n{}", faults.len(), faults.join("\n"))]
    Mapping { name: String, faults: Vec<String> },
    #[error("列的对照是 {} 用的,不是 {} 用的。", .mapping.name(), .asked.name())]
    OtherKind { asked: Kind, mapping: Kind },
    #[error("来源应为 1 到 32 个小写英文、数字或下划线,例如 treasury。")]
    Source,
    #[error("{0}")]
    Field(String),
    #[error("缺少这些列: {}。请补上,或把标题改成这样;每行都一样的,可以用 --set 括号里的字段=内容 写明。", .0.join("、"))]
    MissingColumns(Vec<String>),
    #[error("标题行下面没有数据。")]
    NoRows,
    #[error("{}不是名单,不能整体替换。可以整体替换的是 beneficiaries、payroll、projects、standards。", .0.title())]
    NotAList(Kind),
    #[error("替换后名单上的 {of} 个会有 {leaving} 个离开,超过一半,没有导入。请核对文件是否完整;确实如此的,加上 --yes 再导入。")]
    TooMany { leaving: usize, of: usize },
    #[error(
        "同一凭证的 {0} 行已是别人的发放明细,导入会改写它们,没有导入。是另一份清册的,请接着前一份编行号(加一列 行号,或用 --set line_no=起始行号);确实要改写的,加上 --yes 再导入。"
    )]
    OtherPeople(usize),
    #[error("节假日表没有导入: {0}。")]
    Holidays(String),
    #[error("节假日只要文件本身,不用 --mapping、--source、--set、--replace。")]
    PlainHolidays,
    #[error("这份内容没有被接受({0})。请稍后再试一次。")]
    Answered(u16),
    #[error("临时文件写不了({0})。请检查磁盘空间。")]
    Spool(std::io::Error),
    #[error("数据库: {0}")]
    Store(#[from] StoreError),
}

impl Refusal {
    /// Whether the same file may be taken another time as it is: the fault is not in it.
    pub fn passes(&self) -> bool {
        match self {
            Refusal::File(FileFault::Disk(_) | FileFault::Forbidden) | Refusal::Answered(_) | Refusal::Spool(_) | Refusal::Store(_) => true,
            Refusal::File(_)
            | Refusal::Mapping { .. }
            | Refusal::OtherKind { .. }
            | Refusal::Source
            | Refusal::Field(_)
            | Refusal::MissingColumns(_)
            | Refusal::NoRows
            | Refusal::NotAList(_)
            | Refusal::TooMany { .. }
            | Refusal::OtherPeople(_)
            | Refusal::Holidays(_)
            | Refusal::PlainHolidays => false,
        }
    }
}
