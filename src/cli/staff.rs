//! `jingling staff add|bind|unbind|list`: one person, one account (实名制).

use std::process::ExitCode;

use clap::Subcommand;
use commands::Permission;

use crate::app::{lay_down_first, open_existing, open_store};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::StaffName;
use crate::domain::person_id::{self, IdShape};
use crate::keys;
use crate::reports::table::{Align, Table};
use crate::store::account;
use crate::store::staff::{self, StaffCard};

#[derive(Debug, Subcommand)]
pub enum Staff {
    /// 登记一位用户
    Add {
        /// 姓名
        name: String,
        /// 股室,写名称或代码
        #[arg(long, value_name = "股室")]
        section: String,
        /// 职务
        #[arg(long, value_name = "职务", default_value = "")]
        title: String,
        /// 权限,可多个:查询 处置 审批 汇总 规则管理 用户管理 专项检查
        #[arg(long, value_name = "权限", num_args = 1.., default_values = ["查询"])]
        permissions: Vec<String>,
        /// 电子邮箱
        #[arg(long, value_name = "邮箱")]
        email: Option<String>,
        /// 身份证号(一人一个账号;加密保存)
        #[arg(long, value_name = "身份证号")]
        id_no: Option<String>,
        /// 联系电话(加密保存)
        #[arg(long, value_name = "电话")]
        phone: Option<String>,
    },
    /// 给一位用户生成终端登录口令;加 --discord 则生成绑定聊天账号的一次性代码。都只显示这一次
    Bind {
        /// 姓名
        name: String,
        /// 绑定 Discord 账号
        #[arg(long)]
        discord: bool,
    },
    /// 解除一位用户的 Discord 账号
    Unbind {
        /// 姓名
        name: String,
        /// 解除 Discord 账号
        #[arg(long, required = true)]
        discord: bool,
    },
    /// 列出用户
    List,
}

pub async fn run(config: &Config, staff: Staff) -> anyhow::Result<ExitCode> {
    let store = match &staff {
        Staff::Add { .. } => open_store(config).await?,
        Staff::Bind { .. } | Staff::Unbind { .. } | Staff::List => open_existing(config).await?,
    };
    let clock = Clock::system();
    lay_down_first(&store, &clock, config).await?;
    match staff {
        Staff::Add { name, section, title, permissions, email, id_no, phone } => {
            StaffName::new(&name)?;
            let section = section_code(config, &section)?;
            let permissions = permissions.iter().map(|name| permission(name)).collect::<anyhow::Result<Vec<_>>>()?;
            if let Some(email) = &email {
                anyhow::ensure!(email.parse::<lettre::Address>().is_ok(), "邮箱“{email}”写得不对,应像 zhangmin@example.gov.cn");
            }
            if let Some(id_no) = &id_no {
                anyhow::ensure!(person_id::check(id_no) == IdShape::Valid, "身份证号不对:位数或校验码不符,请核对");
            }
            let id_no = id_no.as_deref().map(person_id::canonical);
            let card = StaffCard { name: name.clone(), section, title, permissions, email, id_no, phone };
            let id = staff::add(&store, clock.now(), &card).await?;
            println!("已登记 {name},编号 {id}。终端登录请再运行:jingling staff bind {name}");
        }
        Staff::Bind { name, discord: true } => {
            let code = fresh::<2>()?;
            account::offer(&store, clock.now(), &name, &code).await?;
            println!("{name} 的绑定代码(只显示这一次,{} 分钟内有效,请当面交给本人):{code}", account::VALID.num_minutes());
            println!("请本人在 Discord 里输入:/绑定 {code}");
            match config.chat.channel {
                config::chat::Channel::Discord => {}
                config::chat::Channel::Console => println!("现在的 chat.channel 是 console;绑定要等改成 discord 并重启服务后才能用。"),
            }
        }
        Staff::Unbind { name, discord: _ } => {
            account::release(&store, clock.now(), &name).await?;
            println!("已解除 {name} 的 Discord 账号。要换新账号请再运行:jingling staff bind {name} --discord");
        }
        Staff::Bind { name, discord: false } => {
            let passphrase = fresh::<4>()?;
            staff::set_passphrase(&store, clock.now(), &name, super::console::hashed(&passphrase)?).await?;
            println!("{name} 的终端初始口令(只显示这一次,请当面交给本人;登录后须先修改):{passphrase}");
        }
        Staff::List => {
            let mut table = Table::new(&[
                ("编号", Align::Right),
                ("姓名", Align::Left),
                ("股室", Align::Left),
                ("职务", Align::Left),
                ("权限", Align::Left),
                ("状态", Align::Left),
                ("终端", Align::Left),
                ("Discord", Align::Left),
            ]);
            for person in staff::all(&store).await? {
                let section = config.office.sections.iter().find(|s| s.code.as_str() == person.section).map_or(person.section.clone(), |s| s.name.to_string());
                let permissions: Vec<&str> = person.permissions.iter().map(|p| p.name()).collect();
                let state = if person.active { "在用" } else { "已撤销" }.to_owned();
                let bound = |is: bool| if is { "已绑定" } else { "未绑定" }.to_owned();
                let (console, discord) = (bound(person.passphrase.is_some()), bound(person.discord.is_some()));
                table.row([person.id.to_string(), person.name, section, person.title, permissions.join("、"), state, console, discord]);
            }
            if table.is_empty() {
                println!("还没有用户。用 jingling staff add 姓名 --section 股室 登记。");
            } else {
                print!("{table}");
            }
        }
    }
    store.db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn section_code(config: &Config, named: &str) -> anyhow::Result<String> {
    let found = config.office.sections.iter().find(|section| section.name.as_str() == named || section.code.as_str() == named);
    found.map(|section| section.code.to_string()).ok_or_else(|| {
        let names: Vec<&str> = config.office.sections.iter().map(|section| section.name.as_str()).collect();
        anyhow::anyhow!("没有叫“{named}”的股室。可选:{}", names.join("、"))
    })
}

fn permission(name: &str) -> anyhow::Result<Permission> {
    Permission::from_name(name).ok_or_else(|| anyhow::anyhow!("没有叫“{name}”的权限。可选:{}", Permission::NAMES.join("、")))
}

/// Groups of five characters that nobody mistakes for another: about 25 bits each.
fn fresh<const GROUPS: usize>() -> Result<String, keys::KeyError> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let group = || Ok(keys::random::<5>()?.map(|byte| char::from(LETTERS[usize::from(byte % 32)])).iter().collect::<String>());
    Ok((0..GROUPS).map(|_| group()).collect::<Result<Vec<_>, keys::KeyError>>()?.join("-"))
}
