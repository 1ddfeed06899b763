//! The first passphrase (登录初始密码) is changed before anything is done with it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use jingling::app::open_existing;
use jingling::config;
use jingling::store::journal;

fn jingling(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jingling"));
    let mut child = command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn a_first_passphrase_is_changed_and_only_its_hash_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let refused = jingling(path, &["staff", "add", "吴凡", "--section", "财政信息中心", "--permissions", "查询", "处置"], "");
    assert!(!refused.status.success() && told(&refused).contains("管理员不办业务"), "{}", told(&refused));
    let added = jingling(path, &["staff", "add", "张敏", "--section", "社保股", "--permissions", "查询", "处置"], "");
    assert!(added.status.success(), "{}", told(&added));
    let first = told(&jingling(path, &["staff", "bind", "张敏"], "")).trim().rsplit(':').next().unwrap().to_owned();

    // given up: nothing may be done with the first one
    let stopped = jingling(path, &["console"], &format!("张敏\n{first}\n太短\n{first}\n张敏的口令一二三四五六\n"));
    let text = told(&stopped);
    assert!(!stopped.status.success() && text.contains("这是初始口令,请先修改。") && text.contains("口令没有修改"), "{text}");
    assert!(text.contains("太短了") && text.contains("与原来的口令一样") && text.contains("不要有自己的姓名"), "{text}");
    assert!(!text.contains("您好"), "{text}");

    let own = "clouds over dabie mountain";
    let changed = jingling(path, &["console"], &format!("张敏\n{first}\n{own}\nother than that\n{own}\n{own}\n/我的\n退出\n"));
    let text = told(&changed);
    assert!(changed.status.success() && text.contains("两次输入的不一样") && text.contains("口令已修改。") && text.contains("您手上没有待办的预警"), "{text}");
    assert!(!text.contains(own), "it is not shown");
    let old = told(&jingling(path, &["console"], &format!("张敏\n{first}\n")));
    assert!(old.contains("姓名或口令不对"), "{old}");

    // and again when one wants to
    let next = "pine wind and tea fields";
    let text = told(&jingling(path, &["console", "--change-passphrase"], &format!("张敏\n{own}\n{next}\n{next}\n退出\n")));
    assert!(text.contains("口令已修改。") && !text.contains("初始口令"), "{text}");
    let text = told(&jingling(path, &["console"], &format!("张敏\n{next}\n/权限 一览\n退出\n")));
    assert!(text.contains("业务股室经办") && !text.contains("请先修改"), "{text}");

    let settings = [
        ("JINGLING_DATABASE__URL", format!("sqlite:{}", path.join("jingling.db").display())),
        ("JINGLING_KEYS__FILE", path.join("jingling.key").display().to_string()),
    ];
    let config = config::load(None, settings.into_iter().map(|(name, value)| (name.to_owned(), value))).unwrap();
    let store = open_existing(&config).await.unwrap();
    let entries = journal::read(&store, 0, 1000).await.unwrap();
    let texts: Vec<String> = entries.iter().map(|entry| String::from_utf8(entry.open(store.office, &store.keys).unwrap().content).unwrap()).collect();
    assert_eq!(texts.iter().filter(|text| text.contains("\"first\":true")).count(), 1);
    assert_eq!(texts.iter().filter(|text| text.contains("$argon2id$")).count(), 3);
    assert!(texts.iter().all(|text| [first.as_str(), own, next].iter().all(|secret| !text.contains(secret))));
    store.db.close().await;
}
