//! `loadtest`: simulates classes against a live-classroom server; reports the path of every packet and the
//! cost to the server. Exit status 1: a limit did not hold; 2: the run broke off.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use live_classroom::lesson::Role;
use loadtest::media::Codec;
use loadtest::process::ServerProcess;
use loadtest::report::{Limits, Report};
use loadtest::setup;

mod run;
use run::{Plan, Tokens};

/// Simulated classes over the real signalling and media of a live-classroom server.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Address of a running server; without it one is started on an empty data folder of its own.
    #[arg(long, requires = "data_or_token")]
    url: Option<String>,
    /// Data folder of the server at --url, to make lessons and links in.
    #[arg(long, group = "data_or_token")]
    data: Option<PathBuf>,
    /// The server program to start when there is no --url.
    #[arg(long, default_value = "target/release/live-classroom")]
    server: PathBuf,
    #[arg(long, default_value_t = 1)]
    classes: usize,
    /// Trainees of each class, or viewers with --whip-whep.
    #[arg(long, default_value_t = 100)]
    trainees: usize,
    /// Trainees of each class who come on stage with microphone and camera.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    stage: u8,
    /// Length of the measured window.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Seconds within which all trainees join.
    #[arg(long, default_value_t = 1.0)]
    join_within: f64,
    /// Codec of the synthetic pictures.
    #[arg(long, value_enum, default_value_t = Codec::Vp8)]
    codec: Codec,
    /// Bit rate of the instructor's picture, kbit/s.
    #[arg(long, default_value_t = 1500)]
    kbps: u32,
    /// Process id of the server at --url, to report its CPU and memory.
    #[arg(long)]
    server_pid: Option<u32>,
    /// One WHIP publisher and --trainees WHEP viewers instead of a class.
    #[arg(long)]
    whip_whep: bool,
    /// Instructor's bearer token to publish with --whip-whep.
    #[arg(long, group = "data_or_token", requires = "whip_whep")]
    token: Option<String>,
    /// Trainee's bearer token to view with --whip-whep; default: --token.
    #[arg(long, requires = "token")]
    view_token: Option<String>,
    /// Lesson of --whip-whep.
    #[arg(long, default_value = "load-1")]
    lesson: String,
    /// Write the JSON line to this file, too.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Missing packets allowed per thousand.
    #[arg(long, default_value_t = 1.0)]
    loss_max: f64,
    /// Milliseconds within which everybody must have sound and a picture.
    #[arg(long, default_value_t = 3000)]
    join_max: u64,
    /// Milliseconds within which 99 of 100 packets must arrive.
    #[arg(long, default_value_t = 50)]
    latency_max: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives threads");
    match runtime.block_on(execute(&args)) {
        Ok(report) if report.failed.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("the run broke off: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn execute(args: &Args) -> anyhow::Result<Report> {
    if args.trainees == 0 || args.classes == 0 {
        bail!("there is nothing to measure without a class and a trainee");
    }
    let own_data = std::env::temp_dir().join(format!("loadtest-{}", std::process::id()));
    let report = run_against_server(args, &own_data).await;
    // The folder exists only when a server was started here.
    let _ = std::fs::remove_dir_all(&own_data);
    let report = report?;
    print!("{}", report.table());
    let line = serde_json::to_string(&report)?;
    println!("{line}");
    if let Some(path) = &args.json {
        std::fs::write(path, line + "\n").with_context(|| format!("write {}", path.display()))?;
    }
    Ok(report)
}

async fn run_against_server(args: &Args, own_data: &Path) -> anyhow::Result<Report> {
    let mut plan = Plan {
        base_url: args.url.clone().unwrap_or_default(),
        stage: usize::from(args.stage),
        seconds: args.seconds,
        join_within: Duration::try_from_secs_f64(args.join_within).context("--join-within")?,
        codec: args.codec,
        bits_per_second: args.kbps * 1_000,
        server_pid: args.server_pid,
        limits: Limits {
            loss_permille_max: args.loss_max,
            join_ms_max: args.join_max,
            latency_p99_ms_max: args.latency_max,
        },
    };
    if let Some(publish) = args.token.clone() {
        let view = args.view_token.clone().unwrap_or_else(|| publish.clone());
        return run::whip_whep(&plan, &args.lesson, &Tokens { publish, view: vec![view] }, args.trainees)
            .await;
    }
    let mut server = None;
    if args.url.is_none() {
        let started = start_server(args, own_data).await?;
        plan.base_url.clone_from(&started.base_url);
        plan.server_pid = started.pid();
        server = Some(started);
    }
    let data = args.data.as_deref().unwrap_or(own_data);
    let store = setup::store(data).await?;
    let report = if args.whip_whep {
        setup::class(&store, &args.lesson, 0).await?;
        let publish = setup::token(&store, Role::Instructor, &args.lesson).await?;
        let mut view = Vec::new();
        for _ in 0..args.trainees.div_ceil(GUESTS_OF_A_TOKEN).max(1) {
            view.push(setup::token(&store, Role::Trainee, &args.lesson).await?);
        }
        run::whip_whep(&plan, &args.lesson, &Tokens { publish, view }, args.trainees).await
    } else {
        let mut classes = Vec::new();
        let run = std::process::id();
        for number in 1..=args.classes {
            classes.push(setup::class(&store, &format!("load-{run}-{number}"), args.trainees).await?);
        }
        run::classes(&plan, &classes).await
    };
    if let Some(server) = server {
        server.kill().await?;
    }
    report
}

/// The viewers behind one token, as the server allows.
const GUESTS_OF_A_TOKEN: usize = 8;

async fn start_server(args: &Args, data: &Path) -> anyhow::Result<ServerProcess> {
    let data = data.to_str().context("the temporary folder is not text")?;
    let trainees = args.trainees.to_string();
    let arguments = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--media-ip",
        "127.0.0.1",
        "--trainees-max",
        &trainees,
        "--log",
        "warn",
    ];
    ServerProcess::start(&args.server, &arguments).await
}
