//! `record_bench`: a whole lesson through the real recorder, faster than real time. Captured packets of a
//! camera, a screen and a microphone are played over and over on a clock that runs many times too fast; then
//! a server is started on the data and asked for the replay. It asserts nothing.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::classroom::Identity;
use live_classroom::files::recordings::Recordings;
use live_classroom::lesson::{ClassState, Role, SourceKind};
use live_classroom::live::recorder::{Recorder, RoomRecorder};
use live_classroom::live::tap::Tap;
use live_classroom::office;
use live_classroom::protocol::{ParticipantId, Replay};
use live_classroom::recording::manifest::Event;
use live_classroom::sfu::capture::{BestLayers, Capture, Captured};
use live_classroom::sfu::ring::Stored;
use live_classroom::sfu::scene::{LegId, SourceId};
use live_classroom::sfu::source::Source;
use live_classroom::transport::codec::Codec;
use live_classroom::transport::rtp::Header;
use loadtest::http::{accepted, client};
use loadtest::process::{ServerProcess, Usage};
use loadtest::setup;

const LESSON: &str = "long";
const H264: Codec = Codec::H264 { profile: 0x42, mode: 1 };

/// A whole lesson through the real recorder, faster than real time.
#[derive(Parser)]
struct Args {
    #[arg(long, default_value_t = 90)]
    minutes: u64,
    /// How many times faster than real time.
    #[arg(long, default_value_t = 200)]
    speed: u32,
    /// Empty folder for its data (some 7 MB a minute).
    #[arg(long)]
    data: PathBuf,
    #[arg(long, default_value = "target/release/live-classroom")]
    server: PathBuf,
    /// Folder of the captured packets.
    #[arg(long, default_value = "src/recording/testdata")]
    captures: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let length = Duration::from_secs(args.minutes * 60);
    let store = setup::store(&args.data).await?;
    office::timetable::make_usual(&store, LESSON, "A long lesson").await?;
    let token = setup::token(&store, Role::Trainee, LESSON).await?;
    let fact = |what| Fact { lesson: LESSON.into(), person: None, at_ms: 0, what };
    store.facts().append(vec![fact(What::ClassStarted), fact(What::ClassEnded { by: None })]).await?;
    let recording = store.recordings().name(LESSON).await?;
    let recordings = Recordings::new(&args.data, 0);
    let recorder = Recorder::start(Box::new(recordings))?;
    let room = recorder.open(&recording, LESSON);

    let (before, began) = (Usage::of(std::process::id())?, Instant::now());
    let sent = play(&args, &room, began, length)?;
    let (taken, cpu_us) = (began.elapsed(), Usage::of(std::process::id())?.cpu_us - before.cpu_us);
    let ended = Instant::now();
    room.event(began + length, Event::Class { class: ClassState::Ended });
    room.end();
    let mut health = room.health.clone();
    health.wait_for(|health| health.closed).await.context("the recorder ended")?;
    let closed = ended.elapsed();
    drop(store);

    let data = args.data.to_str().context("the folder has a name in UTF-8")?;
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--media-port", "0"];
    let server = ServerProcess::start(&args.server, &arguments).await?;
    let asked = Instant::now();
    let url = format!("{}/api/replay/{LESSON}", server.base_url);
    let answer = accepted(client().get(url).bearer_auth(token).send().await?).await?.text().await?;
    let answered = asked.elapsed();
    let replay: Replay = serde_json::from_str(&answer)?;
    ensure!(!replay.live, "the recording is not closed");

    println!("lesson                        {} min, {} tracks", args.minutes, replay.tracks.len());
    println!(
        "sent / written, MB            {} / {}",
        sent / 1_000_000,
        room.totals.bytes.load(Ordering::Relaxed) / 1_000_000
    );
    println!("packets the queue refused     {}", room.totals.lost.load(Ordering::Relaxed));
    println!(
        "made in                       {taken:.1?} ({:.0} x real time)",
        length.as_secs_f64() / taken.as_secs_f64()
    );
    println!(
        "CPU, share of one core in real time  {:.2} %",
        cpu_us as f64 / length.as_micros() as f64 * 100.0
    );
    println!("closed after the end          {closed:.1?}");
    println!("first replay answer           {answered:.1?} ({} kB)", answer.len() / 1000);
    println!(
        "replay's duration             {:.1} s, {} gaps",
        replay.duration_ms as f64 / 1000.0,
        replay.gaps.len()
    );
    server.kill().await
}

