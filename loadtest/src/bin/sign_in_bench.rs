//! `sign_in_bench`: everybody of a phase signs in with a password within a minute, evenly. It prints the time
//! that each took to get in, the number of times that the server said "later", and its CPU. To see the effect
//! on a class, run `loadtest --whip-whep` against the same server beside it, once without and once with this.
//!
//! With `--guess` it tries wrong passwords instead, alternately for names that exist and for names that do
//! not, and prints by how much the times of the answers differ. (The server needs
//! `limits.sign_in_failures_per_min = 10000`.)

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use futures_util::future::try_join_all;
use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::office;
use live_classroom::office::accounts::NewAccount;
use live_classroom::office::passwords::Hasher;
use live_classroom::protocol::PasswordSignIn;
use live_classroom::store::Store;
use loadtest::http::client;
use loadtest::process::Usage;
use reqwest::header::{ORIGIN, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use tokio::time::{Instant, sleep, sleep_until};

const PASSWORD: &str = "Chunmian-bujue-7";

/// Everybody signs in within a minute.
#[derive(Parser)]
struct Args {
    /// Where the server is, e.g. http://localhost:8080
    #[arg(long)]
    url: String,
    /// Its data folder, where the accounts are made.
    #[arg(long)]
    data: PathBuf,
    #[arg(long, default_value_t = 1000)]
    people: u32,
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Process id of the server, for its CPU.
    #[arg(long)]
    pid: u32,
    /// Try wrong passwords and compare.
    #[arg(long)]
    guess: bool,
}

/// The sign-in of one person.
struct Entered {
    took: Duration,
    sent_away: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let logins = make(&args).await?;
    let client = client();
    if args.guess {
        return compare(&client, &args.url, &logins).await;
    }
    let before = Usage::of(args.pid)?;
    let began = Instant::now();
    let gap = Duration::from_secs(args.seconds.into()) / args.people;
    let entering = logins.iter().zip(0..).map(|(login, number)| {
        let at = began + gap * number;
        enter(&client, &args.url, login, at)
    });
    let entered = try_join_all(entering).await?;
    let passed = began.elapsed();
    let cpu_us = Usage::of(args.pid)?.cpu_us - before.cpu_us;
    let mut took: Vec<Duration> = entered.iter().map(|one| one.took).collect();
    took.sort();
    let at = |permille: usize| took[(took.len() - 1) * permille / 1000].as_secs_f64() * 1000.0;
    println!("people                     {}", took.len());
    println!("all in after, s            {:.1}", passed.as_secs_f64());
    println!("sign-in p50 / p99 / max    {:.0} / {:.0} / {:.0} ms", at(500), at(990), at(1000));
    println!("told to come back later    {}", entered.iter().map(|one| one.sent_away).sum::<u32>());
    println!("server, share of one core  {:.0} %", cpu_us as f64 / passed.as_micros() as f64 * 100.0);
    Ok(())
}

/// Makes the accounts, all with the same password, and returns their log-in names.
async fn make(args: &Args) -> anyhow::Result<Vec<String>> {
    let store = Store::open(&args.data).await?;
    let hash = Hasher::start(0)?.hash(PASSWORD.into(), Vec::new()).await?.context("a new password")?;
    let grants = [RoleGrant { role: AccountRole::Trainee, unit: None, class: None }];
    // Another run makes other accounts.
    let run = std::process::id();
    let mut logins = Vec::new();
    for number in 0..args.people {
        let login = format!("bench-{run}-{number}");
        let new = NewAccount {
            name: "学员",
            login: &login,
            phone: None,
            password: Some(&hash),
            grants: &grants,
            by: None,
        };
        office::accounts::make(&store, &new).await?;
        logins.push(login);
    }
    Ok(logins)
}

/// Tries one wrong password for each name, one after the other.
async fn compare(client: &Client, url: &str, logins: &[String]) -> anyhow::Result<()> {
    let (mut known_us, mut unknown_us) = (Vec::new(), Vec::new());
    for (number, login) in logins.iter().enumerate() {
        let nobody = format!("nobody-{}-{number}", std::process::id());
        let mut tries = [(login.as_str(), &mut known_us), (&nobody, &mut unknown_us)];
        // Each kind comes first by turns.
        if number % 2 == 1 {
            tries.reverse();
        }
        for (login, took_us) in tries {
            let body =
                PasswordSignIn { login: login.into(), password: "Wrong-password-1".into(), code: None };
            let request = client.post(format!("{url}/api/account/sign-in")).header(ORIGIN, url).json(&body);
            let began = Instant::now();
            let response = request.send().await.context("sign in")?;
            let status = response.status();
            response.bytes().await?;
            took_us.push(began.elapsed().as_micros());
            if status != StatusCode::UNAUTHORIZED {
                bail!("{login} was answered {status}");
            }
        }
    }
    for (name, took_us) in [("somebody's", &mut known_us), ("nobody's", &mut unknown_us)] {
        took_us.sort_unstable();
        let at = |permille: usize| took_us[(took_us.len() - 1) * permille / 1000] as f64 / 1000.0;
        println!("{name:<12} p10 / p50 / p90   {:.2} / {:.2} / {:.2} ms", at(100), at(500), at(900));
    }
    Ok(())
}

async fn enter(client: &Client, url: &str, login: &str, at: Instant) -> anyhow::Result<Entered> {
    sleep_until(at).await;
    let body = PasswordSignIn { login: login.to_owned(), password: PASSWORD.to_owned(), code: None };
    let mut sent_away = 0;
    loop {
        let request = client.post(format!("{url}/api/account/sign-in")).header(ORIGIN, url).json(&body);
        let response = request.send().await.context("sign in")?;
        match response.status() {
            StatusCode::OK => return Ok(Entered { took: at.elapsed(), sent_away }),
            StatusCode::SERVICE_UNAVAILABLE => {
                let later =
                    response.headers().get(RETRY_AFTER).and_then(|later| later.to_str().ok()?.parse().ok());
                sent_away += 1;
                sleep(Duration::from_secs(later.unwrap_or(1))).await;
            }
            other => bail!("{login} was refused: {other} {}", response.text().await.unwrap_or_default()),
        }
    }
}
