//! `/绑定`: an account on Discord becomes a person's own (实名制, part 5). Whoever has no account bound learns only how to get one.

use super::{Account, Declined, Desk, Reply, now};
use crate::chat;
use crate::delivery::card::mention;
use crate::domain::ChatSafe;
use crate::store::account::{self, Binding};

/// What somebody is told whose account is nobody's.
pub(super) fn stranger() -> ChatSafe {
    chat!("您的账号还没有绑定到本人。请向财政信息中心领取一次性代码,再在这里输入 /绑定 代码。")
}

pub(super) async fn bind(desk: &Desk, account: Account, code: &str) -> Result<Reply, Declined> {
    let Account::Discord(account) = account else { return Err(chat!("/绑定 要在 Discord 里输入,终端用口令登录。").into()) };
    let (now, _) = now(desk);
    Ok(match account::redeem(&desk.store, now, account, code).await? {
        Binding::Bound(person) => chat!("已绑定,{},您好。用 /我的 查看待办,/帮助 查看命令。", mention(Some(&(person.id, person.name)))),
        Binding::NoSuchCode => chat!("这个代码不对、已经用过或已过期。请核对,或请财政信息中心重新办理。"),
        Binding::AccountTaken => chat!("这个 Discord 账号已绑定给另一位用户。一人一个账号,请用您自己的账号;如需更换,请找财政信息中心先解除绑定。"),
        Binding::PersonBound(_) => chat!("您已经绑定了另一个 Discord 账号。一人一个账号;如需更换,请找财政信息中心先解除绑定。"),
        Binding::Wait(then) => chat!("代码输错的次数太多,请在 {} 以后再试。", then),
    }
    .into())
}
