//! SRTP and SRTCP in place (RFC 3711, RFC 7714). One [`Session`] per direction of a leg.
//!
//! # Why not `rtc-srtp`
//! It has no in-place call (the fan-out encrypts one copy per subscriber in its place), keeps state per SSRC
//! before a packet is authenticated, and costs half as much again per packet. It is the reference that these
//! tests and the headless peers use.
//!
//! Sequence numbers are *extended* (rollover counter in the upper bits) everywhere outside the wire. Sealing
//! twice under one SSRC and extended sequence number is only safe with identical bytes; the callers in
//! `sfu::slot` ensure it.

use aes::cipher::{KeyIvInit, StreamCipher};
use ring::{aead, hmac};
use subtle::ConstantTimeEq;

/// Protection profiles, by our preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    AeadAes128Gcm,
    AeadAes256Gcm,
    AesCm128HmacSha1_80,
}

impl Profile {
    /// Bytes of the master key and of the master salt.
    pub fn key_and_salt_len(self) -> (usize, usize) {
        match self {
            Profile::AeadAes128Gcm => (16, 12),
            Profile::AeadAes256Gcm => (32, 12),
            Profile::AesCm128HmacSha1_80 => (16, 14),
        }
    }
}

/// Most bytes that sealing adds to an RTP packet.
pub const RTP_TAG_MAX: usize = 16;
/// Most bytes that sealing adds to an RTCP packet.
pub const RTCP_TRAILER_MAX: usize = 20;
const GCM_TAG: usize = 16;
const SHA1_TAG: usize = 10;
const RTCP_HEADER: usize = 8;
/// Marks an SRTCP packet as encrypted (RFC 3711 §3.4).
const ENCRYPTED: u32 = 1 << 31;

/// Keys of one direction.
pub struct Session {
    rtp: Cipher,
    rtcp: Cipher,
}

// The large variant is the common one, and a box would cost the hot path a jump.
#[expect(clippy::large_enum_variant)]
enum Cipher {
    Gcm { key: aead::LessSafeKey, salt: [u8; 12] },
    Cm { key: [u8; 16], salt: [u8; 14], auth: hmac::Key },
}

impl Session {
    /// Derives the session keys from a master key and salt of the profile's lengths.
    pub fn new(profile: Profile, master_key: &[u8], master_salt: &[u8]) -> Session {
        Session {
            rtp: Cipher::derive(profile, master_key, master_salt, 0),
            rtcp: Cipher::derive(profile, master_key, master_salt, 3),
        }
    }

    /// Bytes needed by [`Session::seal_rtp`] behind the packet.
    pub fn rtp_tag_len(&self) -> usize {
        match self.rtp {
            Cipher::Gcm { .. } => GCM_TAG,
            Cipher::Cm { .. } => SHA1_TAG,
        }
    }

    /// Encrypts `packet` in place; its last [`Session::rtp_tag_len`] bytes are room for the tag.
    pub fn seal_rtp(&self, packet: &mut [u8], header_len: usize, ssrc: u32, sequence: u64) {
        match &self.rtp {
            Cipher::Gcm { key, salt } => {
                let nonce = gcm_rtp_nonce(salt, ssrc, sequence);
                seal_gcm(key, nonce, packet, header_len);
            }
            Cipher::Cm { key, salt, auth } => {
                let body = packet.len() - SHA1_TAG;
                ctr(key, salt, ssrc, sequence, &mut packet[header_len..body]);
                let tag = cm_rtp_tag(auth, &packet[..body], sequence);
                packet[body..].copy_from_slice(&tag.as_ref()[..SHA1_TAG]);
            }
        }
    }

    /// Authenticates and decrypts `packet` in place; returns the length of header and payload, or `None`.
    pub fn open_rtp(&self, packet: &mut [u8], header_len: usize, ssrc: u32, sequence: u64) -> Option<usize> {
        match &self.rtp {
            Cipher::Gcm { key, salt } => {
                let nonce = gcm_rtp_nonce(salt, ssrc, sequence);
                let (header, body) = packet.split_at_mut_checked(header_len)?;
                let plain = key.open_in_place(nonce, aead::Aad::from(&*header), body).ok()?;
                Some(header_len + plain.len())
            }
            Cipher::Cm { key, salt, auth } => {
                let body = packet.len().checked_sub(SHA1_TAG).filter(|body| *body >= header_len)?;
                let tag = cm_rtp_tag(auth, &packet[..body], sequence);
                same(&tag.as_ref()[..SHA1_TAG], &packet[body..])?;
                ctr(key, salt, ssrc, sequence, &mut packet[header_len..body]);
                Some(body)
            }
        }
    }

