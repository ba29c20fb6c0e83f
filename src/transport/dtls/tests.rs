//! Handshakes with another stack (OpenSSL's own program), over loopback, in both roles.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::*;

/// Long enough for a machine that is busy elsewhere.
const LONG: Duration = Duration::from_secs(60);

/// OpenSSL's program, ended with the test.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `openssl s_server` or `s_client` with a new certificate; returns its fingerprint.
fn openssl(folder: &Path, role: &str, arguments: &[&str]) -> Option<(Other, [u8; 32])> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
    let (key_file, certificate_file) = (folder.join("key.pem"), folder.join("certificate.pem"));
    fs::write(&key_file, key.serialize_pem()).unwrap();
    fs::write(&certificate_file, certificate.pem()).unwrap();
    let child = Command::new("openssl")
        .args([role, "-dtls1_2", "-use_srtp", "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", "-key"])
        .arg(key_file)
        .arg("-cert")
        .arg(certificate_file)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    Some((Other(child), sha256(certificate.der())))
}

/// Runs a handshake to its end.
fn run(
    handshake: &mut Handshake,
    socket: &UdpSocket,
    mut peer: Option<SocketAddr>,
) -> Result<SrtpKeys, Ended> {
    socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let (started, mut buffer) = (Instant::now(), [0; 2048]);
    while started.elapsed() < LONG {
        let received = socket.recv_from(&mut buffer);
        peer = received.as_ref().ok().map(|(_, from)| *from).or(peer);
        let send = |datagram: &[u8]| {
            if let Some(peer) = peer {
                let _ = socket.send_to(datagram, peer);
            }
        };
        let now = Instant::now();
        let keys = match received {
            Ok((len, _)) => handshake.receive(now, &buffer[..len], send)?,
            Err(_) if now >= handshake.due() => handshake.tick(now, send)?,
            Err(_) => None,
        };
        if let Some(keys) = keys {
            return Ok(keys);
        }
    }
    panic!("the handshake comes to nothing");
}

/// A server that listens, its fingerprint and its port. `None` = there is no `openssl` here.
fn openssl_server(folder: &Path) -> Option<(Other, [u8; 32], u16)> {
    for _ in 0..20 {
        // Another test may take the port before the server does: then the server ends, and another port is
        // tried.
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let arguments = ["-accept", &port.to_string(), "-Verify", "1"];
        let (mut other, fingerprint) = openssl(folder, "s_server", &arguments)?;
        let says = BufReader::new(other.0.stdout.as_mut().unwrap()).lines();
        if says.map_while(Result::ok).any(|line| line.starts_with("ACCEPT")) {
            return Some((other, fingerprint, port));
        }
    }
    panic!("no port was free");
}

#[test]
fn a_peer_that_insists_on_being_the_server_gets_a_client() {
    let folder = tempfile::tempdir().unwrap();
    let Some((_other, fingerprint, port)) = openssl_server(folder.path()) else { return };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let identity = Identity::generate().unwrap();
    let peer = format!("127.0.0.1:{port}").parse().unwrap();
    let mut handshake = Handshake::new(&identity, fingerprint, true, Instant::now());
    assert!(handshake.due() <= Instant::now(), "it begins");
    let keys = run(&mut handshake, &socket, Some(peer)).unwrap_or_else(|ended| panic!("{ended}"));
    assert!(
        matches!(keys.profile, Profile::AeadAes128Gcm | Profile::AesCm128HmacSha1_80),
        "{:?}",
        keys.profile
    );
}

#[test]
fn a_client_gets_a_server_and_one_with_another_certificate_an_alert() {
    for is_itself in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let Some((mut other, fingerprint)) = openssl(folder.path(), "s_client", &["-connect", &address])
        else {
            return;
        };
        let fingerprint = if is_itself { fingerprint } else { [7; 32] };
        let identity = Identity::generate().unwrap();
        let mut handshake = Handshake::new(&identity, fingerprint, false, Instant::now());
        let ended = run(&mut handshake, &socket, None).err();
        if is_itself {
            assert_eq!(ended, None);
            continue;
        }
        assert_eq!(ended, Some(Ended::FingerprintMismatch));
        assert!(ended.is_some_and(|ended| ended.to_string().contains("fingerprint")));
        let mut said = String::new();
        other.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(said.contains("bad certificate"), "{said}");
    }
}

#[test]
fn both_roles_agree_on_the_directions_of_their_keys() {
    let (one, two) = (Identity::generate().unwrap(), Identity::generate().unwrap());
    let start = Instant::now();
    let mut client = Handshake::new(&one, two.sha256(), true, start);
    let mut server = Handshake::new(&two, one.sha256(), false, start);
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    let (mut keys_of_client, mut keys_of_server) = (None, None);
    for step in 0..100 {
        let now = start + Duration::from_millis(10) * step;
        for datagram in std::mem::take(&mut to_client) {
            let datagram: Vec<u8> = datagram;
            let keys = client.receive(now, &datagram, |out| to_server.push(out.to_vec())).unwrap();
            keys_of_client = keys_of_client.or(keys);
        }
        let keys = client.tick(now, |out| to_server.push(out.to_vec())).unwrap();
        keys_of_client = keys_of_client.or(keys);
        for datagram in std::mem::take(&mut to_server) {
            let keys = server.receive(now, &datagram, |out| to_client.push(out.to_vec())).unwrap();
            keys_of_server = keys_of_server.or(keys);
        }
    }
    let (client, server) = (keys_of_client.expect("keys"), keys_of_server.expect("keys"));
    for (from, to) in [(&client.outbound, &server.inbound), (&server.outbound, &client.inbound)] {
        let mut packet = vec![0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3];
        packet.resize(15 + from.rtp_tag_len(), 0);
        from.seal_rtp(&mut packet, 12, 9, 1);
        let plain = to.open_rtp(&mut packet, 12, 9, 1).expect("it decrypts");
        assert_eq!(&packet[12..plain], [1, 2, 3]);
    }
}
