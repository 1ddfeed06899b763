//! `jingling demo`: needs nothing. Plays a month of a made-up county, says what was lit and where the mail lies, and lets one answer as anyone.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Args;
use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::rebuild::style;
use crate::app::App;
use crate::chat::console::{Identity, ScriptOutcome, converse, recite};
use crate::chat::office::Office;
use crate::clock::Clock;
use crate::demo::county::{County, Month, Size};
use crate::demo::{office, play};
use crate::domain::Level;
use crate::domain::calendar::local_midnight;
use crate::reports::table::{Align, Table};
use crate::store::{delivery, staff, warning};

#[derive(Debug, Args)]
pub struct Options {
    /// 从文件读命令,一行一条,代替终端
    #[arg(long, value_name = "文件")]
    script: Option<PathBuf>,
    /// 放数据库、邮件和聊天记录的文件夹;不写时在当前目录新建
    #[arg(long, value_name = "文件夹")]
    folder: Option<PathBuf>,
    /// 随机种子:同一个种子演同一个月
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// 演哪个月
    #[arg(long, value_name = "年-月", default_value = "2026-10", value_parser = month)]
    month: NaiveDate,
}

fn month(text: &str) -> Result<NaiveDate, String> {
    format!("{text}-01").parse().map_err(|_| "应写成 年-月,例如 2026-10".to_owned())
}

/// How long the outbox may take to be worked off after the month was played.
const PATIENCE: Duration = Duration::from_secs(120);

pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    // a script that is not there is said before a month is played
    let read = |path: PathBuf| std::fs::read_to_string(&path).with_context(|| format!("脚本 {} 读不出", path.display()));
    let script = options.script.map(read).transpose()?;
    let folder = fresh_folder(options.folder)?;
    let county = County::generate(options.seed, Month::of(options.month), Size::default());
    let secret = office::secret()?;
    let config = office::config(&folder, options.month, &secret).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let clock = Clock::running_from(beginning(&county, options.month));
    let app = App::start(&config, clock.clone()).await?;
    for card in office::people() {
        staff::add(&app.store, clock.now(), &card).await?;
    }
    println!("演示:{}的一个月({}),全部为虚构数据。文件夹 {}", config.office.name, options.month.format("%Y年%-m月"), folder.display());
    let bar = ProgressBar::new(county.moments.len() as u64).with_style(style());
    let sent = play::play(&app, &county.moments, &secret, |done| bar.set_position(done as u64)).await?;
    bar.finish_and_clear();
    // two working days later every period of grace that began in the month has shown what it holds
    app.clock.advance(TimeDelta::days(4));
    app.jobs.run_all().await?;
    drained(&app).await?;
    println!("已用签名的 webhook 发送 {} 个事件和 {} 个批次({} 行),被拒绝 {} 个。\n", sent.singles, sent.batches, sent.lines, sent.refused);
    println!("{}", overview(&app).await?);
    println!("邮件在 {}(每封一个 .eml 文件),聊天记录在 {}", config.mail.folder.display(), config.chat.transcript.display());
    println!("核对流水:jingling audit verify --database sqlite:{} --keys {}\n", folder.join("jingling.db").display(), config.keys.file.display());
    let code = talk(&app, script).await?;
    drained(&app).await?;
    app.stop().await;
    Ok(code)
}

/// A minute before the first moment.
fn beginning(county: &County, month: NaiveDate) -> DateTime<Utc> {
    county.moments.first().map_or(local_midnight(month), |moment| moment.at) - TimeDelta::minutes(1)
}

/// The folder named, which must be empty, or a new one beside the others.
fn fresh_folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(folder) = named {
        std::fs::create_dir_all(&folder).with_context(|| format!("文件夹 {} 建不了", folder.display()))?;
        let empty = std::fs::read_dir(&folder)?.next().is_none();
        anyhow::ensure!(empty, "文件夹 {} 里已有文件。演示要一个空的文件夹,请换一个。", folder.display());
        return Ok(folder);
    }
    for n in 1..1000 {
        let folder = PathBuf::from(format!("jingling-demo-{n}"));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(failure) if failure.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(failure) => return Err(failure).context("当前目录不能新建文件夹,请用 --folder 指定一个"),
        }
    }
    anyhow::bail!("当前目录的演示文件夹太多了,请删掉一些,或用 --folder 指定一个")
}

/// Waits until everything owed has been sent.
async fn drained(app: &App) -> anyhow::Result<()> {
    let waiting = async {
        while delivery::counts(&app.store).await?.iter().any(|(_, status, count)| status == "queued" && *count > 0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, waiting).await.context("投递没有在两分钟内完成")?
}

/// What was lit, rule by rule.
async fn overview(app: &App) -> anyhow::Result<String> {
    let mut table = Table::new(&[("规则", Align::Left)]).numbers(&["🔔警铃", "🟡黄灯", "🔴红灯"]);
    let mut counts = std::collections::BTreeMap::<String, [usize; 3]>::new();
    for (_, level, rule) in warning::open_numbers(&app.store, i64::MAX).await? {
        let row = counts.entry(rule).or_default();
        row[match level {
            Level::Bell => 0,
            Level::Yellow => 1,
            Level::Red => 2,
        }] += 1;
    }
    for (code, row) in &counts {
        let name = app.desk.orders.rules.iter().find(|r| r.rule.code == *code).map_or("", |r| r.rule.name.as_str());
        table.row(std::iter::once(format!("{code} {name}")).chain(row.map(|count| count.to_string())));
    }
    let sum = |at: usize| counts.values().map(|row| row[at]).sum::<usize>().to_string();
    table.row(["合计".to_owned(), sum(0), sum(1), sum(2)]);
    Ok(table.to_string())
}

async fn talk(app: &App, script: Option<String>) -> anyhow::Result<ExitCode> {
    let desk = Arc::new(Office::open(app.desk.clone()).await?);
    let anyone = Identity::Anyone { current: "张敏".to_owned() };
    let announcements = announcements(app);
    let Some(text) = script else {
        println!("您现在是 张敏(社保股)。换人:我是 陈静。常用:/我的、/预警 列表、/帮助;离开:退出。\n");
        converse(desk, anyone, announcements).await?;
        return Ok(ExitCode::SUCCESS);
    };
    let outcome = recite(desk, &text, anyone, announcements, std::io::stdout()).await?;
    std::io::stdout().flush()?;
    Ok(match outcome {
        ScriptOutcome::Passed => ExitCode::SUCCESS,
        ScriptOutcome::Failed { line, reason } => {
            eprintln!("脚本第 {line} 行没有通过:{reason}");
            ExitCode::FAILURE
        }
    })
}

/// What chat says from now on, for the terminal.
fn announcements(app: &App) -> mpsc::Receiver<String> {
    let mut heard = app.console.listen();
    let (sender, receiver) = mpsc::channel(256);
    tokio::spawn(async move {
        while let Ok(text) = heard.recv().await {
            if sender.send(text).await.is_err() {
                return;
            }
        }
    });
    receiver
}
