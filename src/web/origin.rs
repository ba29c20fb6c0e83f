//! Pure rules about where a request comes from: which page sent it, and which address.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

/// Whether a page of `origin` may talk to the server reached as `host`: the page must come from the
/// same host and port, or from one of the `allowed` origins. The scheme is left out of the comparison
/// because a proxy in front may speak TLS for us.
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

/// The visitor's address: the peer's, or what the last proxy we trust says about it.
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

/// True when the request comes from this machine itself and no proxy stands in between.
pub(super) fn is_local(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    peer.ip().to_canonical().is_loopback() && !forwarded
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(!is_local("127.0.0.1:5".parse().expect("a peer"), &headers));
        assert!(is_local("127.0.0.1:5".parse().expect("a peer"), &HeaderMap::new()));
        assert!(!is_local("10.0.0.1:5".parse().expect("a peer"), &HeaderMap::new()));
    }
}
