//! Serving HTTP (连接): what a connection may take of the machine before anybody is believed: time for its headers, their number, its place among others.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tracing::{debug, warn};

/// Connections at a time; more wait in the system's own queue.
const CONNECTIONS: usize = 512;
/// To send the headers of a request, the first and any that follows on the same connection.
const HEADERS: Duration = Duration::from_secs(15);
const MOST_HEADERS: usize = 64;
/// After a failed accept, for want of file handles mostly.
const BREATH: Duration = Duration::from_millis(50);

/// Listens and serves until `closed` says so; then no connection is taken any more, and those at work may finish.
pub async fn serve(address: SocketAddr, router: Router, mut closed: watch::Receiver<bool>) -> std::io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(address).await?;
    let bound = listener.local_addr()?;
    let task = tokio::spawn(async move {
        let graceful = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_headers(MOST_HEADERS);
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let stream = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = closed.wait_for(|closed| *closed) => break,
            };
            let stream = match stream {
                Ok((stream, _)) => stream,
                Err(failure) => {
                    warn!(%failure, "server: a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            };
            // answers are small and awaited: they are not to wait for each other
            let _ = stream.set_nodelay(true);
            let service = TowerToHyperService::new(router.clone());
            let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
            tokio::spawn(async move {
                if let Err(failure) = connection.await {
                    debug!(failure = %failure, "server: a connection ended early");
                }
                drop(place);
            });
        }
        drop(listener);
        graceful.shutdown().await;
    });
    Ok((bound, task))
}
