//! Downloads of real media, made by the real ffmpeg.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tempfile::TempDir;

use super::plan::FRAMES_PER_S;
use super::*;
use crate::files::recordings::testing::{ID, Sample};
use crate::lesson::{Role, SourceKind};
use crate::recording::clock::SenderClock;
use crate::recording::manifest::Init;
use crate::recording::track::{Output, Packet, Track};
use crate::transport::codec::Codec;
use crate::transport::rtp::Header;

/// Long enough for a machine that compiles beside the tests.
const SOON: Duration = Duration::from_secs(240);

/// Media as a recorder writes it: an init and segments of a second each.
struct Media {
    init: Vec<u8>,
    segments: Vec<Vec<u8>>,
}

/// Media that ffmpeg makes from a source of its own.
fn media(source: &str, codec: &str, seconds: u64) -> Media {
    let folder = tempfile::tempdir().unwrap();
    let arguments = format!(
        "-hide_banner -loglevel error -f lavfi -i {source} -t {seconds} {codec} -f hls -hls_time 1 \
         -hls_list_size 0 -hls_segment_type fmp4 -hls_segment_filename %d.m4s list.m3u8"
    );
    let status = Command::new("ffmpeg").args(arguments.split_whitespace()).current_dir(&folder).status();
    assert!(status.expect("ffmpeg is installed").success(), "{arguments}");
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let segments: Vec<_> = (0..seconds).map(|number| read(&format!("{number}.m4s"))).collect();
    Media { init: read("init.mp4"), segments }
}

const H264: &str = "-c:v libx264 -preset ultrafast -bf 0 -g 30 -pix_fmt yuv420p";
const VP9: &str = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 30";
const OPUS: &str = "-c:a libopus";

impl Sample {
    /// A track of real media from `start_ms` on.
    fn put(
        &mut self,
        track: u32,
        (role, kind): (Role, SourceKind),
        codecs: &str,
        start_ms: u64,
        media: &Media,
    ) {
        let size = if kind == SourceKind::Screen { (640, 360) } else { (320, 180) };
        self.track(track, role, kind);
        self.init(track, 2, codecs, size, &media.init);
        for (number, bytes) in (1..).zip(&media.segments) {
            let start = start_ms + 1000 * (u64::from(number) - 1);
            self.segment(track, 2, number, (start, 1000), bytes);
        }
    }
}

fn downloads(sample: &Sample, ffmpeg: &str, longest: Duration) -> Downloads {
    let objects = Objects::new(sample.recordings.root(), None).unwrap();
    // Behind everything else, a run never ends on a machine that is several times too busy.
    let settings = DownloadSettings { ffmpeg: ffmpeg.into(), longest, nice: 0 };
    Downloads::start(sample.recordings.clone(), objects, settings).unwrap()
}

/// Asks for a download and waits for its end.
async fn made(downloads: &Downloads, manifest: &Manifest, window: Option<Stretch>) -> DownloadState {
    assert_eq!(downloads.state(manifest, window), DownloadState::None);
    downloads.request(manifest, window).unwrap();
    let (began, mut before) = (Instant::now(), 0);
    loop {
        match downloads.state(manifest, window) {
            DownloadState::Queued => {}
            DownloadState::Running { permille } => {
                assert!((before..=1000).contains(&permille), "{permille} after {before}");
                before = permille;
            }
            ended => return ended,
        }
        assert!(began.elapsed() < SOON, "it takes too long");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Codecs, size of the picture, number of pictures.
fn streams(path: &Path) -> String {
    let all = probe(path, "stream=codec_name,width,height,nb_frames");
    let (picture, sound) = all.split_once(' ').expect("two streams");
    let (codec, _) = sound.split_once(',').expect("it is counted");
    format!("{picture} {codec}")
}

fn probe(path: &Path, entries: &str) -> String {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0", "-show_entries", entries])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn decoded(path: &Path, arguments: &str) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-i"]).arg(path);
    let output = command.args(arguments.split_whitespace()).arg("pipe:1").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    output.stdout
}

