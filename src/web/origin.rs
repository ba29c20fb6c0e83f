//! Pure rules about the source of a request: the page that sent it, and its address.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
#[cfg(test)]
use axum::http::header;
use axum::http::uri::Authority;

/// Whether a page of `origin` may talk to the server reached as `host`: the page must come from the same host
/// and port, or from one of the `allowed` origins. The scheme is ignored because a proxy in front may handle
/// TLS.
pub(super) fn may_come_from(origin: &str, host: &str, allowed: &[String]) -> bool {
    if allowed.iter().any(|one| one.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority.strip_suffix(default_port).map(String::from).unwrap_or(authority)
    };
    !authority.is_empty() && bare(authority) == bare(host)
}

/// The visitor's address: the peer's, or the one named by the last trusted proxy.
pub(super) fn visitor(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = peer.ip().to_canonical();
    if !proxies.contains(&peer) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !proxies.contains(hop)).unwrap_or(peer)
}

/// The address that an unlisted proxy claims to ask for; `None` = there is no such proxy, or it claims
/// nothing.
pub(super) fn claimed(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    if proxies.contains(&peer.ip().to_canonical()) {
        return None;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    forwarded.rsplit(',').next()?.trim().parse().ok()
}

/// The address at which the browser reaches this server: according to a listed proxy in front, or to the
/// request itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outside {
    pub(super) scheme: &'static str,
    pub(super) host: String,
}

pub(super) fn outside(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpAddr], own_tls: bool) -> Outside {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let listed = proxies.contains(&peer.ip().to_canonical());
    // Of several proxies in a row, the first one is next to the browser.
    let said = |name| text(name).filter(|_| listed)?.split(',').next().map(str::trim);
    let scheme = match said("x-forwarded-proto") {
        Some("https") => "https",
        Some("http") => "http",
        _ if own_tls => "https",
        _ => "http",
    };
    let host = said("x-forwarded-host").filter(|host| host.parse::<Authority>().is_ok());
    let host = host.or_else(|| text("host")).unwrap_or("localhost").to_owned();
    Outside { scheme, host }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_listed_proxy_says_of_the_way_here_is_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let check = |peer: &str, said: &[(&'static str, &str)], own_tls: bool, expected: &str| {
            let mut headers =
                HeaderMap::from_iter([(header::HOST, "127.0.0.1:8080".parse().expect("a value"))]);
            for (name, value) in said {
                headers.insert(*name, value.parse().expect("a value"));
            }
            let Outside { scheme, host } =
                outside(peer.parse().expect("a peer"), &headers, &[proxy], own_tls);
            assert_eq!(format!("{scheme}://{host}"), expected, "{peer} {said:?}");
        };
        let said = [("x-forwarded-proto", "https"), ("x-forwarded-host", "class.example.org, inner")];
        check("10.0.0.1:9", &said, false, "https://class.example.org");
        check("10.0.0.1:9", &said[..1], false, "https://127.0.0.1:8080");
        check("10.0.0.1:9", &[("x-forwarded-proto", "http")], true, "http://127.0.0.1:8080");
        check("10.0.0.1:9", &[("x-forwarded-host", "a b")], false, "http://127.0.0.1:8080");
        check("198.51.100.7:9", &said, false, "http://127.0.0.1:8080");
        check("198.51.100.7:9", &said, true, "https://127.0.0.1:8080");
    }

    #[test]
    fn an_unlisted_proxy_is_told_from_a_visitor() {
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let mut headers = HeaderMap::new();
        let claim = |headers: &HeaderMap, peer: &str| {
            claimed(peer.parse().expect("a peer"), headers, &[proxy]).map(|address| address.to_string())
        };
        assert_eq!(claim(&headers, "10.0.0.2:9"), None);
        headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9".parse().expect("a value"));
        assert_eq!(claim(&headers, "10.0.0.2:9").as_deref(), Some("203.0.113.9"), "what it added itself");
        assert_eq!(claim(&headers, "10.0.0.1:9"), None);
    }

    #[test]
    fn a_page_of_the_same_host_and_port_may_and_no_other() {
        let allowed = ["https://class.example.org".to_string()];
        let check = |origin: &str, host: &str, expected: bool| {
            assert_eq!(may_come_from(origin, host, &allowed), expected, "{origin} to {host}");
        };
        check("http://localhost:8080", "localhost:8080", true);
        check("http://LOCALHOST:8080", "localhost:8080", true);
        check("https://school.cn", "school.cn", true);
        check("https://school.cn", "school.cn:443", true);
        check("http://school.cn:80", "school.cn", true);
        check("https://[::1]:8443", "[::1]:8443", true);
        check("https://class.example.org", "10.0.0.7:8080", true);
        check("http://localhost:8081", "localhost:8080", false);
        check("http://127.0.0.1:8080", "localhost:8080", false);
        check("https://school.cn.evil.com", "school.cn", false);
        check("https://school.cn", "school.cn:80", false);
        check("null", "localhost:8080", false);
        check("file://", "", false);
        check("", "", false);
        check("http://", "", false);
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.1".parse().expect("a value"));
        let check = |peer: &str, expected: &str| {
            let peer: SocketAddr = peer.parse().expect("a peer");
            assert_eq!(visitor(peer, &headers, &[proxy]).to_string(), expected, "{peer}");
        };
        check("10.0.0.1:999", "203.0.113.9");
        check("[::ffff:10.0.0.1]:999", "203.0.113.9");
        check("198.51.100.7:999", "198.51.100.7");
    }
}
