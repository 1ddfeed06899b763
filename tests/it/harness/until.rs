//! Waiting for what comes by itself.

use std::time::{Duration, Instant};

/// Looks again and again until there is what is looked for, for so many seconds at most; then tells what was seen instead.
pub async fn until<T>(seconds: u64, look: impl AsyncFn() -> Result<T, String>) -> T {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < end, "still {seen}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
