//! `[server]`: the addresses, and what one caller may take of them.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

use super::fault::Faults;

/// The doors of the service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where events arrive.
    pub listen: SocketAddr,
    /// Health and metrics; loopback or a private network only.
    pub admin: SocketAddr,
    /// Bytes of a single event.
    pub event_max_bytes: usize,
    /// Bytes of a batch.
    pub batch_max_bytes: usize,
    /// Events that may wait for the writer; beyond it the answer is 429.
    pub queue: usize,
    /// Seconds to read one request.
    pub read_timeout_secs: u64,
    /// Seconds to finish what is at hand when stopping.
    pub shutdown_timeout_secs: u64,
}

impl Server {
    /// How long one request may take to arrive.
    pub const fn read_timeout(&self) -> Duration {
        Duration::from_secs(self.read_timeout_secs)
    }

    /// How long stopping may take.
    pub const fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_timeout_secs)
    }

    pub(super) fn check(&self, faults: &mut Faults) {
        let ranges = [
            ("server.event_max_bytes", size(self.event_max_bytes), 1024, 1 << 20),
            ("server.batch_max_bytes", size(self.batch_max_bytes), 1 << 20, 64 << 20),
            ("server.queue", size(self.queue), 1, 100_000),
            ("server.read_timeout_secs", self.read_timeout_secs, 1, 600),
            ("server.shutdown_timeout_secs", self.shutdown_timeout_secs, 1, 600),
        ];
        for (key, value, least, most) in ranges {
            faults.expect((least..=most).contains(&value), key, || format!("写的是 {value},应在 {least} 到 {most} 之间。请改正,或删去这一项用默认值。"));
        }
        faults.expect(is_inside(self.admin.ip()), "server.admin", || {
            format!("写的是 {},外面的人也能访问。应为本机或内网地址,请改成 127.0.0.1:8081 一类。", self.admin)
        });
        let apart = self.admin.port() == 0 || self.admin != self.listen;
        faults.expect(apart, "server.admin", || format!("与 server.listen 同为 {},应当不同。请换一个端口。", self.admin));
    }
}

fn size(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

const fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}