/// Plays the captures over and over until `length` of the lesson's clock, which begins at `started`, has
/// passed; returns the bytes that were sent.
fn play(args: &Args, room: &RoomRecorder, started: Instant, length: Duration) -> anyhow::Result<u64> {
    let leg = LegId(1);
    let who =
        Identity {
            person: "id".into(), name: "王老师".into(), role: Role::Instructor, approved_at_ms: None
        };
    room.sender(leg, who);
    room.event(started, Event::Class { class: ClassState::Live });
    let mut voices = [
        Voice::new(&args.captures, "h264", SourceKind::Camera, H264, 90_000)?,
        Voice::new(&args.captures, "h264-high", SourceKind::Screen, H264, 90_000)?,
        Voice::new(&args.captures, "opus", SourceKind::Mic, Codec::Opus, 48_000)?,
    ];
    let (mut tap, mut best_layers, mut sent) = (room.tap(), BestLayers::default(), 0);
    let step = Duration::from_millis(20);
    let mut passed = Duration::ZERO;
    while passed < length {
        for (key, voice) in (0..).zip(&mut voices) {
            sent += voice.speak((&mut best_layers, &mut tap), key, started, passed + step);
        }
        passed += step;
        std::thread::sleep((passed / args.speed).saturating_sub(started.elapsed()));
    }
    Ok(sent)
}

/// One source: a capture that repeats itself with continuing numbers.
struct Voice {
    source: Source,
    /// The packets: offset from the first, header and payload.
    packets: Vec<(Duration, Header, Vec<u8>)>,
    /// The length of the capture in time and in ticks of the codec.
    round: (Duration, u32),
    rounds: u32,
    next: usize,
}

impl Voice {
    fn new(
        folder: &Path,
        name: &str,
        kind: SourceKind,
        codec: Codec,
        clock_hz: u32,
    ) -> anyhow::Result<Voice> {
        let packets = read(&folder.join(format!("{name}.rtp")), clock_hz)?;
        let stamps: Vec<u32> = packets.iter().map(|(_, header, _)| header.timestamp).collect();
        let ticks = stamps[stamps.len() - 1].wrapping_sub(stamps[0]);
        let frame =
            stamps.iter().find_map(|stamp| Some(stamp.wrapping_sub(stamps[0])).filter(|ticks| *ticks > 0));
        let ticks = ticks + frame.context("more than one frame")?;
        let round = (Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(clock_hz)), ticks);
        let id = SourceId { leg: LegId(1), person: ParticipantId(1), kind };
        let mut source = Source::new(id, codec, 1);
        source.permitted = true;
        Ok(Voice { source, packets, round, rounds: 0, next: 0 })
    }

    /// Sends the packets that are due before `until` of the lesson's clock; returns their bytes.
    fn speak(
        &mut self,
        (best_layers, tap): (&mut BestLayers, &mut Tap),
        key: u32,
        started: Instant,
        until: Duration,
    ) -> u64 {
        let mut sent = 0;
        loop {
            let (offset, header, payload) = &self.packets[self.next];
            let due = self.round.0 * self.rounds + *offset;
            if due >= until {
                return sent;
            }
            let sequence = u64::from(self.rounds) * self.packets.len() as u64 + self.next as u64 + 1;
            let timestamp = header.timestamp.wrapping_add(self.round.1.wrapping_mul(self.rounds));
            let (source, codec) = (self.source.id, self.source.codec);
            let packet = Stored::arrived(sequence, timestamp, header.marker, codec.starts_keyframe(payload));
            let at = started + due;
            if best_layers.takes(at, key, &self.source, (0, &packet, payload)) {
                let what = Captured::Packet { packet: &packet, payload };
                tap.take(&Capture { source, codec, at, layer: 0, epoch: 0, what });
            }
            sent += payload.len() as u64;
            self.next += 1;
            if self.next == self.packets.len() {
                (self.next, self.rounds) = (0, self.rounds + 1);
            }
        }
    }
}

/// The media packets of a capture (see `recording/testdata`), each with the time of its timestamp.
fn read(path: &Path, clock_hz: u32) -> anyhow::Result<Vec<(Duration, Header, Vec<u8>)>> {
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let (mut rest, mut packets, mut first) = (&bytes[..], Vec::new(), None);
    while let [_, _, _, _, high, low, tail @ ..] = rest {
        let (packet, after) = tail.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        rest = after;
        // The capture has sender reports as well.
        if (192..=223).contains(&packet[1]) {
            continue;
        }
        let header = Header::parse(packet).context("a packet of the capture is no RTP")?;
        let ticks = header.timestamp.wrapping_sub(*first.get_or_insert(header.timestamp));
        let offset = Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(clock_hz));
        packets.push((offset, header, packet[header.len..].to_vec()));
    }
    Ok(packets)
}
