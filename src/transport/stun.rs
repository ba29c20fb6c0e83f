//! STUN (RFC 8489) as far as an ICE-lite server needs it: binding requests in, success responses
//! out. Requests are proven before anything else is done with them; what is not proven gets no reply.

use std::net::{IpAddr, SocketAddr};

use ring::hmac;

const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEADER: usize = 20;
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const USE_CANDIDATE: u16 = 0x0025;
const FINGERPRINT: u16 = 0x8028;
const INTEGRITY_LEN: usize = 20;
/// More attributes than any client sends; a longer list is not worth reading.
const ATTRIBUTES_MAX: usize = 24;

/// Length of the user fragments we hand out (RFC 8445 §5.3 asks for at least 4 characters).
pub const UFRAG_LEN: usize = 8;

/// Our half of a user name, as bytes: the key a request is routed by.
pub type Ufrag = [u8; UFRAG_LEN];

/// The integrity key of one leg: HMAC-SHA1 under its ICE password (RFC 8489 §9.1.1).
pub fn integrity_key(password: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes())
}

/// A well-formed binding request; nothing about it is proven until [`Request::is_authentic`].
#[derive(Debug)]
pub struct Request<'a> {
    raw: &'a [u8],
    transaction: [u8; 12],
    /// Where the MESSAGE-INTEGRITY attribute begins.
    integrity_at: usize,
    /// Our user fragment, from USERNAME "ours:theirs".
    pub ufrag: Ufrag,
    /// The controlling peer has chosen this pair (USE-CANDIDATE).
    pub nominates: bool,
}

impl<'a> Request<'a> {
    /// Reads a datagram; `None` for anything but a binding request with USERNAME and MESSAGE-INTEGRITY.
    pub fn parse(raw: &'a [u8]) -> Option<Request<'a>> {
        if raw.len() < HEADER || be16(raw, 0)? != BINDING_REQUEST || raw[4..8] != MAGIC {
            return None;
        }
        if usize::from(be16(raw, 2)?) + HEADER != raw.len() {
            return None;
        }
        let (mut ufrag, mut integrity_at, mut nominates) = (None, None, false);
        let mut at = HEADER;
        for _ in 0..ATTRIBUTES_MAX {
            if at == raw.len() {
                break;
            }
            let (kind, len) = (be16(raw, at)?, usize::from(be16(raw, at + 2)?));
            let value = raw.get(at + 4..at + 4 + len)?;
            match kind {
                USERNAME => ufrag = value.split(|b| *b == b':').next()?.try_into().ok(),
                USE_CANDIDATE => nominates = true,
                MESSAGE_INTEGRITY if len == INTEGRITY_LEN => {
                    // Attributes behind the integrity are not covered by it (RFC 8489 §14.5).
                    integrity_at = Some(at);
                    break;
                }
                _ => {}
            }
            at += 4 + len.next_multiple_of(4);
        }
        Some(Request {
            raw,
            transaction: raw[8..HEADER].try_into().ok()?,
            integrity_at: integrity_at?,
            ufrag: ufrag?,
            nominates,
        })
    }

    /// True when MESSAGE-INTEGRITY was made with `key`.
    pub fn is_authentic(&self, key: &hmac::Key) -> bool {
        let Some(claimed) = self.raw.get(self.integrity_at + 4..self.integrity_at + 4 + INTEGRITY_LEN) else {
            return false;
        };
        // The header's length counts up to and including the integrity attribute (RFC 8489 §14.5).
        let len = (self.integrity_at + 4 + INTEGRITY_LEN - HEADER) as u16;
        let mut covered = Vec::with_capacity(self.integrity_at);
        covered.extend_from_slice(&self.raw[..self.integrity_at]);
        covered[2..4].copy_from_slice(&len.to_be_bytes());
        hmac::verify(key, &covered, claimed).is_ok()
    }

    /// Writes the success response that tells the peer its `address` as seen from here.
    pub fn write_success(&self, address: SocketAddr, key: &hmac::Key, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&BINDING_SUCCESS.to_be_bytes());
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&self.transaction);
        push_xor_address(address, &self.transaction, out);

        set_len(out, 4 + INTEGRITY_LEN);
        let tag = hmac::sign(key, out);
        push_attribute(MESSAGE_INTEGRITY, tag.as_ref(), out);

        set_len(out, 8);
        let fingerprint = crc32(out) ^ 0x5354_554e;
        push_attribute(FINGERPRINT, &fingerprint.to_be_bytes(), out);
    }
}

