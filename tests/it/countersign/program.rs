//! `jingling export`, as whoever carries data to the province runs it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn jingling(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jingling"));
    command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // whoever is refused at once reads nothing
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.trim_start_matches("姓名:口令:").trim_end().to_owned())
}

/// Somebody is entered and has changed the first passphrase; what they sign in with.
fn joins(folder: &Path, name: &str, section: &str, permissions: &[&str]) -> String {
    let arguments = [&["staff", "add", name, "--section", section, "--permissions"], permissions].concat();
    assert!(jingling(folder, &arguments, "").status.success());
    let (_, told) = said(&jingling(folder, &["staff", "bind", name], ""));
    let passphrase = told.rsplit([' ', ':', ':']).next().unwrap();
    let own = format!("{name}\n自己的口令-2026-{section}\n");
    let changed = jingling(folder, &["console"], &format!("{name}\n{passphrase}\n自己的口令-2026-{section}\n自己的口令-2026-{section}\n退出\n"));
    assert!(changed.status.success(), "{changed:?}");
    own
}

#[test]
fn the_file_is_handed_over_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let zhang = joins(folder, "张敏", "社保股", &["查询", "处置"]);
    let zheng = joins(folder, "郑勇", "局脱贫攻坚领导小组办公室", &["查询", "审批"]);
    let wu = joins(folder, "吴凡", "财政信息中心", &["用户管理"]);
    let console = |who: &str, line: &str| said(&jingling(folder, &["console"], &format!("{who}{line}\n退出\n"))).1;
    let no = {
        let told = console(&zhang, "/会签 申请 支付 今年 接收单位=省财政厅 用途=上报");
        told.chars().skip_while(|c| *c != 'H').take(11).collect::<String>()
    };
    let export = |who: &str, more: &[&str]| said(&jingling(folder, &[&["export", no.as_str()], more].concat(), who));

    let (code, told) = export(&wu, &["--out", "."]);
    assert_eq!((code, told), (Some(1), format!("{no} 还没有会签,不能提供。请等领导小组办公室同意。")));
    assert!(console(&zheng, &format!("/会签 批准 {no}")).contains("已同意"));
    let (code, told) = export("吴凡\n不对\n", &["--out", "."]);
    assert!(code == Some(1) && told.contains("登录没有成功"), "{told}");
    let (code, told) = export(&wu, &["--out", "没有"]);
    assert_eq!((code, told), (Some(1), "没有 没有 这个文件夹。请先建好,或换一个文件夹。没有导出。".to_owned()));
    let (code, told) = said(&jingling(folder, &["export", "QX2026-0001"], ""));
    assert!(code == Some(2) && told.contains("编号应为 HQ2026-0007 的样子"), "{told}");

    std::fs::create_dir(folder.join("光盘")).unwrap();
    let (code, told) = export(&wu, &["--out", "光盘", "--format", "xlsx"]);
    assert!(code == Some(0) && told.contains("已导出:光盘/") && told.contains("\n0 行,"), "{told}");
    let files: Vec<_> = std::fs::read_dir(folder.join("光盘")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let first = std::fs::read(file).unwrap();

    let verify = |path: &Path| said(&jingling(folder, &["export", "verify", path.to_str().unwrap()], ""));
    let (code, told) = verify(file);
    assert!(code == Some(0) && told.starts_with(&format!("是外送的文件:{no} ")), "{told}");
    assert_eq!(verify(&folder.join("jingling.key")), (Some(1), "不是外送过的文件,或者内容改动过。".to_owned()));
    let (code, told) = verify(Path::new("没有"));
    assert!(code == Some(1) && told.starts_with("这个文件读不了"), "{told}");

    // lost on the way: the same bytes once more, and into the folder of the settings
    std::fs::remove_file(file).unwrap();
    let (code, told) = export(&zhang, &[]);
    assert!(code == Some(0) && told.contains("以前已经提供过"), "{told}");
    assert_eq!(std::fs::read(folder.join("outgoing").join(file.file_name().unwrap())).unwrap(), first);
    assert!(jingling(folder, &["audit", "verify"], "").status.success());
}
