//! The course of a run: everybody joins, the window opens, every second is shown, the window closes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use live_classroom::protocol::Command;
use loadtest::clock::{Window, now_ns};
use loadtest::connection::{Outlet, PeerMedia};
use loadtest::crowd::{Crowd, Device, Leg};
use loadtest::http;
use loadtest::media::{Codec, Shape};
use loadtest::peer::Peer;
use loadtest::process::Usage;
use loadtest::report::{Limits, Report, ServerCost};
use loadtest::setup::ClassLinks;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Bit rate of a trainee's camera on stage.
const STAGE_BITS_PER_SECOND: u32 = 300_000;
/// The time from the last join to the measured window, in which the effects of the joins pass.
const SETTLE: Duration = Duration::from_secs(2);
/// The time from the end of the window to the count, in which the last packets arrive.
const DRAIN: Duration = Duration::from_millis(500);
/// The time after its join that a device may wait for media before the run goes on without.
const MEDIA_TIME: Duration = Duration::from_secs(15);

/// The simulation and the measured window of a run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) base_url: String,
    pub(crate) stage: usize,
    pub(crate) seconds: u64,
    pub(crate) join_within: Duration,
    pub(crate) codec: Codec,
    pub(crate) bits_per_second: u32,
    pub(crate) server_pid: Option<u32>,
    pub(crate) limits: Limits,
}

/// Classes with instructor, trainees and stage over the real signalling.
pub(crate) async fn classes(plan: &Plan, classes: &[ClassLinks]) -> anyhow::Result<Report> {
    let idle = plan.usage();
    let mut crowd = Crowd::new(Window::closed());
    for (number, class) in classes.iter().enumerate() {
        let instructor = instructor(plan, number, class, &crowd.window).await;
        crowd.devices.push(instructor.with_context(|| format!("open the class {}", class.lesson))?);
    }
    let mut joins = JoinSet::new();
    let total: usize = classes.iter().map(|class| class.trainees.len()).sum();
    // Signing in is a click on a link earlier in the day; only the joins are crowded.
    let mut people = Vec::with_capacity(total);
    for (number, class) in classes.iter().enumerate() {
        for secret in &class.trainees {
            let peer = Peer::sign_in(&plan.base_url, secret).await.context("sign a trainee in")?;
            people.push((number, class.lesson.clone(), peer));
        }
    }
    for (at, (number, lesson, peer)) in people.into_iter().enumerate() {
        let delay = plan.join_within.mul_f64(at as f64 / total as f64);
        let media = PeerMedia { codec: plan.codec, ..PeerMedia::default() };
        joins.spawn(trainee(peer, number, lesson, media, Arc::clone(&crowd.window), delay));
    }
    gather(&mut crowd, joins).await;
    until_media(&crowd).await;
    stage(plan, &mut crowd).await?;
    measure(plan, &crowd, classes.len(), idle).await
}

/// The bearer tokens for one lesson.
pub(crate) struct Tokens {
    pub(crate) publish: String,
    /// The viewers' tokens, used in turn: a token has few seats.
    pub(crate) view: Vec<String>,
}

/// One WHIP publisher and `viewers` WHEP viewers of a lesson.
pub(crate) async fn whip_whep(
    plan: &Plan,
    lesson: &str,
    tokens: &Tokens,
    viewers: usize,
) -> anyhow::Result<Report> {
    let idle = plan.usage();
    let mut crowd = Crowd::new(Window::closed());
    let media = PeerMedia { codec: plan.codec, ..PeerMedia::encoder() };
    let began_ns = now_ns();
    let leg = http::whip(&plan.base_url, lesson, &tokens.publish, &media, &crowd.window)
        .await
        .context("publish")?;
    leg.connection.connected(MEDIA_TIME).await.context("publish")?;
    let sending = vec![
        leg.connection.publish_audio(1, &crowd.window)?,
        leg.connection.publish_video(Outlet::Camera, 2, &[plan.shape()], &crowd.window)?,
    ];
    let leg = Leg::Http(Box::new(leg));
    crowd.devices.push(Device { class: 0, leg, began_ns, sending, watches: false, timed: false });

    let mut joins = JoinSet::new();
    for at in 0..viewers {
        let delay = plan.join_within.mul_f64(at as f64 / viewers as f64);
        let (base_url, lesson, token) =
            (plan.base_url.clone(), lesson.to_owned(), tokens.view[at % tokens.view.len()].clone());
        let window = Arc::clone(&crowd.window);
        joins.spawn(async move {
            sleep(delay).await;
            let began_ns = now_ns();
            let media = PeerMedia::viewer(1, 1);
            let leg = http::whep(&base_url, &lesson, &token, &media, &window).await?;
            let leg = Leg::Http(Box::new(leg));
            Ok(Device { class: 0, leg, began_ns, sending: vec![], watches: true, timed: true })
        });
    }
    gather(&mut crowd, joins).await;
    until_media(&crowd).await;
    measure(plan, &crowd, 1, idle).await
}

impl Plan {
    fn shape(&self) -> Shape {
        Shape::video(self.bits_per_second)
    }

    fn usage(&self) -> Option<Usage> {
        self.server_pid.and_then(|pid| Usage::of(pid).ok())
    }
}

