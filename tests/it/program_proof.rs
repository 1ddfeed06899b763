//! The program's own commands for proof and keys, as they are typed at the bureau's terminal.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::program::{output, run};

/// Runs it and answers what it asks for.
fn answers(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut child = run(folder, arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // it may have ended before it asked
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> (bool, String) {
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Enters somebody, who changes the first passphrase; returns what they type to sign in.
fn enters(folder: &Path, name: &str, section: &str) -> String {
    output(folder, &["staff", "add", name, "--section", section, "--permissions", "查询"]);
    let told = output(folder, &["staff", "bind", name]);
    let first = told.trim().rsplit([' ', ':', ':']).next().unwrap();
    let own = format!("{section}的口令-2026");
    assert!(answers(folder, &["console"], &format!("{name}\n{first}\n{own}\n{own}\n退出\n")).status.success());
    format!("{name}\n{own}\n")
}

fn head(folder: &Path) -> String {
    let told = output(folder, &["audit", "verify"]);
    assert!(told.contains("由流水重建的状态与现有的相同"), "{told}");
    told.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn an_export_asks_who_it_is_and_is_journalled_and_a_reveal_wants_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (sun, zhang) = (enters(folder, "孙丽", "财监股"), enters(folder, "张敏", "社保股"));
    let before = head(folder);
    let export = ["audit", "export", "--out", "流水.csv"];

    let (done, told) = said(&answers(folder, &export, "孙丽\nwrong\n"));
    assert!(!done && told.contains("姓名或口令不对。") && told.contains("登录没有成功"), "{told}");
    let (done, told) = said(&answers(folder, &export, &zhang));
    assert!(!done && told.contains("这个命令由财监股、驻局纪检监察组、局领导有“查询”权限的人使用。"), "{told}");
    assert!(!folder.join("流水.csv").exists());
    assert_eq!(head(folder), before, "what was refused is not journalled");

    let (done, told) = said(&answers(folder, &export, &sun));
    assert!(done && told.contains("导出记在流水第") && told.contains("要送出本局,须先办会签"), "{told}");
    let text = std::fs::read_to_string(folder.join("流水.csv")).unwrap();
    let last = text.lines().last().unwrap();
    assert!(text.starts_with("\u{feff}序号,") && last.contains("办理,孙丽,console,/审计 导出"), "{text}");
    let after = head(folder);
    assert!(last.contains(after.split_once(':').unwrap().1), "the last line names the head");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(folder.join("流水.csv")).unwrap().permissions()) & 0o777, 0o600);
    let (done, told) = said(&answers(folder, &export, &sun));
    assert!(!done && told.contains("不会覆盖它"), "{told}");
    assert_eq!(output(folder, &["audit", "verify", "--chain-only", "--expect", &format!("链头:{after}")]).lines().count(), 1);

    let printed = answers(folder, &["audit", "export", "--format", "jsonl", "--actor", "孙丽"], &sun);
    assert!(printed.status.success());
    assert!(String::from_utf8(printed.stdout).unwrap().lines().all(|line| line.starts_with("{\"seq\":")), "what it asks for is not in the file");

    let (done, told) = said(&answers(folder, &["reveal", "1"], &sun));
    assert!(!done && told.contains("--reason"), "{told}");
    let (done, told) = said(&answers(folder, &["reveal", "1", "--reason", " "], &sun));
    assert!(!done && told.contains("原因不能是空的"), "{told}");
    let (done, told) = said(&answers(folder, &["reveal", "1", "--reason", "核对账号"], &sun));
    assert!(!done && told.contains("没有 YJ") && told.contains("用 /预警 列表 查看"), "{told}");
}

#[test]
fn keys_are_changed_dropped_and_never_mixed_up() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    enters(folder, "孙丽", "财监股");
    let before = head(folder);
    let refused = |arguments: &[&str]| {
        let (done, told) = said(&answers(folder, arguments, ""));
        assert!(!done, "{told}");
        told
    };
    let key = folder.join(jingling::config::load(None, std::iter::empty()).unwrap().keys.file);
    let first = std::fs::read(&key).unwrap();
    assert!(refused(&["keys", "drop", "1"]).contains("不能停用"));
    let told = output(folder, &["keys", "rotate"]);
    assert!(told.contains("加上 2 号密钥") && told.contains("已全部改用 2 号密钥"), "{told}");
    assert_eq!(head(folder), before);
    let status = output(folder, &["keys", "status"]);
    assert!(status.lines().any(|line| line.trim().starts_with("1 ") && line.contains("可停用")) && status.contains("现用"), "{status}");

    // twice: a third key
    assert!(output(folder, &["keys", "rotate"]).contains("已全部改用 3 号密钥"));
    assert_eq!(head(folder), before);
    assert!(refused(&["keys", "drop", "3"]).contains("3 号密钥还加密着"));
    for number in ["1", "2"] {
        assert!(output(folder, &["keys", "drop", number]).contains("已停用"));
    }
    assert!(refused(&["keys", "drop", "1"]).contains("没有编号为 1 的密钥"));
    assert_eq!(head(folder), before);

    // a file without the key that seals is refused before anything is done with it
    let now = std::fs::read(&key).unwrap();
    std::fs::write(&key, &first).unwrap();
    for arguments in [&["keys", "rotate"][..], &["keys", "status"], &["staff", "list"]] {
        assert!(refused(arguments).contains("打不开这个数据库里的流水"));
    }
    assert_eq!(std::fs::read(&key).unwrap(), first, "nothing was added to it");
    std::fs::write(&key, now).unwrap();
    assert_eq!(head(folder), before);
}
