//! `jingling serve`

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;

/// Runs until SIGINT or SIGTERM, then shuts down in order.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    super::log(&config.log);
    let app = App::start(config, Clock::system()).await?;
    if config.sources.is_empty() {
        tracing::warn!("no [[sources]] are configured: nobody can deliver events");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: what was accepted is worked off first");
    let patience = config.server.shutdown_timeout();
    if tokio::time::timeout(patience, app.stop()).await.is_err() {
        tracing::warn!("not everything could be finished in {} s; it is kept and goes on at the next start", patience.as_secs());
    }
    Ok(ExitCode::SUCCESS)
}
