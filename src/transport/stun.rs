//! STUN (RFC 8489) for an ICE-lite server: binding requests in, success responses out; and the other way
//! round if a peer must prove a new address. Messages are proven before anything else is done with them; an
//! unproven one gets no reply.

use std::net::{IpAddr, SocketAddr};

use ring::hmac;

const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEADER: usize = 20;
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const PRIORITY: u16 = 0x0024;
const USE_CANDIDATE: u16 = 0x0025;
const FINGERPRINT: u16 = 0x8028;
const ICE_CONTROLLED: u16 = 0x8029;
const INTEGRITY_LEN: usize = 20;
/// Most attributes; no client sends more.
const ATTRIBUTES_MAX: usize = 24;

/// Bytes of our longest response: header, IPv6 address, integrity, fingerprint.
pub const RESPONSE_MAX: usize = HEADER + 24 + 24 + 8;

/// Length of our user fragments (RFC 8445 §5.3 asks for at least 4 characters).
pub const UFRAG_LEN: usize = 8;

/// Our half of a user name, as bytes: the routing key of a request.
pub type Ufrag = [u8; UFRAG_LEN];

/// Id of a request and its response.
pub type Transaction = [u8; 12];

/// The integrity key of one side of a leg: HMAC-SHA1 under its ICE password (RFC 8489 §9.1.1).
pub fn integrity_key(password: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes())
}

/// A message whose MESSAGE-INTEGRITY has yet to be verified.
#[derive(Debug)]
struct Claim<'a> {
    raw: &'a [u8],
    /// The place of the MESSAGE-INTEGRITY attribute.
    integrity_at: usize,
}

impl<'a> Claim<'a> {
    /// Reads a message of `kind` and passes on its attributes; `None` = it is not well-formed or has no
    /// MESSAGE-INTEGRITY.
    fn read(raw: &'a [u8], kind: u16, mut each: impl FnMut(u16, &'a [u8])) -> Option<Claim<'a>> {
        if raw.len() < HEADER || be16(raw, 0)? != kind || raw[4..8] != MAGIC {
            return None;
        }
        if usize::from(be16(raw, 2)?) + HEADER != raw.len() {
            return None;
        }
        let mut at = HEADER;
        for _ in 0..ATTRIBUTES_MAX {
            let (kind, len) = (be16(raw, at)?, usize::from(be16(raw, at + 2)?));
            let value = raw.get(at + 4..at + 4 + len)?;
            if kind == MESSAGE_INTEGRITY && len == INTEGRITY_LEN {
                // Attributes behind the integrity are not covered by it (RFC 8489 §14.5).
                return Some(Claim { raw, integrity_at: at });
            }
            each(kind, value);
            at += 4 + len.next_multiple_of(4);
        }
        None
    }

    fn transaction(&self) -> Transaction {
        self.raw[8..HEADER].try_into().expect("a message that was read has a header")
    }

    /// Whether MESSAGE-INTEGRITY was made with `key`.
    fn is_made_with(&self, key: &hmac::Key) -> bool {
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
}

/// A well-formed binding request; nothing about it is proven until [`Request::is_authentic`].
#[derive(Debug)]
pub struct Request<'a> {
    claim: Claim<'a>,
    /// Our user fragment, from USERNAME "ours:theirs".
    pub ufrag: Ufrag,
    /// Whether the controlling peer has chosen this pair (USE-CANDIDATE).
    pub nominates: bool,
}

impl<'a> Request<'a> {
    /// Reads a datagram; `None` = it is no binding request with USERNAME and MESSAGE-INTEGRITY.
    pub fn parse(raw: &'a [u8]) -> Option<Request<'a>> {
        let (mut ufrag, mut nominates) = (None, false);
        let claim = Claim::read(raw, BINDING_REQUEST, |kind, value| match kind {
            USERNAME => ufrag = value.split(|b| *b == b':').next().and_then(|ours| ours.try_into().ok()),
            USE_CANDIDATE => nominates = true,
            _ => {}
        })?;
        Some(Request { claim, ufrag: ufrag?, nominates })
    }

    /// Whether MESSAGE-INTEGRITY was made with `key`.
    pub fn is_authentic(&self, key: &hmac::Key) -> bool {
        self.claim.is_made_with(key)
    }

    /// Writes the success response that tells the peer its `address` as seen by the server.
    pub fn write_success(&self, address: SocketAddr, key: &hmac::Key, out: &mut Vec<u8>) {
        let transaction = self.claim.transaction();
        begin(BINDING_SUCCESS, &transaction, out);
        push_xor_address(address, &transaction, out);
        finish(key, out);
    }
}

/// A well-formed success response; nothing about it is proven until [`Response::is_authentic`].
#[derive(Debug)]
pub struct Response<'a> {
    claim: Claim<'a>,
    pub transaction: Transaction,
}

