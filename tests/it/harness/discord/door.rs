//! The socket that Discord listens on. It can end a connection without an answer, which axum's own loop cannot.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::rest::Cut;
use super::state::World;
use super::{gateway, rest};

/// Serves until it is dropped.
pub async fn serve(listener: TcpListener, world: Arc<World>) {
    let router = Router::new().route("/", get(gateway::open)).fallback(rest::serve).with_state(world);
    let service = TowerToHyperService::new(router);
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        connections.spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| uncut(service.clone(), request));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).with_upgrades();
            _ = connection.await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn uncut(service: TowerToHyperService<Router>, request: Request<Incoming>) -> Result<Response<Body>, &'static str> {
    let response = service.call(request).await.map_err(|_| "never")?;
    if response.extensions().get::<Cut>().is_some() { Err("cut") } else { Ok(response) }
}