async fn instructor(
    plan: &Plan,
    class: usize,
    links: &ClassLinks,
    window: &Arc<Window>,
) -> anyhow::Result<Device> {
    let mut peer = Peer::sign_in(&plan.base_url, &links.instructor).await?;
    peer.measure_in(Arc::clone(window));
    let began_ns = now_ns();
    peer.join(&links.lesson).await?;
    peer.offer(PeerMedia { codec: plan.codec, ..PeerMedia::default() }).await?;
    peer.connection().connected(MEDIA_TIME).await?;
    let sending = vec![peer.publish_audio()?, peer.publish_video(Outlet::Camera, &[plan.shape()])?];
    let started = peer.command(Command::StartClass).await;
    started.map_err(|reason| anyhow::anyhow!("the class did not start: {reason:?}"))?;
    // With nobody on stage there is nothing for an instructor to receive.
    let watches = plan.stage > 0;
    Ok(Device { class, leg: Leg::Peer(Box::new(peer)), began_ns, sending, watches, timed: false })
}

async fn trainee(
    mut peer: Peer,
    class: usize,
    lesson: String,
    media: PeerMedia,
    window: Arc<Window>,
    delay: Duration,
) -> anyhow::Result<Device> {
    peer.measure_in(window);
    sleep(delay).await;
    let began_ns = now_ns();
    peer.join(&lesson).await?;
    peer.offer(media).await?;
    Ok(Device {
        class,
        leg: Leg::Peer(Box::new(peer)),
        began_ns,
        sending: vec![],
        watches: true,
        timed: true,
    })
}

/// Collects the joins and shows their progress.
async fn gather(crowd: &mut Crowd, mut joins: JoinSet<anyhow::Result<Device>>) {
    let total = joins.len();
    let mut shown = 0;
    while let Some(joined) = joins.join_next().await {
        match joined.expect("a join does not panic") {
            Ok(device) => crowd.devices.push(device),
            Err(error) => {
                eprintln!("a join failed: {error:#}");
                crowd.failures.push(format!("{error:#}"));
            }
        }
        let done = total - joins.len();
        if done == total || done >= shown + total.div_ceil(10) {
            shown = done;
            eprintln!("joined {done}/{total}");
        }
    }
}

/// Waits until everybody has sound and a picture, but no longer than [`MEDIA_TIME`].
async fn until_media(crowd: &Crowd) {
    let deadline = tokio::time::Instant::now() + MEDIA_TIME;
    let viewers = crowd.devices.iter().filter(|device| device.timed).count();
    while tokio::time::Instant::now() < deadline && crowd.tally().joins_ms.len() < viewers {
        sleep(Duration::from_millis(100)).await;
    }
}

/// Brings the first trainees of each class on stage, where they send sound and a small picture.
async fn stage(plan: &Plan, crowd: &mut Crowd) -> anyhow::Result<()> {
    let classes = crowd.devices.iter().map(|device| device.class).max().map_or(0, |last| last + 1);
    for class in 0..classes {
        let own = |device: &&mut Device| device.class == class;
        let mut devices = crowd.devices.iter_mut().filter(own);
        let Some(Leg::Peer(instructor)) = devices.next().map(|device| &device.leg) else { continue };
        for device in devices.take(plan.stage) {
            let Leg::Peer(peer) = &device.leg else { continue };
            let command = Command::BringOnStage { participant: peer.id(), camera: true };
            let granted = instructor.command(command).await;
            granted.map_err(|reason| anyhow::anyhow!("the stage was not granted: {reason:?}"))?;
            device.sending.push(peer.publish_audio()?);
            let shape = Shape::video(STAGE_BITS_PER_SECOND);
            device.sending.push(peer.publish_video(Outlet::Camera, &[shape])?);
        }
    }
    Ok(())
}

async fn measure(plan: &Plan, crowd: &Crowd, classes: usize, idle: Option<Usage>) -> anyhow::Result<Report> {
    sleep(SETTLE).await;
    let (before, own_before) = (plan.usage(), Usage::of(std::process::id())?);
    let from_ns = now_ns();
    crowd.window.open(from_ns);
    for second in 1..=plan.seconds {
        sleep(Duration::from_secs(1)).await;
        let tally = crowd.tally();
        eprintln!(
            "{second:>4} s  {} packets  {} holes  p99 {:.1} ms  without media {}",
            tally.received,
            tally.lost,
            tally.latency_us.quantile(0.99) as f64 / 1_000.0,
            tally.waiting
        );
    }
    let to_ns = now_ns();
    crowd.window.close(to_ns);
    let (after, own_after) = (plan.usage(), Usage::of(std::process::id())?);
    sleep(DRAIN).await;

    let tally = crowd.tally();
    let seconds = (to_ns - from_ns) as f64 / 1e9;
    let mut report = Report::new(classes, seconds, &tally, &crowd.failures);
    report.client_cpu_cores = (own_after.cpu_us - own_before.cpu_us) as f64 / 1e6 / seconds;
    if let (Some(idle), Some(before), Some(after)) = (idle, before, after) {
        let cpu_us = (after.cpu_us - before.cpu_us) as f64;
        report.server = Some(ServerCost {
            cpu_us_per_packet: cpu_us / tally.received.max(1) as f64,
            cpu_cores: cpu_us / 1e6 / seconds,
            rss_kb: after.rss_kb,
            rss_kb_per_trainee: after.rss_kb.saturating_sub(idle.rss_kb) as f64
                / report.trainees.max(1) as f64,
        });
    }
    report.judge(plan.limits);
    Ok(report)
}
