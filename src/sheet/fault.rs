//! Why a file, or a row of it, is not taken. Each sentence says what to do; none quotes what stands in a cell.

/// What is wrong with a file (文件问题).
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    #[error("找不到这个文件")]
    Missing,
    #[error("这是一个文件夹,不是文件")]
    Folder,
    #[error("这是一个链接或设备,不是文件;请直接放文件本身")]
    NotAFile,
    #[error("没有读取这个文件的权限;请检查文件权限")]
    Forbidden,
    #[error("读文件时出错({0});请检查磁盘,再试一次")]
    Disk(std::io::ErrorKind),
    #[error("文件是空的")]
    Nothing,
    #[error("文件太大(超过 {0} MB);请分成几个文件")]
    TooLarge(u64),
    #[error("文件有打开密码;请用 Excel 或 WPS 去掉密码后另存为 .xlsx")]
    Password,
    #[error("这是旧的 .xls 文件;请用 Excel 或 WPS 另存为 .xlsx")]
    OldWorkbook,
    #[error("工作簿带有宏,不能导入;请另存为不带宏的 .xlsx")]
    Macro,
    #[error("这不是 .xlsx 工作簿,也不是 .csv 文本;请用 Excel 或 WPS 另存为 .xlsx")]
    UnknownKind,
    #[error("工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx")]
    Broken,
    #[error("工作簿展开后太大,不能导入;请只留要导入的表,另存为 .xlsx")]
    Bomb,
    #[error("工作簿里有不常见的写法,不能导入;请用 Excel 或 WPS 打开后另存为 .xlsx")]
    Unusual,
    #[error("没有叫 {0} 的工作表;有的是 {1}")]
    NoSuchSheet(String, String),
    #[error("没有找到标题行;标题行里至少要有其中几个: {}", .0.join("、"))]
    NoHeader(Vec<String>),
    #[error("有几个工作表都像要导入的表: {};请用 --sheet 写明用哪一个,或删去其余的表", .0.join("、"))]
    SeveralSheets(Vec<String>),
    #[error("标题 {0} 出现了不止一次({1} 列和 {2} 列);请改名或删去多余的一列")]
    SameTitle(String, String, String),
    #[error("表头写了不止一种金额单位;请在每个金额列的标题后写明单位,如 金额(元)")]
    SeveralUnits,
    #[error("第 {0} 行起的引号没有结束;请检查这一行的引号")]
    OpenQuote(u32),
    #[error("第 {row} 行有 {encoding} 读不出的字;请另存为 UTF-8 编码的 .csv,或另存为 .xlsx")]
    Encoding { row: u32, encoding: &'static str },
    #[error("第 {0} 行里有空字符,不是文本文件;请另存为 .xlsx")]
    Nul(u32),
    #[error("第 {0} 行太长;请检查换行和引号")]
    LongLine(u32),
    /// Only this row: reading goes on with the next.
    #[error("第 {0} 行: {1}")]
    Row(u32, RowFault),
}

/// What is wrong with one row; those after it can still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    #[error("有 {found} 列,标题行有 {expected} 列;请检查是否多了或少了分隔符、换行")]
    Ragged { found: usize, expected: usize },
    #[error("内容太多;请检查是否把别的内容粘贴进了单元格")]
    TooMuch,
}

impl FileFault {
    /// The row it is about, if only that row is lost and reading goes on.
    pub fn row(&self) -> Option<u32> {
        match self {
            FileFault::Row(row, _) => Some(*row),
            FileFault::Missing
            | FileFault::Folder
            | FileFault::NotAFile
            | FileFault::Forbidden
            | FileFault::Disk(_)
            | FileFault::Nothing
            | FileFault::TooLarge(_)
            | FileFault::Password
            | FileFault::OldWorkbook
            | FileFault::Macro
            | FileFault::UnknownKind
            | FileFault::Broken
            | FileFault::Bomb
            | FileFault::Unusual
            | FileFault::NoSuchSheet(..)
            | FileFault::NoHeader(_)
            | FileFault::SeveralSheets(_)
            | FileFault::SameTitle(..)
            | FileFault::SeveralUnits
            | FileFault::OpenQuote(_)
            | FileFault::Encoding { .. }
            | FileFault::Nul(_)
            | FileFault::LongLine(_) => None,
        }
    }
}

impl From<std::io::Error> for FileFault {
    fn from(error: std::io::Error) -> FileFault {
        match error.kind() {
            std::io::ErrorKind::NotFound => FileFault::Missing,
            std::io::ErrorKind::PermissionDenied => FileFault::Forbidden,
            other => FileFault::Disk(other),
        }
    }
}
