//! `jingling console`: one signs in with one's own passphrase and acts as oneself.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use clap::Args;

use crate::app::{lay_down_first, open_existing};
use crate::chat::console::{Identity, converse};
use crate::chat::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::delivery::console::follow;
use crate::desk::Desk;
use crate::store::Store;
use crate::store::staff::{self, Staff};
use crate::watch::Orders;

#[derive(Debug, Args)]
pub struct Options {
    /// 登录后先修改口令
    #[arg(long)]
    change_passphrase: bool,
}

/// Wrong tries before the terminal is closed, and the pause after each.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_secs(2);
/// Characters of a passphrase.
const SHORTEST: usize = 10;

pub async fn run(config: &Config, options: Options) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    let clock = Clock::system();
    lay_down_first(&store, &clock, config).await?;
    let Some(name) = sign_in(&store, &clock, options.change_passphrase).await? else { return Ok(ExitCode::FAILURE) };
    let office = Office::open(desk(config, &store, clock).await?).await?;
    println!("{name},您好。用 /我的 查看待办,/帮助 查看命令,退出 离开。");
    // the service writes what it announces to the transcript
    let (listener, announcements) = tokio::sync::mpsc::channel(64);
    tokio::spawn(follow(config.chat.transcript.clone(), listener));
    converse(Arc::new(office), Identity::Person(name), announcements).await?;
    store.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The desk, for what is said beside the service.
pub(super) async fn desk(config: &Config, store: &Store, clock: Clock) -> anyhow::Result<Desk> {
    let mut turn = store.turn().await?;
    let orders = Arc::new(Orders::read(&mut turn).await?);
    drop(turn);
    Ok(Desk { store: store.clone(), orders, clock, files: config.desk.folder.clone(), outgoing: config.outgoing.ready() })
}

/// Who it is, by real name and passphrase; `None` after too many wrong tries. A first passphrase is changed at once, any other where it is asked for.
pub(super) async fn sign_in(store: &Store, clock: &Clock, another: bool) -> anyhow::Result<Option<String>> {
    for _ in 0..TRIES {
        let Some(name) = ask("姓名:")? else { break };
        let Some(passphrase) = ask_hidden("口令:")? else { break };
        let person = staff::by_name(store, name.trim()).await?;
        let hash = person.as_ref().and_then(|person| person.passphrase.clone());
        if let (true, Some(person)) = (verify(hash, passphrase.trim().to_owned()).await?, person) {
            return Ok(own_passphrase(store, clock, &person, passphrase.trim(), another).await?.then_some(person.name));
        }
        tokio::time::sleep(PAUSE).await;
        eprintln!("姓名或口令不对。");
    }
    eprintln!("登录没有成功。忘记口令请找财政信息中心重新办理。");
    Ok(None)
}

/// Whether the person may go on with the passphrase: the first one is changed before anything is done.
async fn own_passphrase(store: &Store, clock: &Clock, person: &Staff, passphrase: &str, another: bool) -> anyhow::Result<bool> {
    if person.first_passphrase {
        println!("这是初始口令,请先修改。");
    }
    let done = !(person.first_passphrase || another) || change(store, clock, person, passphrase).await?;
    if !done {
        eprintln!("口令没有修改。请重新登录再改。");
    }
    Ok(done)
}

/// Asks for a passphrase of one's own, twice (修改登录初始密码, part 5). False: none that would do.
async fn change(store: &Store, clock: &Clock, person: &Staff, old: &str) -> anyhow::Result<bool> {
    for _ in 0..TRIES {
        let Some(new) = ask_hidden("新口令(至少 10 个字):")? else { return Ok(false) };
        let new = new.trim().to_owned();
        if let Some(why) = unfit(&new, old, &person.name) {
            eprintln!("{why}");
            continue;
        }
        let Some(again) = ask_hidden("再输一次:")? else { return Ok(false) };
        if again.trim() != new {
            eprintln!("两次输入的不一样。");
            continue;
        }
        let hash = tokio::task::spawn_blocking(move || hashed(&new)).await??;
        staff::change_passphrase(store, clock.now(), &person.name, hash).await?;
        println!("口令已修改。");
        return Ok(true);
    }
    Ok(false)
}

/// Why a passphrase will not do; `None`: it will.
fn unfit(new: &str, old: &str, name: &str) -> Option<&'static str> {
    if new.chars().count() < SHORTEST {
        return Some("太短了,至少 10 个字。可以用几个不相干的词。");
    }
    if new == old {
        return Some("与原来的口令一样,请换一个。");
    }
    new.contains(name).then_some("口令里不要有自己的姓名,请换一个。")
}

/// As it is kept: an argon2 hash.
pub(super) fn hashed(passphrase: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(passphrase.as_bytes());
    Ok(hash.map_err(|e| anyhow::anyhow!("口令不能加密:{e}"))?.to_string())
}

/// An unknown name takes as long as a wrong passphrase.
async fn verify(hash: Option<String>, passphrase: String) -> anyhow::Result<bool> {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let check = move || {
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(passphrase.as_bytes(), &hash).is_ok())
    };
    Ok(tokio::task::spawn_blocking(check).await?)
}

fn ask(prompt: &str) -> std::io::Result<Option<String>> {
    // what is asked for may be written to a file
    eprint!("{prompt}");
    std::io::stderr().flush()?;
    let mut line = String::new();
    Ok((std::io::stdin().read_line(&mut line)? > 0).then_some(line))
}

fn ask_hidden(prompt: &str) -> std::io::Result<Option<String>> {
    if std::io::stdin().is_terminal() { rpassword::prompt_password(prompt).map(Some) } else { ask(prompt) }
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn a_passphrase_is_long_new_and_no_name() {
        for (new, fits) in [
            ("春风又绿江南岸明月", false),
            ("first-passphrase", false),
            ("我是王小明今年三十岁", false),
            ("春风又绿江南岸明月照", true),
            ("correct horse", true),
        ] {
            assert_eq!(unfit(new, "first-passphrase", "王小明").is_none(), fits, "{new}");
        }
    }
}
