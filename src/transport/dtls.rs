//! The DTLS server of one leg: datagrams in, datagrams and finally SRTP sessions out.
//!
//! # Why `dimpl` and not `rtc-dtls`
//! Both are sans-IO. `rtc-dtls` 0.21 never recovers a lost flight 4, costs one more round trip
//! (HelloVerifyRequest per fragment), recurses per handshake fragment and queues unbounded records
//! before the peer is known; each would need a work-around here. `dimpl` 0.9 has bounded queues, no
//! unsafe code, and treats junk as junk. Its one drawback: as a server it prefers AEAD_AES_256_GCM
//! where a client offers it and lets nobody choose, so browsers get that profile, AEAD_AES_128_GCM
//! only when 256 is not offered, AES_CM when neither is. That costs four more AES rounds of fourteen;
//! all encryption is 18 % of the server's time (README, Numbers), so at most some 5 % could be won.
//! DTLS 1.2 only: with 1.3 it takes the client's first profile, which
//! in Chromium is the slow AES_CM.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dimpl::{Config, Dtls, DtlsCertificate, Output, SrtpProfile};
use ring::digest;

use super::srtp::{Profile, Session};

/// Datagrams one handshake may cost us: a whole flight of Chromium is 4 to 6, with losses 30.
const HANDSHAKE_DATAGRAMS_MAX: u32 = 400;
/// Bytes one handshake may cost us.
const HANDSHAKE_BYTES_MAX: usize = 256 * 1024;
/// A peer that has not finished by then will not (RFC 6347 §4.2.4.1 doubles 1 s five times).
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
/// Room for one outgoing datagram; the library's records stay below its MTU.
const DATAGRAM_MAX: usize = 2048;

/// The server's certificate and settings, one per process start and never on disk.
pub struct Identity {
    config: Arc<Config>,
    certificate: DtlsCertificate,
    /// SHA-256 of the certificate as SDP wants it: "AB:CD:…".
    pub fingerprint: String,
}

impl Identity {
    /// Makes a fresh ECDSA P-256 certificate.
    pub fn generate() -> anyhow::Result<Identity> {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
        let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "live-classroom");
        let certificate = parameters.self_signed(&key)?.der().to_vec();
        let config = Config::builder()
            // The address is proven by ICE before DTLS hears of it; a cookie would only cost a round trip.
            .use_server_cookie(false)
            .flight_start_rto(Duration::from_millis(250))
            .handshake_timeout(HANDSHAKE_TIMEOUT)
            .build()
            .map_err(|error| anyhow::anyhow!("the DTLS settings are refused: {error:?}"))?;
        let fingerprint =
            sha256(&certificate).iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":");
        Ok(Identity {
            config: Arc::new(config),
            certificate: DtlsCertificate { certificate, private_key: key.serialize_der() },
            fingerprint,
        })
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// What a handshake came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The peer said close_notify.
    ClosedByPeer,
    /// The certificate shown is not the one of the offer.
    FingerprintMismatch,
    /// Protocol error, time-out, or more datagrams than an honest peer sends.
    Failed,
}

/// The two directions' keys.
pub struct SrtpKeys {
    pub inbound: Session,
    pub outbound: Session,
    pub profile: Profile,
}

/// One leg's handshake and, afterwards, its close_notify.
pub struct Handshake {
    dtls: Dtls,
    peer_fingerprint: [u8; 32],
    verified: bool,
    due: Instant,
    datagrams: u32,
    bytes: usize,
    done: bool,
}

impl Handshake {
    pub fn new(identity: &Identity, peer_fingerprint: [u8; 32], now: Instant) -> Handshake {
        let mut dtls = Dtls::new_12(identity.config.clone(), identity.certificate.clone(), now);
        dtls.set_active(false);
        Handshake {
            dtls,
            peer_fingerprint,
            verified: false,
            due: now + HANDSHAKE_TIMEOUT,
            datagrams: 0,
            bytes: 0,
            done: false,
        }
    }

    /// When [`Handshake::tick`] wants to be called next.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Takes a datagram from the leg's proven address. `send` gets what is to be sent back.
    pub fn receive(
        &mut self,
        now: Instant,
        datagram: &[u8],
        send: impl FnMut(&[u8]),
    ) -> Result<Option<SrtpKeys>, Ended> {
        self.datagrams += 1;
        self.bytes += datagram.len();
        if !self.done && (self.datagrams > HANDSHAKE_DATAGRAMS_MAX || self.bytes > HANDSHAKE_BYTES_MAX) {
            return Err(Ended::Failed);
        }
        self.dtls.handle_timeout(now).map_err(|_| Ended::Failed)?;
        self.dtls.handle_packet(datagram).map_err(|_| Ended::Failed)?;
        self.drain(send)
    }

    /// Lets retransmissions go out.
    pub fn tick(&mut self, now: Instant, send: impl FnMut(&[u8])) -> Result<Option<SrtpKeys>, Ended> {
        self.dtls.handle_timeout(now).map_err(|_| Ended::Failed)?;
        self.drain(send)
    }

    fn drain(&mut self, mut send: impl FnMut(&[u8])) -> Result<Option<SrtpKeys>, Ended> {
        let mut buffer = [0_u8; DATAGRAM_MAX];
        let mut keys = None;
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(packet) => send(packet),
                Output::Timeout(due) => {
                    self.due = due;
                    break;
                }
                Output::PeerCert(der) => {
                    if sha256(der) != self.peer_fingerprint {
                        return Err(Ended::FingerprintMismatch);
                    }
                    self.verified = true;
                }
                Output::KeyingMaterial(material, profile) => keys = Some(srtp_keys(&material, profile)?),
                Output::Connected => self.done = true,
                Output::CloseNotify => return Err(Ended::ClosedByPeer),
                Output::BufferTooSmall { .. } => return Err(Ended::Failed),
                _ => {}
            }
        }
        // Keys of a peer that showed no certificate are worth nothing.
        if keys.is_some() && !self.verified {
            return Err(Ended::FingerprintMismatch);
        }
        Ok(keys)
    }
}

/// Splits the exporter's bytes: client key, server key, client salt, server salt (RFC 5764 §4.2).
fn srtp_keys(material: &[u8], profile: SrtpProfile) -> Result<SrtpKeys, Ended> {
    let profile = match profile {
        SrtpProfile::AEAD_AES_128_GCM => Profile::AeadAes128Gcm,
        SrtpProfile::AEAD_AES_256_GCM => Profile::AeadAes256Gcm,
        SrtpProfile::AES128_CM_SHA1_80 => Profile::AesCm128HmacSha1_80,
        _ => return Err(Ended::Failed),
    };
    let (key, salt) = profile.key_and_salt_len();
    if material.len() < 2 * (key + salt) {
        return Err(Ended::Failed);
    }
    let (keys, salts) = material.split_at(2 * key);
    Ok(SrtpKeys {
        inbound: Session::new(profile, &keys[..key], &salts[..salt]),
        outbound: Session::new(profile, &keys[key..], &salts[salt..2 * salt]),
        profile,
    })
}
