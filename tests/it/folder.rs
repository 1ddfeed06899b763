//! The drop folder: a file is entered once it is whole, and then lies beside its report.

use chrono::TimeDelta;
use jingling::app::App;
use jingling::config::Config;
use jingling::intake::files::Kind;

use crate::harness::{allocation, office_story, workbook};

fn watched(config: &mut Config) {
    config.import.folder = config.mail.folder.with_file_name("import");
}

fn daily(voucher: &str, amount: &str) -> Vec<u8> {
    workbook(&[
        &["凭证号", "指标编号", "支付日期", "收款人", "收款账号", "用途", "金额"],
        &[voucher, "ZB-1", "2026-11-23", "霍山县农机服务部", "341500017", "购置农机具", amount],
    ])
}

office_story!(a_dropped_file_is_entered_and_put_away, watched, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    office.drops("payments", "明细.xlsx", daily("PZ-1", "100"));
    office.drops("payments", "~$明细.xlsx", "Excel's own");
    office.drops("payments", "下载中.xlsx.part", "half");
    office.drops("allocations", "错.csv", "这里,什么\n都,没有\n");
    office.looks().await;
    insta::assert_snapshot!(office.lies().join("\n"), @r"
    done/payments/明细.xlsx
    done/payments/明细.xlsx.report.csv
    payments/~$明细.xlsx
    payments/下载中.xlsx.part
    refused/allocations/错.csv
    refused/allocations/错.csv.report.csv
    ");
    assert_eq!(office.report("done/payments/明细.xlsx"), "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    assert!(office.report("refused/allocations/错.csv").contains("没有导入。没有找到标题行"), "{}", office.report("refused/allocations/错.csv"));
    // the same name again overwrites nothing
    office.drops("payments", "明细.xlsx", daily("PZ-2", "200"));
    office.looks().await;
    assert!(office.lies().contains(&"done/payments/明细-2.xlsx.report.csv".to_owned()), "{:?}", office.lies());
    // some rows in: done, and the report names the others; none in: refused
    office.drops("payments", "部分.csv", "凭证号,支付日期,金额\nPZ-3,2026-11-23,1\nPZ-4,汪桂兰,1\n");
    office.drops("payments", "全错.csv", "凭证号,支付日期,金额\nPZ-4,汪桂兰,1\n");
    office.looks().await;
    assert_eq!(office.report("done/payments/部分.csv").lines().last(), Some("3 支付日期: 应为日期,例如 2026-11-23"));
    assert_eq!(office.report("refused/payments/全错.csv").lines().last(), Some("2 支付日期: 应为日期,例如 2026-11-23"));
});

office_story!(a_file_that_still_grows_waits, watched, async |office| {
    let whole = "凭证号,支付日期,金额\nPZ-1,2026-11-23,1\nPZ-2,2026-11-23,2\n";
    let folder = office.app().import.clone().unwrap();
    for written in [30, 45] {
        office.drops("payments", "明细.csv", &whole.as_bytes()[..written]);
        folder.look().await;
        office.wind(TimeDelta::seconds(4));
        folder.look().await;
        assert_eq!(office.lies(), ["payments/明细.csv"]);
    }
    office.drops("payments", "明细.csv", whole);
    office.looks().await;
    assert!(office.report("done/payments/明细.csv").contains("新增 2 行"));
});

office_story!(what_was_entered_before_a_kill_is_only_put_away, watched, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    office.imports(Kind::Payments, "明细.xlsx", daily("PZ-1", "100")).await;
    office.looks().await;
    let before = office.journal().await;
    std::fs::copy(office.saves("明细.xlsx", daily("PZ-1", "100")), office.folder("taking/payments/明细.xlsx")).unwrap();
    office.restart().await;
    office.looks().await;
    assert!(office.report("done/payments/明细.xlsx").contains("这份内容以前已经导入"));
    assert_eq!(office.journal().await, before);
});

office_story!(two_services_take_a_file_once, watched, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let other = App::start(&office.config, office.clock.clone()).await.unwrap();
    for n in 0..8 {
        office.drops("payments", &format!("{n}.xlsx"), daily(&format!("PZ-{n}"), "1"));
    }
    let (one, two) = (office.app().import.clone().unwrap(), other.import.clone().unwrap());
    tokio::join!(one.look(), two.look());
    office.wind(TimeDelta::seconds(6));
    tokio::join!(one.look(), two.look());
    tokio::join!(one.look(), two.look());
    let lies = office.lies();
    assert_eq!(lies.len(), 16, "{lies:?}");
    assert!((0..8).all(|n| office.report(&format!("done/payments/{n}.xlsx")).contains("新增 1 行")), "each by one of them, once");
    other.stop().await;
});

office_story!(a_very_long_name_is_put_away_too, watched, async |office| {
    let name = "支".repeat(83);
    office.drops("payments", &format!("{name}.csv"), "凭证号,支付日期,金额\nPZ-1,2026-11-23,1\n");
    office.looks().await;
    let short = "支".repeat(60);
    assert_eq!(office.lies(), [format!("done/payments/{short}.csv"), format!("done/payments/{short}.csv.report.csv")]);
});

office_story!(a_file_written_to_while_it_is_entered_is_looked_at_again, watched, async |office| {
    use std::io::Write;
    office.drops("payments", "慢.csv", "凭证号,支付日期,金额,收款人,收款账号,用途\nPZ-1,2026-11-23,1,霍山县衡山镇农机服务部,34151,购置农机具\n");
    let mut writer = std::fs::File::options().append(true).open(office.folder("payments/慢.csv")).unwrap();
    let folder = office.app().import.clone().unwrap();
    folder.look().await;
    office.wind(TimeDelta::seconds(6));
    let look = folder.look();
    tokio::pin!(look);
    let mut pace = tokio::time::interval(std::time::Duration::from_millis(1));
    let mut written = 1;
    loop {
        tokio::select! {
            () = &mut look => break,
            _ = pace.tick() => {
                written += 1;
                writeln!(writer, "PZ-{written},2026-11-23,1,霍山县衡山镇农机服务部,3415{written},购置农机具").unwrap();
            }
        }
    }
    drop(writer);
    office.looks().await;
    assert_eq!(office.lies(), ["done/payments/慢.csv", "done/payments/慢.csv.report.csv"]);
    assert_eq!(office.store().db.fetch("SELECT key FROM payment", Vec::new()).await.unwrap().len(), written, "nothing of it is lost");
});

office_story!(a_folder_that_cannot_be_used_is_told_of_and_stops_nothing, watched, async |office| {
    let folder = office.app().import.clone().unwrap();
    folder.look().await;
    let root = office.folder("");
    std::fs::remove_dir_all(&root).unwrap();
    std::fs::write(root.parent().unwrap().join("import"), "not a folder").unwrap();
    folder.look().await;
    assert!(office.troubled_by("import: 导入文件夹 ").await);
    std::fs::remove_file(root.parent().unwrap().join("import")).unwrap();
    office.drops("payments", "明细.xlsx", daily("PZ-1", "1"));
    office.looks().await;
    assert!(office.report("done/payments/明细.xlsx").contains("新增 1 行"));
    assert!(!office.inspects("/readyz").await.body.contains("import"), "and it is over");
});
