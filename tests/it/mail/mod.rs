//! Letters by a real mail server.

use jingling::store::delivery;

use crate::harness::{Office, allocation, payment, until};

mod arrives;
mod out_of_sorts;

/// The `n`th payment beyond its allocation: red, and two letters, to who handles it and to the head of the section.
async fn overspends(office: &mut Office, n: usize) {
    office.allocates(allocation(&format!("ZB-{n}"), "100.00")).await;
    let payment = payment(&format!("PZ-{n}"), "4800.00").with("allocation_id", format!("ZB-{n}")).with("town", "佛子岭镇");
    let payment = payment.with("payee_name", "欧阳小满").with("payee_account", "6217003810001234567");
    assert_eq!(office.pays(payment).await.told(), "200 accepted");
}

/// What whoever looks after the service reads.
async fn troubles(office: &Office) -> String {
    office.inspects("/readyz").await.body
}

/// Waits until the trouble is told.
async fn trouble(office: &Office, word: &str) -> String {
    until(20, async || {
        let told = troubles(office).await;
        if told.contains(word) { Ok(told) } else { Err(format!("no word of {word}: {told}")) }
    })
    .await
}

/// Waits until chat has told it, whatever becomes of the letters.
async fn told_in_chat(office: &Office, words: &str) {
    until(20, async || {
        let said = std::fs::read_to_string(&office.config.chat.transcript).unwrap_or_default();
        if said.contains(words) { Ok(()) } else { Err(format!("no word in chat of {words}: {said}")) }
    })
    .await;
}

/// Where each letter stands that has not gone through, and why.
async fn reasons(office: &Office) -> Vec<String> {
    let pending = delivery::pending(office.store(), 99).await.unwrap();
    pending.into_iter().map(|p| format!("{} {}", p.status, p.reason.unwrap_or_default())).collect()
}

/// Waits until so many letters were tried and put back (on a dead line only the first is); why the last one was.
async fn refused_for_now(office: &Office, letters: usize) -> String {
    until(20, async || {
        let mut told = reasons(office).await;
        if told.len() == letters { Ok(told.pop().unwrap()) } else { Err(format!("not tried: {told:?}")) }
    })
    .await
}
