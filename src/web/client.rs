//! Where a request really comes from. `X-Forwarded-*` counts only when a trusted proxy wrote it.

use std::net::{IpAddr, Ipv4Addr};

use poem::Request;
use url::Host;

use crate::app::App;

/// The address of whoever asks, for rate limits, the session list and the wizard's door. Each proxy adds to the right; what
/// stands left of a hop that nobody can read may have been written by anybody.
pub fn address(req: &Request) -> IpAddr {
    let peer = peer(req);
    if !is_trusted(req, peer) {
        return peer;
    }
    let forwarded = req.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    first_foreign(peer, &hops, |hop| is_trusted(req, hop))
}

fn first_foreign(peer: IpAddr, hops: &[&str], is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut client = peer;
    for hop in hops.iter().rev().map_while(|hop| hop.trim().parse().ok()).map(plain) {
        client = hop;
        if !is_trusted(hop) {
            break;
        }
    }
    client
}

/// True when the visitor came over HTTPS, as far as we can tell.
pub fn is_https(req: &Request) -> bool {
    let forwarded = req.header("x-forwarded-proto").filter(|_| is_trusted(req, peer(req)));
    forwarded.map_or_else(|| req.scheme() == &poem::http::uri::Scheme::HTTPS, |proto| proto.starts_with("https"))
}

/// The host by which the visitor called us.
pub fn host(req: &Request) -> Option<String> {
    let forwarded = req.header("x-forwarded-host").filter(|_| is_trusted(req, peer(req)));
    forwarded.or_else(|| req.header("host")).map(|host| host.trim().to_lowercase())
}

/// True for a visitor at this very machine, with no proxy in between, who called it by a name that is its own. A page from
/// elsewhere can have its own name lead here; then its scripts come from this machine, too.
pub fn is_loopback(req: &Request) -> bool {
    let passed_on = |name: &str| name.starts_with("x-forwarded") || ["forwarded", "via", "x-real-ip"].contains(&name);
    peer(req).is_loopback()
        && !req.headers().keys().any(|name| passed_on(name.as_str()))
        && req.header("host").is_some_and(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    let url = url::Url::parse(&format!("http://{host}"));
    match url.as_ref().ok().and_then(url::Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn peer(req: &Request) -> IpAddr {
    req.remote_addr().as_socket_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |addr| plain(addr.ip()))
}

/// An IPv4 address that came dressed as IPv6 is still that IPv4 address.
fn plain(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

fn is_trusted(req: &Request, ip: IpAddr) -> bool {
    req.data::<App>().is_some_and(|app| app.config.trusted_proxies.iter().any(|net| net.contains(&ip)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_a_visitor_wrote_is_not_who_they_are() {
        let ours: IpAddr = "10.0.0.1".parse().unwrap();
        let seen = |hops: &[&str]| first_foreign(ours, hops, |hop| hop.to_string().starts_with("10.")).to_string();
        assert_eq!(seen(&[]), "10.0.0.1");
        assert_eq!(seen(&["198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen(&["192.0.2.1", " 198.51.100.7", "10.0.0.2"]), "198.51.100.7");
        assert_eq!(seen(&["192.0.2.1", "unknown", "10.0.0.2"]), "10.0.0.2");
        assert_eq!(seen(&["10.0.0.9", "10.0.0.2"]), "10.0.0.9");
        assert_eq!(seen(&["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in ["localhost", "LOCALHOST:5699", "a.localhost", "127.0.0.1:5699", "127.8.8.8", "[::1]:5699"] {
            assert!(is_this_machine(own), "{own}");
        }
        for foreign in ["", ":5699", "evil.example:5699", "localhost.evil.example", "0.0.0.0", "192.168.1.2", "[::2]"] {
            assert!(!is_this_machine(foreign), "{foreign}");
        }
    }
}
