//! The program itself, started as an office starts it: `jingling serve` with a configuration file, against a server that speaks like Discord.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::harness::discord::FakeDiscord;
use crate::harness::{Answer, Delivery, Event, allocation, payment, secret};

/// Another build of it, a release to be measured, is named by JINGLING_TEST_PROGRAM.
fn program() -> PathBuf {
    std::env::var_os("JINGLING_TEST_PROGRAM").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_jingling")), PathBuf::from)
}

/// An address nobody listens at just now.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

pub fn run(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder).args(arguments).env("TREASURY_SECRET", secret("treasury"));
    command
}

pub fn output(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Resident memory of a process and its peak, in MB.
fn memory(process: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let mb = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
    };
    (mb("VmRSS:"), mb("VmHWM:"))
}

/// Ends with the test, however that ends.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_registers_its_commands_answers_them_and_stops_in_order() {
    let discord = FakeDiscord::open().await;
    let folder = tempfile::tempdir().unwrap();
    let (listen, admin) = (free(), free());
    std::fs::write(folder.path().join("discord.token"), discord.token()).unwrap();
    let settings = format!(
        r#"
        [[sources]]
        name = "treasury"
        secret_env = ["TREASURY_SECRET"]
        [server]
        listen = "{listen}"
        admin = "{admin}"
        [chat]
        channel = "discord"
        [chat.discord]
        guild = "{}"
        general = "{}"
        channels = [{{ section = "business:social_security", channel = "{}" }}]
        token_file = "discord.token"
        api_url = "{}"
        "#,
        discord.guild(),
        discord.channel("公共"),
        discord.channel("社保股"),
        discord.url()
    );
    std::fs::write(folder.path().join("jingling.toml"), settings).unwrap();
    let checked = output(folder.path(), &["check", "--connect"]);
    assert!(checked.contains("聊天用 Discord") && checked.ends_with("Discord 已连上,各频道都在。\n"), "{checked}");
    discord.hides("社保股");
    let refused = run(folder.path(), &["check", "--connect"]).output().unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && told.contains(&format!("频道 {} 不存在,或机器人进不去", discord.channel("社保股"))), "{told}");
    discord.allows("社保股");
    output(folder.path(), &["staff", "add", "张敏", "--section", "社保股", "--permissions", "查询", "处置"]);
    let told = output(folder.path(), &["staff", "bind", "张敏", "--discord"]);
    let code = told.trim().rsplit(' ').next().unwrap().to_owned();

    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let mut serving = Serving(run(folder.path(), &["serve"]).stderr(log).spawn().unwrap());
    discord.gateway().connected().await;
    discord.wait_for("its commands", |discord| discord.registrations() > 0).await;
    assert!(discord.commands().iter().any(|command| command.contains("预警")), "{:?}", discord.commands());
    let zhang = discord.member("张敏");
    insta::assert_snapshot!(zhang.says(&format!("/绑定 代码={code}")).await, @"(only you) 已绑定,@张敏,您好。用 /我的 查看待办,/帮助 查看命令。");

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let now = std::process::Command::new("date").arg("+%s").output().unwrap();
    let now: i64 = String::from_utf8(now.stdout).unwrap().trim().parse().unwrap();
    let sends = async |id: &str, event: Event| {
        let delivery = Delivery::new("treasury", id, now, event.text().into_bytes());
        Answer::of(delivery.request(&http, &format!("http://{listen}")).send().await.unwrap()).await
    };
    assert_eq!(sends("msg_1", allocation("ZB-1", "100000.00")).await.told(), "200 accepted");
    for voucher in ["PZ-1", "PZ-2"] {
        assert_eq!(sends(voucher, payment(voucher, "4800.00").with("payee_account", "6217000000017")).await.told(), "200 accepted");
    }
    let card = discord.message("社保股", |message| message.content.contains("ZC09")).await;
    let claimed = zhang.presses(&card, "认领").await.to_string();
    assert!(claimed.contains("由您认领,正在核实"), "{claimed}");
    discord.wait_for("the card as it is now", |discord| discord.messages("社保股").iter().any(|message| message.content.contains("核实中"))).await;
    let status = output(folder.path(), &["status"]);
    insta::assert_snapshot!(status.trim(), @r"
    服务正常。
    另外:8 条规则未就绪,还没有收到过它们要的数据:DR01 发放对象不在册、DR02 发放对象姓名不符、DR04 发给已死亡人员、DR05 发给财政供养人员、DR08 账户户名不是本人、DR11 超补助标准发放、DR12 发给已迁出清退人员、ZC18 项目不在项目库。
    ");

    let (resident, peak) = memory(serving.0.id());
    let line = format!("{}, with Discord's gateway up: {resident:.1} MB resident, peak {peak:.1} MB\n", program().display());
    // past the capture of the test's output: whoever runs the tests is to see it
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    assert!(resident < 120.0, "{line}");

    assert!(Command::new("kill").arg(serving.0.id().to_string()).status().unwrap().success());
    let ended = tokio::task::spawn_blocking(move || {
        for _ in 0..300 {
            if let Some(status) = serving.0.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    });
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(ended.await.unwrap().is_some_and(|status| status.success()), "{log}");
    for secret in [discord.token(), secret("treasury"), code] {
        assert!(!log.contains(&secret), "a secret stands in the log");
    }
    let verified = output(folder.path(), &["audit", "verify"]);
    assert!(verified.contains("链头"), "{verified}");
}