impl<'a> Response<'a> {
    /// Reads a datagram; `None` = it is no success response with MESSAGE-INTEGRITY.
    pub fn parse(raw: &'a [u8]) -> Option<Response<'a>> {
        let claim = Claim::read(raw, BINDING_SUCCESS, |_, _| {})?;
        Some(Response { transaction: claim.transaction(), claim })
    }

    /// Whether MESSAGE-INTEGRITY was made with `key`.
    pub fn is_authentic(&self, key: &hmac::Key) -> bool {
        self.claim.is_made_with(key)
    }
}

/// A check of ours: the binding request of the controlled side, for a peer with `key`.
pub fn request(username: &str, transaction: &Transaction, key: &hmac::Key) -> Vec<u8> {
    /// Priority of a peer-reflexive candidate (RFC 8445 §5.1.2.1).
    const PEER_REFLEXIVE: u32 = (110 << 24) + (65_535 << 8) + 255;
    let mut out = Vec::with_capacity(HEADER + 4 + username.len() + 3 + 8 + 12 + 24 + 8);
    begin(BINDING_REQUEST, transaction, &mut out);
    push_attribute(USERNAME, username.as_bytes(), &mut out);
    push_attribute(PRIORITY, &PEER_REFLEXIVE.to_be_bytes(), &mut out);
    // The value of the tie-breaker does not matter: an ICE-lite side is never controlling.
    push_attribute(ICE_CONTROLLED, &[0; 8], &mut out);
    finish(key, &mut out);
    out
}

fn begin(kind: u16, transaction: &Transaction, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(transaction);
}

/// Appends integrity and fingerprint.
fn finish(key: &hmac::Key, out: &mut Vec<u8>) {
    set_len(out, 4 + INTEGRITY_LEN);
    let tag = hmac::sign(key, out);
    push_attribute(MESSAGE_INTEGRITY, tag.as_ref(), out);

    set_len(out, 8);
    let fingerprint = crc32(out) ^ 0x5354_554e;
    push_attribute(FINGERPRINT, &fingerprint.to_be_bytes(), out);
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

    /// A binding request like a browser's.
    pub(crate) fn request(username: &str, password: &str, nominate: bool) -> Vec<u8> {
        let mut out = Vec::new();
        begin(BINDING_REQUEST, b"transaction1", &mut out);
        push_attribute(USERNAME, username.as_bytes(), &mut out);
        push_attribute(PRIORITY, &[0; 4], &mut out);
        push_attribute(0x802a, &[0; 8], &mut out); // ICE-CONTROLLING
        if nominate {
            push_attribute(USE_CANDIDATE, &[], &mut out);
        }
        finish(&integrity_key(password), &mut out);
        out
    }

    /// A success response like a browser's.
    pub(crate) fn response(transaction: Transaction, password: &str) -> Vec<u8> {
        let mut out = Vec::new();
        begin(BINDING_SUCCESS, &transaction, &mut out);
        push_xor_address("192.0.2.9:5000".parse().unwrap(), &transaction, &mut out);
        finish(&integrity_key(password), &mut out);
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
    fn our_own_check_is_what_a_peer_expects_and_its_answer_is_proven_by_its_password() {
        let raw = super::request("peer:abcdefgh", &[7; 12], &integrity_key("theirs"));
        let mut seen = Vec::new();
        let claim = Claim::read(&raw, BINDING_REQUEST, |kind, value| seen.push((kind, value))).unwrap();
        assert_eq!(seen[0], (USERNAME, &b"peer:abcdefgh"[..]));
        assert_eq!((seen[1].0, seen[2].0, seen.len()), (PRIORITY, ICE_CONTROLLED, 3));
        assert!(claim.is_made_with(&integrity_key("theirs")));

        let raw = response([7; 12], "theirs");
        let answer = Response::parse(&raw).unwrap();
        assert_eq!(answer.transaction, [7; 12]);
        assert!(
            answer.is_authentic(&integrity_key("theirs")) && !answer.is_authentic(&integrity_key("ours"))
        );
        assert!(Request::parse(&raw).is_none() && Response::parse(&raw[..raw.len() - 1]).is_none());
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