    /// Encrypts the RTCP packet in `packet` under `index` and appends tag and index.
    pub fn seal_rtcp(&self, packet: &mut Vec<u8>, index: u32) {
        let ssrc = rtcp_ssrc(packet).expect("we write RTCP packets of at least 8 bytes");
        let word = (index | ENCRYPTED).to_be_bytes();
        match &self.rtcp {
            Cipher::Gcm { key, salt } => {
                let nonce = gcm_rtcp_nonce(salt, ssrc, index);
                let aad = gcm_rtcp_aad(packet, word);
                let tag = key
                    .seal_in_place_separate_tag(nonce, aead::Aad::from(aad), &mut packet[RTCP_HEADER..])
                    .expect("an RTCP packet is far below the cipher's length limit");
                packet.extend_from_slice(tag.as_ref());
                packet.extend_from_slice(&word);
            }
            Cipher::Cm { key, salt, auth } => {
                ctr(key, salt, ssrc, u64::from(index), &mut packet[RTCP_HEADER..]);
                packet.extend_from_slice(&word);
                let tag = hmac::sign(auth, packet);
                packet.extend_from_slice(&tag.as_ref()[..SHA1_TAG]);
            }
        }
    }

    /// Authenticates and decrypts an SRTCP packet in place; returns its plain length and its index.
    pub fn open_rtcp(&self, packet: &mut [u8]) -> Option<(usize, u32)> {
        let ssrc = rtcp_ssrc(packet)?;
        match &self.rtcp {
            Cipher::Gcm { key, salt } => {
                let end = packet.len().checked_sub(4).filter(|end| *end >= RTCP_HEADER + GCM_TAG)?;
                let word: [u8; 4] = packet[end..].try_into().ok()?;
                let index = plain_index(word)?;
                let aad = gcm_rtcp_aad(packet, word);
                let nonce = gcm_rtcp_nonce(salt, ssrc, index);
                let plain =
                    key.open_in_place(nonce, aead::Aad::from(aad), &mut packet[RTCP_HEADER..end]).ok()?;
                Some((RTCP_HEADER + plain.len(), index))
            }
            Cipher::Cm { key, salt, auth } => {
                let signed = packet.len().checked_sub(SHA1_TAG)?;
                let end = signed.checked_sub(4).filter(|end| *end >= RTCP_HEADER)?;
                let index = plain_index(packet[end..signed].try_into().ok()?)?;
                let tag = hmac::sign(auth, &packet[..signed]);
                same(&tag.as_ref()[..SHA1_TAG], &packet[signed..])?;
                ctr(key, salt, ssrc, u64::from(index), &mut packet[RTCP_HEADER..end]);
                Some((end, index))
            }
        }
    }
}

impl Cipher {
    /// Session keys by the AES-CM pseudo-random function (RFC 3711 §4.3); `label` 0 for RTP, 3 for RTCP.
    fn derive(profile: Profile, master_key: &[u8], master_salt: &[u8], label: u8) -> Cipher {
        let (key_len, salt_len) = profile.key_and_salt_len();
        // A 96-bit salt counts as one of 112 bits with zeros at its end (RFC 7714 §11).
        let mut salt = [0_u8; 14];
        salt[..salt_len].copy_from_slice(master_salt);
        let prf = |label: u8, out: &mut [u8]| {
            let mut iv = [0_u8; 16];
            iv[..14].copy_from_slice(&salt);
            iv[7] ^= label;
            keystream(master_key, &iv, out);
        };
        let mut key = [0_u8; 32];
        prf(label, &mut key[..key_len]);
        let mut session_salt = [0_u8; 14];
        prf(label + 2, &mut session_salt[..salt_len]);
        let gcm = |algorithm, key: &[u8]| Cipher::Gcm {
            key: aead::LessSafeKey::new(
                aead::UnboundKey::new(algorithm, key).expect("the key has the algorithm's length"),
            ),
            salt: *session_salt.first_chunk().expect("14 bytes hold 12"),
        };
        match profile {
            Profile::AeadAes128Gcm => gcm(&aead::AES_128_GCM, &key[..16]),
            Profile::AeadAes256Gcm => gcm(&aead::AES_256_GCM, &key),
            Profile::AesCm128HmacSha1_80 => {
                let mut auth = [0_u8; 20];
                prf(label + 1, &mut auth);
                Cipher::Cm {
                    key: *key.first_chunk().expect("32 bytes hold 16"),
                    salt: session_salt,
                    auth: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &auth),
                }
            }
        }
    }
}

fn keystream(key: &[u8], iv: &[u8; 16], out: &mut [u8]) {
    out.fill(0);
    if key.len() == 32 {
        ctr::Ctr128BE::<aes::Aes256>::new(key.into(), iv.into()).apply_keystream(out);
    } else {
        ctr::Ctr128BE::<aes::Aes128>::new(key.into(), iv.into()).apply_keystream(out);
    }
}

/// AES counter mode of RFC 3711 §4.1.1: IV = salt·2^16 ⊕ SSRC·2^64 ⊕ index·2^16.
fn ctr(key: &[u8; 16], salt: &[u8; 14], ssrc: u32, index: u64, bytes: &mut [u8]) {
    let mut iv = [0_u8; 16];
    iv[..14].copy_from_slice(salt);
    xor(&mut iv[4..8], &ssrc.to_be_bytes());
    xor(&mut iv[8..14], &index.to_be_bytes()[2..]);
    ctr::Ctr128BE::<aes::Aes128>::new(key.into(), &iv.into()).apply_keystream(bytes);
}

