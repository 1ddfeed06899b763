//! `/审批 列表|同意|退回`: a second person decides what was proposed for a red light. Whoever proposed it cannot, through whatever account.

use commands::{Agree, Approve, Command, ProposalKind, Return, WarningNo};

use super::deed::{Change, Scene};
use super::known::Whose;
use super::mine::Todo;
use super::motion::{Beside, Motion, Plan, To};
use super::moves::{self, waiting};
use super::propose::decides;
use super::{Actor, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no, said, sign, terms};
use crate::domain::{ChatSafe, RuleName, Step};
use crate::store::proposal::{self, Proposal, Status};
use crate::store::staff::{self, Staff};
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{Entry, StoreError, Turn};
use crate::watch::Orders;

pub(super) async fn act(desk: &Desk, actor: &Actor, approve: Approve) -> Result<Reply, Declined> {
    match approve {
        Approve::List => list(desk, actor).await,
        Approve::Agree(agree) => moves::act(desk, actor, &agree).await,
        Approve::Return(back) => moves::act(desk, actor, &back).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, approve: &Approve) -> Result<(), StoreError> {
    match approve {
        Approve::List => Ok(()),
        Approve::Agree(agree) => moves::replay(turn, orders, entry, agree).await,
        Approve::Return(back) => moves::replay(turn, orders, entry, back).await,
    }
}

impl Motion for Agree {
    fn command(&self) -> Command {
        Command::Approve(Approve::Agree(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Propose
    }

    fn whose(&self) -> Whose {
        Whose::Readers
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let proposal = meant(scene, before, self.kind).await?;
        let (step, how, occasion) = match proposal.terms.kind {
            ProposalKind::FalseAlarm => (Step::Dismiss, Move::Dismissed, Occasion::Closed),
            ProposalKind::Recover | ProposalKind::Suspend | ProposalKind::Circulate | ProposalKind::Transfer | ProposalKind::Other => {
                (Step::Propose, Move::Measured, Occasion::Measured)
            }
        };
        let changes = vec![decided(&proposal, Status::Approved)];
        Ok(Plan { occasion: Some(occasion), to: To::Stays, beside: Beside::Decides(proposal, Status::Approved), changes, ..Plan::of(step, how) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, plan: &Plan) -> ChatSafe {
        let Beside::Decides(proposal, _) = &plan.beside else { return ChatSafe::default() };
        if proposal.terms.kind == ProposalKind::FalseAlarm {
            return chat!("已同意,{} 认定为误报,转为绿灯。已通知国库支付中心。", no(after.no));
        }
        let lead = chat!("如有问题线索,请用 /线索 报驻局纪检监察组。");
        chat!("已同意对 {} 的处置:{}。已通知国库支付中心。红灯不变,请督促{}纠正。{}", no(after.no), terms(&proposal.terms), scene.by(after.due_on), lead)
    }
}

impl Motion for Return {
    fn command(&self) -> Command {
        Command::Approve(Approve::Return(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Propose
    }

    fn whose(&self) -> Whose {
        Whose::Readers
    }

    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let proposal = meant(scene, before, self.kind).await?;
        let changes = vec![decided(&proposal, Status::Returned)];
        let beside = Beside::Decides(proposal, Status::Returned);
        Ok(Plan { occasion: Some(Occasion::Returned), slip: Some(("退回", None)), beside, changes, ..Plan::beside(Step::Propose, Move::Returned) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, plan: &Plan) -> ChatSafe {
        let Beside::Decides(proposal, _) = &plan.beside else { return ChatSafe::default() };
        let who = mention(staff::named(scene.people, Some(proposal.proposed_by)).as_ref());
        chat!("已退回 {} 提请的 {} 的{}。红灯不变。", who, no(after.no), terms(&proposal.terms))
    }
}

fn decided(proposal: &Proposal, status: Status) -> Change {
    Change::of(proposal.terms.kind.name(), Status::Waiting.name(), status.name())
}

/// The proposal that is meant, if it waits and falls to this person to decide.
async fn meant(scene: &mut Scene<'_>, before: &Warning, kind: Option<ProposalKind>) -> Result<Proposal, Declined> {
    let fits = |proposal: &Proposal| kind.is_none_or(|kind| proposal.terms.kind == kind);
    let mut open = waiting(scene.turn, before.no).await?;
    open.retain(fits);
    if open.len() > 1 {
        let kinds = ChatSafe::list(open.iter().map(|proposal| ChatSafe::fixed(proposal.terms.kind.name())));
        let all = open.len();
        return Err(chat!("{} 有 {} 件待审批:{}。请写明是哪一件,例如 事项=收回。", no(before.no), all, kinds).into());
    }
    let Some(proposal) = open.pop() else {
        let latest = proposal::in_turn(&mut scene.turn.tx, scene.turn.office, before.no).await?.into_iter().rev().find(fits);
        return Err(settled(scene.people, before, latest.as_ref()).into());
    };
    if !decides(&scene.orders.settings, scene.actor, before, proposal.terms.kind) {
        return Err(match proposal.terms.kind {
            ProposalKind::FalseAlarm => chat!("{} 的误报由它所在的股室、农业股或局领导有“审批”权限的人审批。", no(before.no)),
            ProposalKind::Recover | ProposalKind::Suspend | ProposalKind::Circulate | ProposalKind::Transfer | ProposalKind::Other => {
                chat!("{} 的处置由农业股或局领导有“审批”权限的人审批。", no(before.no))
            }
        }
        .into());
    }
    if proposal.proposed_by == scene.actor.id {
        return Err(chat!("{} 的{}是您自己提请的,须由另一人审批。", no(before.no), ChatSafe::fixed(proposal.terms.kind.name())).into());
    }
    Ok(proposal)
}

/// Nothing waits: by whom and when the last of it was decided.
fn settled(people: &[Staff], before: &Warning, latest: Option<&Proposal>) -> ChatSafe {
    match latest.and_then(|latest| Some((latest, latest.settled_at?))) {
        Some((latest, at)) => {
            let who = mention(staff::named(people, latest.settled_by).as_ref());
            let (kind, status) = (ChatSafe::fixed(latest.terms.kind.name()), ChatSafe::fixed(latest.status.name()));
            chat!("{} 的{}已由 {} 于 {} 审批({}),无需再次审批。", no(before.no), kind, who, at, status)
        }
        None => chat!("{} 没有等待审批的事项。用 /审批 列表 查看。", no(before.no)),
    }
}

/// What waits for this person, the oldest first.
async fn mine(desk: &Desk, actor: &Actor) -> Result<Vec<(Proposal, Warning)>, StoreError> {
    let mut mine = Vec::new();
    for proposal in proposal::waiting(&desk.store).await? {
        if let Some(warning) = warning::get(&desk.store, proposal.no).await?
            && proposal.proposed_by != actor.staff.id
            && decides(&desk.orders.settings, &actor.staff, &warning, proposal.terms.kind)
        {
            mine.push((proposal, warning));
        }
    }
    Ok(mine)
}

async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let people = staff::all(&desk.store).await?;
    let mine = mine(desk, actor).await?;
    if mine.is_empty() {
        return Ok(chat!("没有等您审批的事项。").into());
    }
    let lines = mine.iter().map(|(proposal, w)| {
        let who = mention(staff::named(&people, Some(proposal.proposed_by)).as_ref());
        let name = said(RuleName::new(&w.rule_name));
        chat!("{} {} {}  {}  {} 提请于 {}", sign(w.state.light()), no(w.no), name, terms(&proposal.terms), who, proposal.proposed_at)
    });
    let next = chat!("情况和原因用 /预警 全文 查看(只在终端)。用 /审批 同意 或 /审批 退回 办理。");
    Ok(ChatSafe::lines(lines.chain([next])).into())
}

/// What waits for this person, for `/我的`.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    let todo = |(proposal, w): (Proposal, Warning)| Todo {
        due_on: Some(w.due_on),
        text: chat!("{} {} 待审批:{},用 /审批 办理", sign(w.state.light()), no(w.no), terms(&proposal.terms)),
    };
    Ok(mine(desk, actor).await?.into_iter().map(todo).collect())
}
