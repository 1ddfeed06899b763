//! What became of a file, in one sentence.

use std::fmt;

use super::door::Counts;

/// `新增 998 行,已有 0 行,更正 2 行,拒收 1 行。另有 1 行合计或说明未导入。`
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            write!(f, "试读:可以导入 {} 行,不能导入 {} 行。没有写入任何内容。", self.accepted + self.known, self.refused)?;
        } else {
            if self.before {
                write!(f, "这份内容以前已经导入,这次没有改变。当时:")?;
            }
            write!(f, "新增 {} 行,已有 {} 行,更正 {} 行,拒收 {} 行。", self.accepted, self.known, self.corrected, self.refused)?;
        }
        if self.skipped > 0 {
            write!(f, "另有 {} 行合计、说明或重复的标题没有导入。", self.skipped)?;
        }
        if self.left > 0 || self.returned > 0 {
            let will = if self.dry_run { "会有" } else { "有" };
            write!(f, "名单整体替换:{will} {} 个离开名单,{} 个重新列入。", self.left, self.returned)?;
        }
        if self.not_replaced {
            write!(f, "因为有拒收的行,名单没有整体替换,没有人离开名单;请改正后重新导入。")?;
        }
        Ok(())
    }
}