fn seal_gcm(key: &aead::LessSafeKey, nonce: aead::Nonce, packet: &mut [u8], header_len: usize) {
    let body = packet.len() - GCM_TAG;
    let (header, rest) = packet.split_at_mut(header_len);
    let (plain, tag) = rest.split_at_mut(body - header_len);
    let sealed = key
        .seal_in_place_separate_tag(nonce, aead::Aad::from(&*header), plain)
        .expect("a datagram is far below the cipher's length limit");
    tag.copy_from_slice(sealed.as_ref());
}

/// 00 00 ‖ SSRC ‖ ROC ‖ SEQ, xor salt (RFC 7714 §8.1).
fn gcm_rtp_nonce(salt: &[u8; 12], ssrc: u32, sequence: u64) -> aead::Nonce {
    let mut nonce = *salt;
    xor(&mut nonce[2..6], &ssrc.to_be_bytes());
    xor(&mut nonce[6..12], &sequence.to_be_bytes()[2..]);
    aead::Nonce::assume_unique_for_key(nonce)
}

/// 00 00 ‖ SSRC ‖ 00 00 ‖ index, xor salt (RFC 7714 §9.1).
fn gcm_rtcp_nonce(salt: &[u8; 12], ssrc: u32, index: u32) -> aead::Nonce {
    let mut nonce = *salt;
    xor(&mut nonce[2..6], &ssrc.to_be_bytes());
    xor(&mut nonce[8..12], &index.to_be_bytes());
    aead::Nonce::assume_unique_for_key(nonce)
}

/// Header and index word are authenticated but not encrypted (RFC 7714 §9.2).
fn gcm_rtcp_aad(packet: &[u8], word: [u8; 4]) -> [u8; 12] {
    let mut aad = [0_u8; 12];
    aad[..8].copy_from_slice(&packet[..8]);
    aad[8..].copy_from_slice(&word);
    aad
}

fn cm_rtp_tag(auth: &hmac::Key, body: &[u8], sequence: u64) -> hmac::Tag {
    let mut context = hmac::Context::with_key(auth);
    context.update(body);
    context.update(&((sequence >> 16) as u32).to_be_bytes());
    context.sign()
}

/// Constant-time comparison of short tags.
fn same(a: &[u8], b: &[u8]) -> Option<()> {
    bool::from(a.ct_eq(b)).then_some(())
}

fn plain_index(word: [u8; 4]) -> Option<u32> {
    let word = u32::from_be_bytes(word);
    // Every browser encrypts RTCP; plain SRTCP is refused.
    (word & ENCRYPTED != 0).then_some(word & !ENCRYPTED)
}

fn rtcp_ssrc(packet: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(packet.get(4..8)?.try_into().ok()?))
}

fn xor(into: &mut [u8], with: &[u8]) {
    into.iter_mut().zip(with).for_each(|(byte, with)| *byte ^= with);
}

/// The distance behind the newest packet at which a late or retransmitted one may come: 1024 packets are a
/// second of a busy screen share.
const WINDOW: u64 = 1024;

/// Extends sequence numbers and refuses repeated ones (RFC 3711 §3.3).
#[derive(Debug, Clone, Default)]
pub struct ReplayWindow {
    /// Highest extended number accepted.
    highest: Option<u64>,
    /// One bit for each of the `WINDOW` numbers up to it, at number mod `WINDOW`.
    seen: [u64; (WINDOW / 64) as usize],
}

impl ReplayWindow {
    /// The highest number accepted so far.
    pub fn highest(&self) -> Option<u64> {
        self.highest
    }

    /// The extended number that `sequence` most likely stands for (RFC 3711 appendix A).
    pub fn extend(&self, sequence: u16) -> u64 {
        match self.highest {
            None => u64::from(sequence),
            Some(highest) => extend_near(highest, sequence),
        }
    }

    /// False = `number` was accepted before, or is too old to say.
    pub fn is_fresh(&self, number: u64) -> bool {
        match self.highest {
            Some(highest) if number <= highest => {
                highest - number < WINDOW && self.seen[word(number)] & bit(number) == 0
            }
            _ => true,
        }
    }

    /// Marks `number` as seen; call it only for an authenticated packet.
    pub fn accept(&mut self, number: u64) {
        let highest = self.highest.unwrap_or(number);
        if number > highest {
            if number - highest >= WINDOW {
                self.seen = Default::default();
            } else {
                (highest + 1..number).for_each(|skipped| self.seen[word(skipped)] &= !bit(skipped));
            }
        }
        if highest.saturating_sub(number) < WINDOW {
            self.seen[word(number)] |= bit(number);
        }
        self.highest = Some(highest.max(number));
    }
}

fn word(number: u64) -> usize {
    (number % WINDOW / 64) as usize
}

fn bit(number: u64) -> u64 {
    1 << (number % 64)
}

/// The number with the low 16 bits `sequence` that is nearest to `reference`.
pub fn extend_near(reference: u64, sequence: u16) -> u64 {
    let ahead = sequence.wrapping_sub(reference as u16) as i16;
    reference.checked_add_signed(i64::from(ahead)).unwrap_or_else(|| u64::from(sequence))
}

#[cfg(test)]
mod tests;
