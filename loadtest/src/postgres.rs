//! A PostgreSQL server for tests: Debian's program, started once by each test program, on a socket of its own,
//! and stopped with it. Nothing is synced: the tests are about statements, not about a crash of the
//! machine. `CLASSROOM_TEST_SYNCED=1` is for measurements: it syncs, on the disk.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context, bail, ensure};

/// The start of the names of folders, before the id of the test program.
const FOLDER: &str = "classroom-postgres-";
const MEMORY: &str = "/dev/shm";
/// Free memory below which the server's folder is on the disk, bytes: each store of a test is a database of 11 MB.
const MEMORY_MIN: u64 = 8 << 30;
const START_MAX: Duration = Duration::from_secs(120);

/// Address of an empty database of this name, which is made when it is not there. Panics if the server is
/// installed but does not start. `None` = PostgreSQL is not installed.
pub fn database(name: &str) -> Option<String> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| programs().map(|programs| Server::start(programs).expect("a server")));
    Some(server.as_ref()?.database(name).expect("a database"))
}

/// The programs of the newest installed version.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let with_server = versions.filter(|one| one.path().join("bin/initdb").exists());
    let newest = with_server.filter_map(|one| one.file_name().to_str()?.parse::<u32>().ok()).max()?;
    Some(format!("/usr/lib/postgresql/{newest}/bin").into())
}

struct Server {
    programs: PathBuf,
    folder: PathBuf,
    user: User,
}

/// The user of the server, which refuses to run as root.
#[derive(Clone, Copy)]
struct User(Option<(u32, u32)>);

impl User {
    fn find() -> anyhow::Result<User> {
        let id = |what: &str| -> anyhow::Result<u32> {
            let said = Command::new("id").args([what, "postgres"]).output()?;
            Ok(String::from_utf8(said.stdout)?.trim().parse()?)
        };
        let own = String::from_utf8(Command::new("id").arg("-u").output()?.stdout)?;
        Ok(User(if own.trim() == "0" { Some((id("-u")?, id("-g")?)) } else { None }))
    }

    fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let User(Some((user, group))) = self {
            command.uid(user).gid(group);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).current_dir("/");
        command
    }
}

impl Server {
    fn start(programs: PathBuf) -> anyhow::Result<Server> {
        let is_synced = std::env::var_os("CLASSROOM_TEST_SYNCED").is_some();
        let parent = Path::new(if !is_synced && has_room(MEMORY) { MEMORY } else { "/tmp" });
        sweep(parent);
        let folder = parent.join(format!("{FOLDER}{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let user = User::find()?;
        if let User(Some((user, group))) = user {
            chown(&folder, Some(user), Some(group))?;
        }
        let server = Server { programs, folder, user };
        let data = server.folder.join("data");
        let mut initdb = server.user.command(&server.programs.join("initdb"));
        initdb.args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]);
        let made = initdb.arg("-D").arg(&data).status().context("initdb")?;
        ensure!(made.success(), "initdb failed");
        let mut command = server.user.command(Path::new("/usr/bin/setpriv"));
        command.args(["--pdeathsig", "INT"]).arg(server.programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(&server.folder);
        command.args(["-c", "listen_addresses=", "-c", "max_connections=300"]);
        if !is_synced {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        command.stderr(fs::File::create(server.folder.join("log"))?);
        // The server ends with the thread that started it, which waits until the program ends.
        thread::spawn(move || command.status());
        let begun = Instant::now();
        while server.psql("postgres", "postgres", "SELECT 1").is_err() {
            if begun.elapsed() > START_MAX {
                bail!("PostgreSQL does not start: {}", fs::read_to_string(server.folder.join("log"))?);
            }
            thread::sleep(Duration::from_millis(50));
        }
        server.psql("postgres", "postgres", "CREATE ROLE classroom LOGIN CREATEDB")?;
        Ok(server)
    }

    fn database(&self, name: &str) -> anyhow::Result<String> {
        // Two tests may ask for the same one.
        static MAKING: Mutex<()> = Mutex::new(());
        let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = format!("SELECT 1 / count(*) FROM pg_database WHERE datname = '{name}'");
        if self.psql("postgres", "classroom", &is_there).is_err() {
            let make = format!("CREATE DATABASE \"{name}\" TEMPLATE template0");
            self.psql("postgres", "classroom", &make)?;
        }
        Ok(format!("postgres:///{name}?host={}&user=classroom", self.folder.display()))
    }

    fn psql(&self, database: &str, user: &str, statement: &str) -> anyhow::Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database, "-c", statement]);
        let said = psql.arg("-h").arg(&self.folder).stdin(Stdio::null()).output()?;
        ensure!(said.status.success(), "{statement}: {}", String::from_utf8_lossy(&said.stderr));
        Ok(())
    }
}

/// Whether a file system has enough free space.
fn has_room(folder: &str) -> bool {
    let said = Command::new("df").args(["--output=avail", "-B1", folder]).output();
    let said = said.ok().and_then(|said| String::from_utf8(said.stdout).ok()).unwrap_or_default();
    said.lines()
        .last()
        .and_then(|free| free.trim().parse::<u64>().ok())
        .is_some_and(|free| free >= MEMORY_MIN)
}

/// Deletes the folders of test programs that have ended.
fn sweep(parent: &Path) {
    for one in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = one.file_name();
        let program = name.to_str().and_then(|name| name.strip_prefix(FOLDER));
        if program.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            let _ = fs::remove_dir_all(one.path());
        }
    }
}