fn push_xor_address(address: SocketAddr, transaction: &[u8; 12], out: &mut Vec<u8>) {
    let mut mask = [0_u8; 16];
    mask[..4].copy_from_slice(&MAGIC);
    mask[4..].copy_from_slice(transaction);
    let port = address.port() ^ 0x2112;
    let (family, octets) = match address.ip().to_canonical() {
        IpAddr::V4(ip) => (1, ip.octets().to_vec()),
        IpAddr::V6(ip) => (2, ip.octets().to_vec()),
    };
    let mut value = vec![0, family];
    value.extend_from_slice(&port.to_be_bytes());
    value.extend(octets.iter().zip(mask).map(|(octet, mask)| octet ^ mask));
    push_attribute(XOR_MAPPED_ADDRESS, &value, out);
}

fn push_attribute(kind: u16, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&(value.len() as u16).to_be_bytes());
    out.extend_from_slice(value);
    out.resize(out.len().next_multiple_of(4), 0);
}

/// Sets the header's length as if `coming` more bytes were already there.
fn set_len(out: &mut [u8], coming: usize) {
    let len = (out.len() - HEADER + coming) as u16;
    out[2..4].copy_from_slice(&len.to_be_bytes());
}

fn be16(raw: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(raw.get(at..at + 2)?.try_into().ok()?))
}

/// CRC-32 of ITU V.42, bit by bit: responses are some 70 bytes and rare.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A binding request as a browser sends it.
    pub(crate) fn request(username: &str, password: &str, nominate: bool) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&BINDING_REQUEST.to_be_bytes());
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(b"transaction1");
        push_attribute(USERNAME, username.as_bytes(), &mut out);
        if nominate {
            push_attribute(USE_CANDIDATE, &[], &mut out);
        }
        set_len(&mut out, 4 + INTEGRITY_LEN);
        let tag = hmac::sign(&integrity_key(password), &out);
        push_attribute(MESSAGE_INTEGRITY, tag.as_ref(), &mut out);
        set_len(&mut out, 8);
        let fingerprint = crc32(&out) ^ 0x5354_554e;
        push_attribute(FINGERPRINT, &fingerprint.to_be_bytes(), &mut out);
        out
    }

    #[test]
    fn a_request_is_read_and_proven_by_the_right_password_only() {
        let raw = request("abcdefgh:xyz", "a-long-enough-password", true);
        let request = Request::parse(&raw).expect("well-formed");
        assert_eq!(&request.ufrag, b"abcdefgh");
        assert!(request.nominates);
        assert!(request.is_authentic(&integrity_key("a-long-enough-password")));
        assert!(!request.is_authentic(&integrity_key("another-password")));
    }

    #[test]
    fn one_flipped_bit_anywhere_before_the_fingerprint_is_noticed() {
        let raw = request("abcdefgh:xyz", "password", false);
        let key = integrity_key("password");
        for bit in 0..(raw.len() - 8) * 8 {
            let mut forged = raw.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(!Request::parse(&forged).is_some_and(|r| r.is_authentic(&key)), "bit {bit}");
        }
    }

    #[test]
    fn any_prefix_and_any_garbage_is_refused_without_a_panic() {
        let raw = request("abcdefgh:xyz", "password", true);
        for end in 0..raw.len() {
            assert!(Request::parse(&raw[..end]).is_none());
        }
        let mut long_attribute = raw.clone();
        long_attribute[22..24].copy_from_slice(&[0xff, 0xff]);
        assert!(Request::parse(&long_attribute).is_none());
    }

    #[test]
    fn the_response_carries_the_xored_address_and_a_valid_integrity() {
        // The transaction and address of RFC 5769 §2.2 (its password needs no SASLprep).
        let mut raw = request("abcdefgh:xyz", "VOkJxbRl1RmTxUk/WvJxBt", false);
        raw[8..20].copy_from_slice(b"\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae");
        let request = Request::parse(&raw).expect("well-formed");
        let mut out = Vec::new();
        let key = integrity_key("VOkJxbRl1RmTxUk/WvJxBt");
        request.write_success("192.0.2.1:32853".parse().unwrap(), &key, &mut out);
        assert_eq!(out[20..32], *b"\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43");
        assert_eq!(usize::from(be16(&out, 2).unwrap()) + HEADER, out.len());
        let mut covered = out[..32].to_vec();
        set_len(&mut covered, 24);
        assert!(hmac::verify(&key, &covered, &out[36..56]).is_ok());
    }
}