/// The colour of the picture at a moment.
fn colour(path: &Path, at_s: f32) -> &'static str {
    let rgb = decoded(path, &format!("-ss {at_s} -frames:v 1 -vf scale=1:1 -pix_fmt rgb24 -f rawvideo"));
    match rgb[..] {
        [150..=255, ..90, ..90] => "red",
        [..90, ..90, 150..=255] => "blue",
        [..30, ..30, ..30] => "black",
        _ => panic!("{rgb:?}"),
    }
}

/// The loudness from one second to another, as the root of the mean square.
fn loudness(path: &Path, from_s: f32, to_s: f32) -> f64 {
    let sound = decoded(path, &format!("-ss {from_s} -to {to_s} -ac 1 -f s16le"));
    let squares = sound.chunks_exact(2).map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]])).powi(2));
    (squares.sum::<f64>() / (sound.len() / 2) as f64).sqrt()
}

const CAMERA: (Role, SourceKind) = (Role::Instructor, SourceKind::Camera);
const SCREEN: (Role, SourceKind) = (Role::Instructor, SourceKind::Screen);
const MIC: (Role, SourceKind) = (Role::Instructor, SourceKind::Mic);

#[tokio::test(flavor = "multi_thread")]
async fn camera_screen_and_two_voices_become_one_film() {
    let mut sample = Sample::begin();
    sample.put(1, CAMERA, "vp09.00.10.08", 0, &media("color=c=red:s=320x180:r=30", VP9, 4));
    sample.put(2, SCREEN, "avc1.42c01e", 2000, &media("color=c=blue:s=640x360:r=30", H264, 2));
    sample.put(3, MIC, "opus", 0, &media("sine=f=440:r=48000", OPUS, 6));
    let guest = (Role::Trainee, SourceKind::Mic);
    sample.put(4, guest, "opus", 3000, &media("sine=f=900:r=48000", OPUS, 2));
    sample.close();
    let downloads = downloads(&sample, "ffmpeg", SOON);
    let manifest = sample.manifest();
    let DownloadState::Ready { bytes, path } = made(&downloads, &manifest, None).await else {
        panic!("{:?}", downloads.state(&manifest, None));
    };
    let (name, file) = downloads.file(&manifest, None).expect("it is ready");
    assert_eq!((path, fs::metadata(&file).unwrap().len()), (format!("/media/{ID}/{name}"), bytes));

    assert_eq!(streams(&file), "h264,640,360,150 aac");
    assert_eq!(probe(&file, "format=duration"), "6.000000");
    let colours = [0.5, 1.8, 2.2, 3.8, 4.2, 5.8].map(|at_s| colour(&file, at_s));
    assert_eq!(colours, ["red", "red", "blue", "blue", "black", "black"]);
    let (one, both, after) =
        (loudness(&file, 1.0, 2.0), loudness(&file, 3.5, 4.5), loudness(&file, 5.1, 5.8));
    assert!(one > 500.0 && (one - after).abs() < one / 10.0, "{one} {after}");
    assert!((both / one - 2_f64.sqrt()).abs() < 0.1, "{one} {both}");

    // The order within the file: the parts needed first come first.
    let head = fs::read(&file).unwrap();
    let at = |kind: &[u8]| head.windows(4).position(|four| four == kind).unwrap();
    assert!(at(b"moov") < at(b"mdat"));
    assert!(!sample.path("making").exists());
    // A repeated request makes nothing again.
    assert!(matches!(downloads.request(&manifest, None), Ok(DownloadState::Ready { .. })));
    downloads.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_picture_in_h264_is_copied_and_a_window_is_kept() {
    let mut sample = Sample::begin();
    sample.put(1, CAMERA, "avc1.42c01e", 0, &media("testsrc=s=320x180:r=30", H264, 4));
    sample.put(2, MIC, "opus", 0, &media("sine=f=440:r=48000", OPUS, 4));
    sample.close();
    let (manifest, downloads) = (sample.manifest(), downloads(&sample, "ffmpeg", SOON));
    made(&downloads, &manifest, None).await;
    let (_, file) = downloads.file(&manifest, None).expect("it is ready");
    // 30 frames a second: nothing was encoded.
    assert_eq!(streams(&file), "h264,320,180,120 aac");

    let window = Some(Stretch { from_ms: 1000, to_ms: 3000 });
    made(&downloads, &manifest, window).await;
    let (_, file) = downloads.file(&manifest, window).expect("it is ready");
    assert_eq!(streams(&file), "h264,320,180,60 aac");
    assert_eq!(probe(&file, "format=duration"), "2.000000");

    // A third one: the oldest goes.
    let other = Some(Stretch { from_ms: 0, to_ms: 2000 });
    made(&downloads, &manifest, other).await;
    assert!(downloads.file(&manifest, None).is_none() && downloads.file(&manifest, window).is_some());
    downloads.stop();
}

/// A track of captured packets, as the recorder makes it.
fn record(sample: &mut Sample, number: u32, (role, kind): (Role, SourceKind), codec: Codec, capture: &str) {
    let path = format!("{}/src/recording/testdata/{capture}.rtp", env!("CARGO_MANIFEST_DIR"));
    let packets = fs::read(path).unwrap();
    let (mut track, mut clock) = (Track::new(codec), SenderClock::new());
    let (mut rest, mut at_us) = (&packets[..], 0);
    while let [a, b, c, d, high, low, tail @ ..] = rest {
        let (datagram, after) = tail.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        (rest, at_us) = (after, u64::from(u32::from_be_bytes([*a, *b, *c, *d])));
        let Some(header) = Header::parse(datagram).filter(|_| !(192..=223).contains(&datagram[1])) else {
            continue;
        };
        let sequence = 1 << 16 | u64::from(header.sequence);
        let payload = header.payload(datagram).expect("a captured payload");
        let packet = Packet { stream: 0, sequence, rtp: header.timestamp, marker: header.marker, payload };
        track.packet(at_us, &packet, &mut clock);
    }
    track.finish(at_us, &mut clock);
    sample.track(number, role, kind);
    let ms = |ticks: u64| ticks * 1000 / u64::from(codec.clock_hz());
    let mut segments = 0;
    for output in track.drain() {
        match output {
            Output::Init { init, bytes, codecs, width, height } => {
                sample.init(number, init + 2, &codecs, (width, height), &bytes);
            }
            Output::Segment { init, start, duration, bytes, .. } => {
                segments += 1;
                sample.segment(number, init + 2, segments, (ms(start), ms(duration)), &bytes);
            }
            Output::Gap { .. } => panic!("{capture} is whole"),
        }
    }
    assert!(segments > 0, "{capture}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_codec_that_is_recorded_can_be_downloaded() {
    for (capture, codec, copied) in [
        ("h264", Codec::H264 { profile: 0x42, mode: 1 }, true),
        ("vp8", Codec::Vp8, false),
        ("vp9", Codec::Vp9 { profile: 0 }, false),
        ("av1", Codec::Av1, false),
    ] {
        let mut sample = Sample::begin();
        record(&mut sample, 1, CAMERA, codec, capture);
        record(&mut sample, 2, MIC, Codec::Opus, "opus");
        sample.close();
        let (manifest, downloads) = (sample.manifest(), downloads(&sample, "ffmpeg", SOON));
        made(&downloads, &manifest, None).await;
        let (_, file) = downloads.file(&manifest, None).expect("it is ready");
        let Init { width, height, .. } = manifest.tracks[0].inits.last().expect("an init");
        let frames = if copied { 90 } else { (manifest.duration_ms * FRAMES_PER_S + 500) / 1000 };
        assert_eq!(streams(&file), format!("h264,{width},{height},{frames} aac"), "{capture}");
        let seconds: f64 = probe(&file, "format=duration").parse().unwrap();
        assert!((seconds - manifest.duration_ms as f64 / 1000.0).abs() < 0.05, "{capture}: {seconds}");
        let light = decoded(&file, "-ss 1.5 -frames:v 1 -vf scale=1:1 -pix_fmt gray -f rawvideo")[0];
        assert!(light > 40, "{capture} is dark: {light}");
        assert!(loudness(&file, 0.5, 2.5) > 500.0, "{capture}");
        downloads.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_decoded_is_black_and_silent() {
    let mut sample = Sample::begin();
    let garbage = Media { init: b"no init at all".to_vec(), segments: vec![vec![0xa5; 5000]; 2] };
    sample.put(1, CAMERA, "vp8", 0, &garbage);
    sample.put(2, MIC, "opus", 0, &garbage);
    sample.close();
    let (manifest, downloads) = (sample.manifest(), downloads(&sample, "ffmpeg", SOON));
    made(&downloads, &manifest, None).await;
    let (_, file) = downloads.file(&manifest, None).expect("it is ready");
    assert_eq!(streams(&file), "h264,320,180,50 aac");
    assert_eq!((colour(&file, 1.0), loudness(&file, 0.0, 2.0)), ("black", 0.0));
    downloads.stop();
}

/// A recording for jobs that do not get far.
fn short() -> Sample {
    let mut sample = Sample::begin();
    let media = Media { init: vec![1], segments: vec![vec![2]; 2] };
    sample.put(1, MIC, "opus", 0, &media);
    sample.close();
    sample
}

/// A program that never ends.
fn endless() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("endless");
    fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let name = program.to_str().unwrap().to_owned();
    (folder, name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told_and_leaves_nothing_behind() {
    let (sample, (_folder, endless)) = (short(), endless());
    let manifest = sample.manifest();
    for (program, longest, code) in [
        ("no-such-program", SOON, "no_ffmpeg"),
        ("false", SOON, "failed"),
        ("true", SOON, "failed"),
        ("ffmpeg", Duration::from_millis(1999), "too_long"),
        (&endless, Duration::from_secs(2), "too_long"),
    ] {
        let downloads = downloads(&sample, program, longest);
        let failed = DownloadState::Failed { code: code.into() };
        assert_eq!(made(&downloads, &manifest, None).await, failed, "{program}");
        assert!(downloads.file(&manifest, None).is_none());
        assert_eq!(sample.names().len(), 5, "{program}: {:?}", sample.names());
        downloads.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_wait_and_a_stop_ends_what_runs() {
    let (sample, (_folder, endless)) = (short(), endless());
    fs::create_dir(sample.path("making")).unwrap();
    let (manifest, downloads) = (sample.manifest(), downloads(&sample, &endless, SOON));
    let window = |to_ms| Some(Stretch { from_ms: 0, to_ms });
    downloads.request(&manifest, window(1)).unwrap();
    let began = Instant::now();
    while downloads.state(&manifest, window(1)) == DownloadState::Queued {
        assert!(began.elapsed() < SOON);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for to_ms in 2..2 + WAITING_MAX as u64 {
        assert_eq!(downloads.request(&manifest, window(to_ms)), Ok(DownloadState::Queued));
    }
    assert_eq!(downloads.request(&manifest, window(1000)), Err(Busy));
    assert_eq!(downloads.request(&manifest, window(2)), Ok(DownloadState::Queued), "twice is once");
    let mut open = manifest.clone();
    (open.open, open.duration_ms) = (true, 1500);
    assert_eq!(downloads.request(&open, window(1500)), Ok(DownloadState::None));

    let stopping = downloads.clone();
    tokio::task::spawn_blocking(move || stopping.stop()).await.unwrap();
    assert_eq!(sample.names().len(), 5, "{:?}", sample.names());
}
