//! The machine: disk, clock, limits of the system.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use live_classroom::config::Config;
use live_classroom::live::udp::SOCKET_BUFFER;
use rustix::process::{Resource, getrlimit};

use super::Finding;

const GB: u64 = 1_000_000_000;
/// Free space below which the disk is worth a thought.
const SPACE_WARNING: u64 = 20 * GB;
/// Writes that are timed, and their size: a batch of facts.
const WRITES: usize = 20;
const WRITE_BYTES: usize = 4096;
/// Each fact waits for a write before it is acknowledged.
const SYNC_WARNING_MS: f64 = 20.0;
/// Files that a server opens besides connections: recordings, database, sockets of media.
const FILES_BESIDE: u64 = 1_000;

/// The data folder, or the folder in which it will be made.
fn folder(config: &Config) -> &Path {
    let present = config.server.data.ancestors().find(|folder| folder.is_dir());
    present.unwrap_or_else(|| Path::new("."))
}

pub(super) fn space(config: &Config) -> Finding {
    let folder = folder(config);
    let disk = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk,
        Err(error) => {
            return Finding::wrong("space", format!("cannot look at {}: {error}", folder.display()));
        }
    };
    let (free, reserve) = (disk.f_bavail * disk.f_frsize, config.recording.disk_reserve_mb * 1_000_000);
    let said = format!("{} GB free in {}", free / GB, folder.display());
    if free < reserve {
        Finding::wrong(
            "space",
            format!("{said}: less than recording.disk_reserve_mb, so nothing is recorded; free some"),
        )
    } else if free < SPACE_WARNING {
        Finding::warning("space", format!("{said}: recording stops when recording.disk_reserve_mb are left"))
    } else {
        Finding::good("space", said)
    }
}

pub(super) fn syncing(config: &Config) -> Finding {
    let file = folder(config).join(".live-classroom-doctor");
    let timed = time_writes(&file);
    // It may not have been made.
    let _ = fs::remove_file(&file);
    match timed {
        Ok(ms) if ms > SYNC_WARNING_MS => Finding::warning(
            "writes",
            format!(
                "a synced write takes {ms:.1} ms, and every sign-in and fact waits for one: a local SSD takes under 2 ms"
            ),
        ),
        Ok(ms) => Finding::good("writes", format!("a synced write takes {ms:.1} ms")),
        Err(error) => Finding::wrong(
            "writes",
            format!(
                "cannot write {}: {error}; make its folder writable, or choose another with --data",
                file.display()
            ),
        ),
    }
}

/// The median, ms.
fn time_writes(file: &Path) -> std::io::Result<f64> {
    let (mut out, bytes) = (File::create(file)?, [7; WRITE_BYTES]);
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let begun = Instant::now();
        out.write_all(&bytes)?;
        out.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort();
    Ok(times[WRITES / 2].as_secs_f64() * 1000.0)
}

pub(super) fn clock() -> Finding {
    let asked = Command::new("timedatectl").args(["show", "--property=NTPSynchronized", "--value"]).output();
    match asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).as_deref() {
        Ok("yes") => Finding::good("clock", "set by the network"),
        Ok("no") => Finding::warning(
            "clock",
            "not set by the network: lessons begin, links expire and codes of authenticators fit by this clock; \
             apt-get install systemd-timesyncd, or chrony",
        ),
        _ => Finding::warning(
            "clock",
            "timedatectl does not say whether it is set by the network; make sure that it is",
        ),
    }
}

pub(super) fn open_files(config: &Config) -> Finding {
    let needed = u64::from(config.server.connections_max) + FILES_BESIDE;
    match getrlimit(Resource::Nofile).current {
        Some(most) if most < needed => Finding::wrong(
            "open files",
            format!(
                "{most} may be open, and server.connections_max = {} needs {needed}: LimitNOFILE= in the unit, or ulimit -n",
                config.server.connections_max
            ),
        ),
        Some(most) => Finding::good("open files", format!("{most} may be open, {needed} are needed at most")),
        None => Finding::good("open files", "any number may be open"),
    }
}

pub(super) fn udp_buffers() -> Finding {
    let read = |name: &str| {
        let text = fs::read_to_string(format!("/proc/sys/net/core/{name}")).unwrap_or_default();
        text.trim().parse::<usize>().unwrap_or(0)
    };
    let (receive, send) = (read("rmem_max"), read("wmem_max"));
    let said = format!("{} and {} kB for receiving and sending", receive / 1024, send / 1024);
    if receive.min(send) < SOCKET_BUFFER {
        return Finding::warning(
            "UDP buffers",
            format!(
                "{said}: a keyframe for a whole class needs {SOCKET_BUFFER} bytes, what has no room is lost; \
                 sysctl -w net.core.rmem_max={SOCKET_BUFFER} net.core.wmem_max={SOCKET_BUFFER}"
            ),
        );
    }
    Finding::good("UDP buffers", said)
}
