//! A server as a child process, and the cost of a process as the kernel counts it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running server; dropping it kills the process.
pub struct ServerProcess {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub base_url: String,
}

/// The time that a server may take until it listens.
const START_TIME: Duration = Duration::from_secs(20);

impl ServerProcess {
    /// Starts `program arguments…` and reads its output until it names the address on which it listens.
    pub async fn start(program: &Path, arguments: &[&str]) -> anyhow::Result<ServerProcess> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start {}", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = address_in(&line) {
                    return Ok(address);
                }
            }
            bail!("{} ended before it listened", program.display())
        };
        let base_url = tokio::time::timeout(START_TIME, listening)
            .await
            .with_context(|| format!("no address within {START_TIME:?}"))??;
        // The rest of its output is read and dropped, so that the pipe never fills.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(ServerProcess { child, base_url })
    }

    /// The process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills the process as a power cut would, and waits until it is gone.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("kill the server")
    }
}

/// Scheme, host and port of the first address in a line of output.
fn address_in(line: &str) -> Option<String> {
    let at = line.find("http://").or_else(|| line.find("https://"))?;
    let address: String = line[at..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect();
    let after_scheme = address.find("://")? + 3;
    let end = address[after_scheme..].find('/').map_or(address.len(), |slash| after_scheme + slash);
    Some(address[..end].to_owned())
}

/// The resources that a process has used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// User and system time since its start, microseconds; the kernel counts in 10 ms.
    pub cpu_us: u64,
    pub rss_kb: u64,
}

impl Usage {
    /// Reads `/proc/{pid}`.
    pub fn of(pid: u32) -> anyhow::Result<Usage> {
        const TICK_US: u64 = 10_000; // USER_HZ is 100 on every Linux we run on.
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let read = |name: &str| {
            std::fs::read_to_string(folder.join(name)).with_context(|| format!("process {pid} is gone"))
        };
        let stat = read("stat")?;
        // Fields are counted after the name, which may hold spaces: utime and stime are 14 and 15.
        let fields: Vec<&str> =
            stat.rsplit(')').next().context("an odd /proc/stat")?.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
        let cpu = ticks(11).zip(ticks(12)).context("an odd /proc/stat")?;
        let status = read("status")?;
        let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let rss_kb = rss.and_then(|rss| rss.split_whitespace().next()?.parse().ok());
        Ok(Usage { cpu_us: (cpu.0 + cpu.1) * TICK_US, rss_kb: rss_kb.context("an odd /proc/status")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_line_of_output() {
        let cases = [
            ("listening on http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("教师 http://127.0.0.1:41/#secret", Some("http://127.0.0.1:41")),
            ("{\"url\":\"https://localhost:9\"}", Some("https://localhost:9")),
            ("opening the store", None),
        ];
        for (line, address) in cases {
            assert_eq!(address_in(line).as_deref(), address, "{line}");
        }
    }

    #[test]
    fn our_own_process_has_used_memory() {
        assert!(Usage::of(std::process::id()).unwrap().rss_kb > 100);
    }
}
