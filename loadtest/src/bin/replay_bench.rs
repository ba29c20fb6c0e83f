//! `replay_bench`: many people watch one recording at once, each at another place of it, all its tracks, at
//! the speed at which it was recorded. It prints stalls, request times and the server's CPU; it asserts
//! nothing.

use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use futures_util::future::try_join_all;
use live_classroom::protocol::Replay;
use loadtest::http::{accepted, client};
use loadtest::process::Usage;
use reqwest::Client;
use tokio::time::{Instant, sleep_until};

/// The length of media that a player keeps ahead of the shown time.
const BUFFER: Duration = Duration::from_secs(4);

/// Many people watch one recording at once.
#[derive(Parser)]
struct Args {
    /// Where the server is, e.g. http://localhost:8080
    #[arg(long)]
    url: String,
    #[arg(long, default_value = "demo")]
    lesson: String,
    /// `live-classroom token --lesson ID --role trainee`
    #[arg(long)]
    token: String,
    #[arg(long, default_value_t = 200)]
    viewers: u32,
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Process id of the server, for its CPU.
    #[arg(long)]
    pid: u32,
}

/// The experience of one viewer.
#[derive(Default)]
struct Watched {
    requests: Vec<Duration>,
    bytes: usize,
    stalls: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let client = client();
    let replay: Replay =
        serde_json::from_str(&get(&client, &args, &format!("/api/replay/{}", args.lesson)).await?)?;
    ensure!(!replay.tracks.is_empty(), "nothing is recorded");
    let before = Usage::of(args.pid)?;
    let began = Instant::now();
    let viewers = (0..args.viewers).map(|number| watch(&client, &args, &replay, number));
    let watched = try_join_all(viewers).await?;
    let passed = began.elapsed();
    let cpu_us = Usage::of(args.pid)?.cpu_us - before.cpu_us;
    let mut requests: Vec<Duration> = watched.iter().flat_map(|one| one.requests.iter().copied()).collect();
    requests.sort();
    let at = |permille: usize| requests[(requests.len() - 1) * permille / 1000].as_secs_f64() * 1000.0;
    let bytes: usize = watched.iter().map(|one| one.bytes).sum();
    println!("viewers                       {}", args.viewers);
    println!("tracks each                   {}", replay.tracks.len());
    println!("segments per second           {:.0}", requests.len() as f64 / passed.as_secs_f64());
    println!("Mbit/s                        {:.0}", bytes as f64 * 8.0 / passed.as_secs_f64() / 1e6);
    println!("request p50 / p99 / max, ms   {:.1} / {:.1} / {:.1}", at(500), at(990), at(1000));
    println!("stalls                        {}", watched.iter().map(|one| one.stalls).sum::<u32>());
    println!("server, share of one core     {:.0} %", cpu_us as f64 / passed.as_micros() as f64 * 100.0);
    Ok(())
}

async fn get(client: &Client, args: &Args, path: &str) -> anyhow::Result<String> {
    let request = client.get(format!("{}{path}", args.url)).bearer_auth(&args.token);
    Ok(accepted(request.send().await?).await?.text().await?)
}

/// Runs one viewer: every track from the same place on, for the wanted time.
async fn watch(client: &Client, args: &Args, replay: &Replay, number: u32) -> anyhow::Result<Watched> {
    let tracks = replay.tracks.iter().map(|track| watch_track(client, args, replay, track.track, number));
    let tracks = try_join_all(tracks).await?;
    Ok(tracks.into_iter().fold(Watched::default(), |mut sum, one| {
        sum.requests.extend(one.requests);
        sum.bytes += one.bytes;
        sum.stalls += one.stalls;
        sum
    }))
}

async fn watch_track(
    client: &Client,
    args: &Args,
    replay: &Replay,
    track: u32,
    number: u32,
) -> anyhow::Result<Watched> {
    // The viewers do not all begin at the same moment.
    let began = Instant::now() + Duration::from_millis(u64::from(number) * 2000 / u64::from(args.viewers));
    let media = format!("/media/{}", replay.recording);
    let playlist = get(client, args, &format!("{media}/{track}.m3u8")).await?;
    let segments = segments(&playlist);
    ensure!(!segments.is_empty(), "track {track} has no segments");
    let mut watched = Watched::default();
    let mut shown_until = began + BUFFER;
    let mut next = number as usize * segments.len() / args.viewers as usize;
    while began.elapsed().as_secs() < args.seconds {
        // A player loads the next segment once there is room in its buffer.
        sleep_until(shown_until - BUFFER).await;
        let (length, name) = segments[next % segments.len()];
        let asked = Instant::now();
        let request = client.get(format!("{}{media}/{name}", args.url)).bearer_auth(&args.token);
        let bytes = accepted(request.send().await?).await?.bytes().await.context("read a segment")?;
        watched.requests.push(asked.elapsed());
        watched.bytes += bytes.len();
        if Instant::now() > shown_until {
            watched.stalls += 1;
            shown_until = Instant::now();
        }
        shown_until += length;
        next += 1;
    }
    Ok(watched)
}

/// The lengths and names of the segments of a playlist, without gaps.
fn segments(playlist: &str) -> Vec<(Duration, &str)> {
    let mut segments = Vec::new();
    let (mut length, mut gap) = (Duration::ZERO, false);
    for line in playlist.lines() {
        if let Some(seconds) = line.strip_prefix("#EXTINF:") {
            let seconds = seconds.trim_end_matches(',').parse().unwrap_or(0.0);
            length = Duration::from_secs_f64(seconds);
        } else if line == "#EXT-X-GAP" {
            gap = true;
        } else if !line.starts_with('#') && !line.is_empty() && !std::mem::take(&mut gap) {
            segments.push((length, line));
        }
    }
    segments
}
