//! Messages to systemd: the tests listen on a socket like systemd's.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Far beyond what a machine at rest needs.
const LONG: Duration = Duration::from_secs(60);
/// The server says twice in this time that it lives.
const PATIENCE: Duration = Duration::from_secs(2);

struct Supervised {
    server: Child,
    socket: UnixDatagram,
    _folder: TempDir,
}

impl Supervised {
    fn start() -> Supervised {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        let data = folder.path().join("data");
        let server = Command::new(env!("CARGO_BIN_EXE_live-classroom"))
            .args(["serve", "--listen", "127.0.0.1:0", "--media-ip", "127.0.0.1", "--media-port", "0"])
            .args([Path::new("--data"), &data])
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", PATIENCE.as_micros().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        Supervised { server, socket, _folder: folder }
    }

    /// The next message; `None` = none came in time.
    fn told(&self, within: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(within)).unwrap();
        let mut bytes = [0; 4096];
        let count = self.socket.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
    }

    fn until(&self, word: &str) -> String {
        let begun = Instant::now();
        while begun.elapsed() < LONG {
            match self.told(LONG) {
                Some(said) if said.contains(word) => return said,
                _ => {}
            }
        }
        panic!("{word} was never told")
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.server.id().to_string()]).status();
        assert!(sent.expect("the program kill").success());
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn systemd_is_told_of_readiness_life_and_the_end() {
    let mut supervised = Supervised::start();
    let ready = supervised.until("READY=1");
    let port = ready.rsplit(':').next().and_then(|end| end.trim().parse::<u16>().ok()).expect("its address");
    std::net::TcpStream::connect(("127.0.0.1", port)).expect("it listens by then");
    supervised.until("WATCHDOG=1");
    supervised.until("WATCHDOG=1");

    supervised.signal("STOP");
    while supervised.told(PATIENCE * 2).is_some() {}
    supervised.signal("CONT");
    supervised.until("WATCHDOG=1");

    supervised.signal("TERM");
    supervised.until("STOPPING=1");
    assert!(supervised.server.wait().expect("it ends").success());
}
