//! `/预警 更正`: a filed slip (处理单) never changes; a correction is another slip that names it. Also once the warning is closed.

use commands::{Amend, Command, Handling, WarningNo};

use super::Declined;
use super::deed::{Change, Scene};
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::{mention, no};
use crate::domain::{ChatSafe, Step};
use crate::store::transition::Move;
use crate::store::warning::Warning;
use crate::store::{slip, staff};

impl Motion for Amend {
    fn command(&self) -> Command {
        Command::Handling(Handling::Amend(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Amend
    }

    fn texts(&self) -> Vec<String> {
        vec![self.content.to_string()]
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let (filed, corrects) = (slip::filed(scene.turn, before.no).await?, i64::from(self.slip.get()));
        if filed.is_empty() {
            return Err(chat!("{} 还没有处理单,不用更正。", no(before.no)).into());
        }
        let Some((kind, writer)) = usize::try_from(corrects - 1).ok().and_then(|at| filed.get(at)) else {
            return Err(chat!("{} 只有 {} 张处理单,没有第 {} 张。用 /预警 详情 查看。", no(before.no), filed.len(), corrects).into());
        };
        // what another decided about the section's work is not the section's to correct
        if ["督办", "退回", "重开"].contains(&kind.as_str()) && *writer != scene.actor.id {
            let writer = staff::named(scene.people, Some(*writer));
            return Err(
                chat!("{} 的第 {} 张处理单是 {} 写的意见,您不能更正。有不同情况,请与对方联系。", no(before.no), corrects, mention(writer.as_ref())).into()
            );
        }
        let changes = vec![Change::of("处理单", "", format!("第 {} 张,更正第 {corrects} 张", filed.len() + 1))];
        Ok(Plan { slip: Some(("更正", Some(corrects))), changes, ..Plan::beside(Step::Amend, Move::Amended) })
    }

    fn done(&self, _: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        chat!("已更正 {} 的第 {} 张处理单:原来的不变,更正另存一张。", no(after.no), self.slip.get())
    }
}
