//! DTLS of one leg: datagrams in, datagrams and finally SRTP sessions out. We are the server; we are the
//! client if a peer insists on being the server (`a=setup:passive`, as FFmpeg 8 does).
//!
//! # Why `dimpl` and not `rtc-dtls`
//! Both are sans-IO. `rtc-dtls` 0.21 never recovers a lost flight 4, costs one more round trip
//! (HelloVerifyRequest per fragment), recurses per handshake fragment and queues unbounded records
//! before the peer is known; each would need a work-around here. `dimpl` 0.9 has bounded queues, no
//! unsafe code, and treats junk as junk. Its one drawback: as a server it prefers AEAD_AES_256_GCM
//! where a client offers it and lets nobody choose, so browsers get that profile, AEAD_AES_128_GCM
//! only when 256 is not offered, AES_CM when neither is. That costs four more AES rounds of fourteen;
//! all encryption is 18 % of the server's time (docs/numbers.md), so at most some 5 % could be won.
//! DTLS 1.2 only: with 1.3 it takes the client's first profile, which
//! in Chromium is the slow AES_CM.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dimpl::{Config, Dtls, DtlsCertificate, Output, SrtpProfile};
use ring::digest;

use super::srtp::{Profile, Session};

/// Most datagrams of one handshake: a whole flight of Chromium is 4 to 6, with losses 30.
const HANDSHAKE_DATAGRAMS_MAX: u32 = 400;
/// Most bytes of one handshake.
const HANDSHAKE_BYTES_MAX: usize = 256 * 1024;
/// Time after which an unfinished handshake is given up (RFC 6347 §4.2.4.1 doubles 1 s five times).
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
const ALERT_HANDSHAKE_FAILURE: u8 = 40;
const ALERT_BAD_CERTIFICATE: u8 = 42;
/// Room for one outgoing datagram; the library's records stay below its MTU.
const DATAGRAM_MAX: usize = 2048;

/// The server's certificate and settings, one per process start and never on disk.
pub struct Identity {
    config: Arc<Config>,
    certificate: DtlsCertificate,
    /// SHA-256 of the certificate in the form of SDP: "AB:CD:…".
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
            // The address is proven by ICE before DTLS; a cookie would only cost a round trip.
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

#[cfg(test)]
impl Identity {
    /// The fingerprint as bytes.
    pub(super) fn sha256(&self) -> [u8; 32] {
        sha256(&self.certificate.certificate)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The end of a handshake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    #[error("the peer closed it")]
    ClosedByPeer,
    #[error("the peer's certificate is not the one of its offer (a=fingerprint)")]
    FingerprintMismatch,
    /// Protocol error, time-out, or more datagrams than an honest peer sends; in words.
    #[error("the DTLS handshake failed: {0}")]
    Failed(String),
}

impl Ended {
    fn failed(error: impl std::fmt::Display) -> Ended {
        Ended::Failed(error.to_string())
    }

    /// The alert for the peer (RFC 5246 §7.2.2); `None` = no alert.
    fn alert(&self) -> Option<u8> {
        match self {
            Ended::ClosedByPeer => None,
            Ended::FingerprintMismatch => Some(ALERT_BAD_CERTIFICATE),
            Ended::Failed(_) => Some(ALERT_HANDSHAKE_FAILURE),
        }
    }
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
    /// Whether we begin.
    client: bool,
}

impl Handshake {
    /// `client` = we begin, with the first [`Handshake::tick`].
    pub fn new(identity: &Identity, peer_fingerprint: [u8; 32], client: bool, now: Instant) -> Handshake {
        let mut dtls = Dtls::new_12(identity.config.clone(), identity.certificate.clone(), now);
        dtls.set_active(client);
        Handshake {
            dtls,
            peer_fingerprint,
            verified: false,
            due: if client { now } else { now + HANDSHAKE_TIMEOUT },
            datagrams: 0,
            bytes: 0,
            done: false,
            client,
        }
    }

    /// The time of the next call of [`Handshake::tick`].
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Takes a datagram from the leg's proven address. `send` gets the replies; an alert if the handshake
    /// ends.
    pub fn receive(
        &mut self,
        now: Instant,
        datagram: &[u8],
        mut send: impl FnMut(&[u8]),
    ) -> Result<Option<SrtpKeys>, Ended> {
        let taken = self.take(now, datagram, &mut send);
        taken.inspect_err(|ended| self.say(ended, send))
    }

    fn take(
        &mut self,
        now: Instant,
        datagram: &[u8],
        send: impl FnMut(&[u8]),
    ) -> Result<Option<SrtpKeys>, Ended> {
        self.datagrams += 1;
        self.bytes += datagram.len();
        if !self.done && (self.datagrams > HANDSHAKE_DATAGRAMS_MAX || self.bytes > HANDSHAKE_BYTES_MAX) {
            return Err(Ended::failed("the peer sends more than a handshake takes"));
        }
        self.dtls.handle_timeout(now).map_err(Ended::failed)?;
        self.dtls.handle_packet(datagram).map_err(Ended::failed)?;
        self.drain(send)
    }

    /// Lets retransmissions go out.
    pub fn tick(&mut self, now: Instant, mut send: impl FnMut(&[u8])) -> Result<Option<SrtpKeys>, Ended> {
        let passed = self.dtls.handle_timeout(now).map_err(Ended::failed);
        let ticked = passed.and_then(|()| self.drain(&mut send));
        ticked.inspect_err(|ended| self.say(ended, send))
    }

    /// Tells the peer about the end. Before keys are agreed an alert travels in the clear, under a record
    /// number that no other record of ours had (RFC 6347 §4.1).
    fn say(&self, ended: &Ended, mut send: impl FnMut(&[u8])) {
        if let (Some(alert), false) = (ended.alert(), self.done) {
            send(&[21, 0xfe, 0xfd, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, alert]);
        }
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
                Output::KeyingMaterial(material, profile) => {
                    keys = Some(srtp_keys(&material, profile, self.client)?);
                }
                Output::Connected => self.done = true,
                Output::CloseNotify => return Err(Ended::ClosedByPeer),
                Output::BufferTooSmall { .. } => return Err(Ended::failed("a record is too long")),
                _ => {}
            }
        }
        // Keys of a peer that showed no certificate are worthless.
        if keys.is_some() && !self.verified {
            return Err(Ended::FingerprintMismatch);
        }
        Ok(keys)
    }
}

/// Splits the exporter's bytes: client key, server key, client salt, server salt (RFC 5764 §4.2).
fn srtp_keys(material: &[u8], profile: SrtpProfile, client: bool) -> Result<SrtpKeys, Ended> {
    let profile = match profile {
        SrtpProfile::AEAD_AES_128_GCM => Profile::AeadAes128Gcm,
        SrtpProfile::AEAD_AES_256_GCM => Profile::AeadAes256Gcm,
        SrtpProfile::AES128_CM_SHA1_80 => Profile::AesCm128HmacSha1_80,
        _ => return Err(Ended::failed("a protection that we do not know")),
    };
    let (key, salt) = profile.key_and_salt_len();
    if material.len() < 2 * (key + salt) {
        return Err(Ended::failed("too few bytes for keys"));
    }
    let (keys, salts) = material.split_at(2 * key);
    let of_client = Session::new(profile, &keys[..key], &salts[..salt]);
    let of_server = Session::new(profile, &keys[key..], &salts[salt..2 * salt]);
    let (inbound, outbound) = if client { (of_server, of_client) } else { (of_client, of_server) };
    Ok(SrtpKeys { inbound, outbound, profile })
}

#[cfg(test)]
mod tests;
