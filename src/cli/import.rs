//! `jingling import`: files from offices that have no webhooks, beside a running service or without one.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Args;
use indicatif::ProgressBar;

use super::rebuild::style;
use crate::app::{lay_down_first, open_store};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::calendar::local_date;
use crate::intake::batch::Batches;
use crate::intake::files::folder::report_of;
use crate::intake::files::{Kind, Order, Outcome, Progress, Refusal, Replace, import};
use crate::jobs::Jobs;
use crate::troubles::Troubles;
use crate::watch::Orders;

#[derive(Debug, Args)]
pub struct Options {
    /// 种类:allocations payments disbursements beneficiaries payroll projects standards performance holidays
    #[arg(value_name = "种类")]
    kind: Kind,
    /// 文件,.xlsx 或 .csv,可多个
    #[arg(value_name = "文件", required = true)]
    files: Vec<PathBuf>,
    /// 自己写的列的对照;不写时用自带的
    #[arg(long, value_name = "文件")]
    mapping: Option<PathBuf>,
    /// 来源;应与同类数据的 webhook 来源同名,同一凭证才算同一笔
    #[arg(long, value_name = "来源")]
    source: Option<String>,
    /// 工作表名称;不写时自己找
    #[arg(long, value_name = "工作表")]
    sheet: Option<String>,
    /// 名单整体替换:文件里没有的离开名单
    #[arg(long)]
    replace: bool,
    /// 离开名单的日期,不写就是今天
    #[arg(long, value_name = "年-月-日", requires = "replace")]
    as_of: Option<NaiveDate>,
    /// 替换后超过一半的人离开名单,或发放明细改写别人的行,也照样导入
    #[arg(long)]
    yes: bool,
    /// 每行都一样的凭证号
    #[arg(long, value_name = "凭证号")]
    voucher: Option<String>,
    /// 每行都一样的年度
    #[arg(long, value_name = "年度")]
    year: Option<u16>,
    /// 行里没有写时用的内容,可多次
    #[arg(long = "set", value_name = "字段=内容", value_parser = field)]
    set: Vec<(String, String)>,
    /// 同样的内容以前导入过,也再导入一次
    #[arg(long)]
    again: bool,
    /// 只试读,不写入
    #[arg(long)]
    dry_run: bool,
}

fn field(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(field, content)| (field.trim().to_owned(), content.to_owned()));
    pair.filter(|(field, _)| !field.is_empty()).ok_or_else(|| "应写成 字段=内容,例如 basis=按户".to_owned())
}

/// 0: every row of every file is in; 1: some rows were refused; 2: a file was refused.
pub async fn run(config: &Config, options: Options) -> anyhow::Result<ExitCode> {
    let store = open_store(config).await?;
    let clock = Clock::system();
    lay_down_first(&store, &clock, config).await?;
    let mut turn = store.turn().await?;
    let orders = Arc::new(Orders::read(&mut turn).await?);
    drop(turn);
    let order = order(&options, local_date(clock.now()))?;
    let batches = Batches { store: store.clone(), orders: Arc::clone(&orders), clock: clock.clone() };
    let mut code = 0;
    for file in &options.files {
        let bar = Arc::new(ProgressBar::new(0).with_style(style()));
        let shown = Arc::clone(&bar);
        let result = import(&batches, file, &order, move |progress| show(&shown, progress)).await;
        bar.finish_and_clear();
        code = code.max(tell(file, result)?);
    }
    if order.kind == Kind::Holidays && !order.dry_run {
        // what waits for a day counts anew
        Jobs { store: store.clone(), orders, clock, troubles: Troubles::default() }.run_all().await?;
    }
    store.db.close().await;
    Ok(ExitCode::from(code))
}

fn order(options: &Options, today: NaiveDate) -> anyhow::Result<Order> {
    let mapping = options.mapping.as_ref().map(|path| {
        let text = std::fs::read_to_string(path).with_context(|| format!("读不了列的对照 {}。它应为 UTF-8 文本", path.display()))?;
        Ok::<_, anyhow::Error>((path.display().to_string(), text))
    });
    let mut set: BTreeMap<String, String> = options.set.iter().cloned().collect();
    set.extend(options.voucher.iter().map(|voucher| ("voucher_no".to_owned(), voucher.clone())));
    set.extend(options.year.iter().map(|year| ("fiscal_year".to_owned(), year.to_string())));
    Ok(Order {
        mapping: mapping.transpose()?,
        source: options.source.clone(),
        sheet: options.sheet.clone(),
        set,
        replace: options.replace.then(|| Replace { as_of: options.as_of.unwrap_or(today), sure: options.yes }),
        sure: options.yes,
        again: options.again,
        dry_run: options.dry_run,
        ..Order::plain(options.kind)
    })
}

fn show(bar: &ProgressBar, progress: Progress) {
    let (Progress::Reading { done, of } | Progress::Entering { done, of }) = progress;
    bar.set_length(of);
    bar.set_position(done);
}

fn tell(file: &std::path::Path, result: Result<Outcome, Refusal>) -> anyhow::Result<u8> {
    match result {
        Ok(Outcome { counts, report }) => {
            println!("{}: {counts}", file.display());
            let path = report_of(file);
            // a report of an earlier attempt would speak of what is mended
            if report.is_empty() && !path.exists() {
                return Ok(0);
            }
            let clean = report.is_empty();
            report.save(&path, &counts.to_string()).with_context(|| format!("写不了导入报告 {}", path.display()))?;
            if clean {
                return Ok(0);
            }
            println!("拒收的行和改法写在 {}。", path.display());
            Ok(1)
        }
        Err(refusal) => {
            eprintln!("{}: 没有导入。{refusal}", file.display());
            Ok(2)
        }
    }
}
