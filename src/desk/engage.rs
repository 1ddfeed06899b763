//! `/预警 配合`: another section helps to investigate (part 2 (五)). It may read the warning from now on, and adds to its follow-up.

use commands::{Command, Engage, Handling, Permission, WarningNo};

use super::deed::{Change, Scene};
use super::mine::Todo;
use super::motion::{Audience, Beside, Motion, Plan};
use super::{Actor, Declined, Desk, section_called, section_name};
use crate::chat;
use crate::delivery::card::{Occasion, no, said, sign};
use crate::delivery::note::NoteKind;
use crate::domain::{ChatSafe, RuleName, Step};
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{StoreError, co_handler};

impl Motion for Engage {
    fn command(&self) -> Command {
        Command::Handling(Handling::Engage(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Engage
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let settings = &scene.orders.settings;
        let section = section_called(settings, self.section.as_str())?;
        let name = section_name(settings, &section.code);
        if section.code == before.section {
            return Err(chat!("{} 本来就由{}办理,不用再请配合。", no(before.no), name).into());
        }
        if !scene.people.iter().any(|person| person.section == section.code && person.may(Permission::Handle)) {
            return Err(chat!("{}还没有能办理预警的人。请找别的股室配合,或先找财政信息中心开通权限。", name).into());
        }
        if co_handler::in_turn(scene.turn, before.no).await?.contains(&section.code) {
            return Err(chat!("{} 已经请{}配合了。", no(before.no), name).into());
        }
        let changes = vec![Change::of("配合股室", "", &section.name)];
        let beside = Beside::Helper(section.code.clone());
        Ok(Plan { occasion: Some(Occasion::Engaged), beside, changes, ..Plan::beside(Step::Engage, Move::Engaged) })
    }

    fn told<'p>(&self, _: &Scene<'p>, _: &Warning, plan: &Plan) -> Option<(NoteKind, Audience<'p>)> {
        let Beside::Helper(section) = &plan.beside else { return None };
        Some((NoteKind::CoHandling, Audience::Section(section.clone())))
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, plan: &Plan) -> ChatSafe {
        let Beside::Helper(section) = &plan.beside else { return ChatSafe::default() };
        chat!("已请{}配合办理 {},已通知他们。他们可以查看这条预警,并用 /预警 跟踪 记录情况。", section_name(&scene.orders.settings, section), no(after.no))
    }
}

/// Open warnings that the actor's section helps with.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    let helped = warning::helped_by(&desk.store, &actor.staff.section).await?;
    let todo = |w: &Warning| {
        let lead = section_name(&desk.orders.settings, &w.section);
        let text = chat!("{} {} {}  配合{}办理,用 /预警 详情 查看", sign(w.state.light()), no(w.no), said(RuleName::new(&w.rule_name)), lead);
        Todo { due_on: Some(w.due_on), text }
    };
    Ok(helped.iter().map(todo).collect())
}
