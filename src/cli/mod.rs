//! The command line (命令行): what whoever runs the service types. One file a subcommand.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is where these answers belong")]

mod audit;
mod check;
mod console;
mod demo;
mod export;
mod import;
mod keys;
mod outgoing;
mod rebuild;
mod reveal;
mod rule;
mod serve;
mod staff;
mod status;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::log::Format;
use crate::config::{self, Config, Fault, Secrets};

/// 警铃:财政扶贫资金动态监控的预警服务
#[derive(Debug, Parser)]
#[command(name = "jingling", version, about, long_about = None, disable_help_subcommand = true)]
struct Arguments {
    /// 配置文件;不写时用当前目录的 jingling.toml,没有就用默认设置
    #[arg(long, global = true, value_name = "文件")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// 运行服务:接收数据、判断、推送
    Serve,
    /// 演示:不用任何设置,演一个县一个月的支付,然后可以以任何人的身份答复
    Demo(demo::Options),
    /// 问一问正在运行的服务:是否正常,有什么要处理
    Status,
    /// 检查配置,一次说出所有问题
    Check(check::Options),
    /// 打印带说明的默认配置,可存为 jingling.toml
    Config,
    /// 在终端上登录办理(用 staff bind 得到的口令;初始口令登录后先修改)
    Console(console::Options),
    /// 看一条预警所涉的完整信息和处理单全文;须登录并写明原因
    Reveal(reveal::Options),
    /// 导入文件:.xlsx 或 .csv,给没有 webhook 的单位用
    Import(Box<import::Options>),
    /// 导出已会签同意的数据(要登录),或核对一个文件是不是外送的那一份
    Export(outgoing::Options),
    /// 用户管理
    #[command(subcommand)]
    Staff(staff::Staff),
    /// 审计
    #[command(subcommand)]
    Audit(audit::Audit),
    /// 规则:检查、列出
    #[command(subcommand)]
    Rule(rule::Command),
    /// 加密密钥:查看、更换、停用
    #[command(subcommand)]
    Keys(keys::Keys),
    /// 由流水重建一份状态,并与原来的逐表比较
    Rebuild(rebuild::Options),
}

/// Runs what was asked for; the exit code is 0 when it went well, 1 when not, 2 for a wrong command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(failure) => {
            eprintln!("启动不了:{failure}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(arguments)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}", sentence(&failure));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = || load(arguments.config.as_deref(), Secrets::Spared);
    match arguments.command {
        Subcommands::Serve => serve::run(&load(arguments.config.as_deref(), Secrets::Needed)?).await,
        Subcommands::Status => status::run(&config()?).await,
        Subcommands::Demo(options) => demo::run(options).await,
        Subcommands::Check(options) => Ok(check::run(arguments.config.as_deref(), options).await),
        Subcommands::Config => {
            print!("{}", config::DEFAULT);
            Ok(ExitCode::SUCCESS)
        }
        Subcommands::Console(options) => console::run(&config()?, options).await,
        Subcommands::Reveal(options) => reveal::run(&config()?, options).await,
        Subcommands::Import(options) => import::run(&config()?, *options).await,
        Subcommands::Export(options) => outgoing::run(&config()?, options).await,
        Subcommands::Staff(staff) => staff::run(&config()?, staff).await,
        Subcommands::Audit(audit) => audit::run(config, audit).await,
        Subcommands::Rule(command) => rule::run(config, command).await,
        Subcommands::Keys(keys) => keys::run(&config()?, keys).await,
        Subcommands::Rebuild(options) => rebuild::run(config, options).await,
    }
}

/// A failure with its causes, leaving out those that what stands before already says.
fn sentence(failure: &anyhow::Error) -> String {
    failure.chain().map(ToString::to_string).fold(String::new(), |said, cause| match () {
        () if said.is_empty() => cause,
        () if said.contains(&cause) => said,
        () => format!("{said}: {cause}"),
    })
}

/// The file given, else `jingling.toml` where there is one.
fn read(path: Option<&Path>, secrets: Secrets) -> Result<Config, Vec<Fault>> {
    let usual = Path::new("jingling.toml");
    let path = path.or_else(|| usual.exists().then_some(usual));
    config::load_for(secrets, path, std::env::vars())
}

fn load(path: Option<&Path>, secrets: Secrets) -> anyhow::Result<Config> {
    read(path, secrets).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("配置有 {} 处问题:\n{}", faults.len(), lines.join("\n"))
    })
}

/// Logs to standard error; nothing personal is ever in them.
fn log(config: &config::Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("{},sqlx=warn", config.level.name())));
    let builder = tracing_subscriber::fmt().with_env_filter(silenced(filter)).with_writer(std::io::stderr);
    match config.format {
        Format::Json => builder.json().init(),
        Format::Text => builder.init(),
    }
}

/// These show what goes over the line to Discord, at levels below these: what people typed, and tokens that answer in our name.
fn silenced(filter: EnvFilter) -> EnvFilter {
    let quiet = ["serenity=error", "tungstenite=warn", "tokio_tungstenite=warn"].into_iter().filter_map(|directive| directive.parse().ok());
    quiet.fold(filter, EnvFilter::add_directive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_the_line_to_discord_is_not_logged_at_any_level() {
        for level in ["trace", "serenity=trace", "info,tungstenite=trace,serenity=debug"] {
            let filter = silenced(EnvFilter::new(level)).to_string();
            for quiet in ["serenity=error", "tungstenite=warn", "tokio_tungstenite=warn"] {
                assert!(filter.split(',').any(|directive| directive == quiet), "{level}: {filter}");
            }
            assert!(!filter.contains("serenity=trace") && !filter.contains("serenity=debug"), "{filter}");
        }
    }
}
