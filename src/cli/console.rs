//! `jingling console`: one signs in with one's own passphrase and acts as oneself.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;

use crate::app::{lay_down_first, open_existing};
use crate::chat::console::{Identity, converse};
use crate::chat::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::delivery::console::follow;
use crate::desk::Desk;
use crate::store::Store;
use crate::store::staff;
use crate::watch::Orders;

/// Wrong tries before the terminal is closed, and the pause after each.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_secs(2);

pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    let clock = Clock::system();
    lay_down_first(&store, &clock, config).await?;
    let Some(name) = sign_in(&store).await? else { return Ok(ExitCode::FAILURE) };
    let office = Office::open(desk(&store, clock).await?).await?;
    println!("{name},您好。用 /我的 查看待办,/帮助 查看命令,退出 离开。");
    // the service writes what it announces to the transcript
    let (listener, announcements) = tokio::sync::mpsc::channel(64);
    tokio::spawn(follow(config.chat.transcript.clone(), listener));
    converse(Arc::new(office), Identity::Person(name), announcements).await?;
    store.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The desk, for what is said beside the service.
pub(super) async fn desk(store: &Store, clock: Clock) -> anyhow::Result<Desk> {
    let mut turn = store.turn().await?;
    let orders = Arc::new(Orders::read(&mut turn).await?);
    drop(turn);
    Ok(Desk { store: store.clone(), orders, clock })
}

/// Who it is, by real name and passphrase; `None` after too many wrong tries.
pub(super) async fn sign_in(store: &Store) -> anyhow::Result<Option<String>> {
    for _ in 0..TRIES {
        let Some(name) = ask("姓名:")? else { break };
        let Some(passphrase) = ask_hidden("口令:")? else { break };
        let person = staff::by_name(store, name.trim()).await?;
        let hash = person.as_ref().and_then(|person| person.passphrase.clone());
        if verify(hash, passphrase.trim().to_owned()).await? {
            return Ok(person.map(|person| person.name));
        }
        tokio::time::sleep(PAUSE).await;
        eprintln!("姓名或口令不对。");
    }
    eprintln!("登录没有成功。忘记口令请找财政信息中心重新办理。");
    Ok(None)
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
