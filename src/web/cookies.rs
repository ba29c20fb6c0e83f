//! Pure rules about session cookies. Every seat has its own cookie, so that several tabs of one
//! browser can be several people: `lc_<seat>`, under TLS `__Host-lc_<seat>`.

use axum::http::{HeaderMap, header};

const PREFIX: &str = "lc_";
const HOST_PREFIX: &str = "__Host-lc_";

/// Cookie of a device on which somebody signed in with an account. (No seat: those begin with `lc_`.)
const DEVICE: &str = "lcdevice";
const HOST_DEVICE: &str = "__Host-lcdevice";
const DEVICE_MAX_AGE_S: u64 = 180 * 24 * 3600;
const DEVICE_CHARS_MAX: usize = 64;

/// Longest name of a seat that is tried; the server's own are shorter.
const SEAT_CHARS_MAX: usize = 64;

/// The seats with cookies in a request, as (seat, secret), in their order there.
pub(super) fn seats(headers: &HeaderMap) -> Vec<(&str, &str)> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(name, secret)| {
            let seat = name.strip_prefix(HOST_PREFIX).or_else(|| name.strip_prefix(PREFIX))?;
            (is_seat(seat) && !secret.is_empty()).then_some((seat, secret))
        })
        .collect()
}

/// The secret of this device; `None` = it has none.
pub(super) fn device(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let named = |name: &str| name == DEVICE || name == HOST_DEVICE;
    let (_, secret) = pairs.find(|(name, _)| named(name))?;
    (!secret.is_empty() && secret.len() <= DEVICE_CHARS_MAX).then_some(secret)
}

/// The `Set-Cookie` value that keeps the secret of a device.
pub(super) fn set_device(secret: &str, secure: bool) -> String {
    let (name, flag) = if secure { (HOST_DEVICE, "; Secure") } else { (DEVICE, "") };
    format!("{name}={secret}; Path=/; Max-Age={DEVICE_MAX_AGE_S}; HttpOnly; SameSite=Lax{flag}")
}

fn is_seat(seat: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !seat.is_empty() && seat.len() <= SEAT_CHARS_MAX && seat.bytes().all(plain)
}

/// The `Set-Cookie` value that signs a seat in for `max_age_s` seconds; 0 signs it out.
pub(super) fn set_cookie(seat: &str, secret: &str, max_age_s: u64, secure: bool) -> String {
    let (prefix, flag) = if secure { (HOST_PREFIX, "; Secure") } else { (PREFIX, "") };
    format!("{prefix}{seat}={secret}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{flag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cookies: &[&str], expected: &[(&str, &str)]) {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, cookie.parse().expect("a header value"));
        }
        assert_eq!(seats(&headers), expected, "{cookies:?}");
    }

    #[test]
    fn seats_are_found_among_other_cookies() {
        check(&[], &[]);
        check(&["theme=dark; lc_a1=x; __Host-lc_b2=y"], &[("a1", "x"), ("b2", "y")]);
        check(&["lc_a1=x=="], &[("a1", "x==")]);
        check(&["lc_a1=x", "lc_b2=y"], &[("a1", "x"), ("b2", "y")]);
        check(&["lc_=x; lc_a1=; lc_a/b=x; lc_a1; =x; ;;"], &[]);
    }

    #[test]
    fn a_device_is_told_again_and_is_no_seat() {
        let cookie = set_device("x", true);
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.split(';').next().expect("a pair").parse().expect("a value"));
        assert_eq!((device(&headers), seats(&headers)), (Some("x"), vec![]));
        headers.insert(header::COOKIE, "lcdevice=; lc_a1=y".parse().expect("a value"));
        assert_eq!((device(&headers), seats(&headers)), (None, vec![("a1", "y")]));
    }

    #[test]
    fn a_cookie_is_for_this_host_only_and_unreadable_for_scripts() {
        assert_eq!(set_cookie("a1", "x", 60, false), "lc_a1=x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert_eq!(
            set_cookie("a1", "", 0, true),
            "__Host-lc_a1=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
