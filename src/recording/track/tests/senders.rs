//! Senders that restart, pad, or grow, and other players' view of the result.

use std::collections::HashMap;

use super::*;
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::{Entry, Manifest, StoredFile};
use crate::recording::playlist::{self, Options};

/// A captured packet as changed: arrival, stream, sequence number, RTP time, marker, payload.
type Sent = (u64, u16, u64, u32, bool, Vec<u8>);

fn sent(name: &str) -> Vec<Sent> {
    let packets = media(name).into_iter().enumerate();
    let sent = packets.map(|(number, (at_us, packet))| {
        let header = Header::parse(&packet).unwrap();
        let payload = header.payload(&packet).unwrap().to_vec();
        (at_us, 0, 50_000 + number as u64, header.timestamp, header.marker, payload)
    });
    sent.collect()
}

fn record_sent(codec: Codec, packets: &[Sent]) -> Vec<Output> {
    let mut recorder = Recorder::new(codec);
    for (at_us, stream, sequence, rtp, marker, payload) in packets {
        let (stream, sequence, rtp, marker) = (*stream, *sequence, *rtp, *marker);
        recorder.packet(*at_us, &Packet { stream, sequence, rtp, marker, payload });
        recorder.tick(*at_us);
    }
    recorder.finish(packets.last().unwrap().0);
    check(&recorder.out, recorder.track.timescale());
    recorder.out
}

#[test]
fn padding_alone_breaks_nothing() {
    for (name, codec, count, _) in CAPTURES {
        let mut packets = sent(name);
        let mut at = 3;
        while at < packets.len() {
            let (at_us, stream, _, rtp, ..) = packets[at].clone();
            packets.insert(at, (at_us, stream, 0, rtp, false, Vec::new()));
            at += 4;
        }
        packets.iter_mut().enumerate().for_each(|(number, packet)| packet.2 = 50_000 + number as u64);
        let out = record_sent(codec, &packets);
        assert!(samples(&out).abs_diff(count) <= usize::from(!codec.is_video()), "{name}: {}", samples(&out));
        assert_eq!(gaps(&out), [], "{name}");
    }
}

#[test]
fn a_sender_that_starts_anew_is_recorded_on() {
    for (name, codec, count, _) in CAPTURES {
        let mut packets = sent(name);
        let anew: Vec<Sent> = sent(name)
            .into_iter()
            .map(|(at_us, _, sequence, rtp, marker, payload)| {
                (at_us + 3_020_000, 1 << 8, sequence - 49_000, rtp.wrapping_add(0x7fff_0000), marker, payload)
            })
            .collect();
        packets.extend(anew);
        let out = record_sent(codec, &packets);
        assert!(samples(&out).abs_diff(2 * count) <= 4, "{name}: {}", samples(&out));
        assert_eq!(gaps(&out), [], "{name}");
        let end_ms = segments(&out, codec.clock_hz()).last().unwrap().1;
        assert!(end_ms.abs_diff(6_020) < 80, "{name}: {end_ms}");
    }
}

#[test]
fn a_picture_that_grows_decodes_from_the_first_init_alone() {
    let (mut packets, larger) = (sent("h264"), sent("h264-larger"));
    packets.extend(larger.into_iter().map(|(at_us, _, sequence, rtp, marker, payload)| {
        (at_us + 3_000_000, 1, sequence, rtp, marker, payload)
    }));
    let out = record_sent(H264, &packets);
    let inits = out.iter().filter_map(|output| match output {
        Output::Init { width, height, .. } => Some((*width, *height)),
        _ => None,
    });
    assert_eq!(inits.collect::<Vec<_>>(), [(320, 180), (640, 360)]);
    // In the view of a player that keeps the first init (FFmpeg's HLS).
    let mut first = true;
    let one_init = out.iter().flat_map(|output| match output {
        Output::Init { bytes, .. } if std::mem::take(&mut first) => bytes.clone(),
        Output::Segment { bytes, .. } => bytes.clone(),
        _ => Vec::new(),
    });
    let one_init: Vec<u8> = one_init.collect();
    let asked = ["-v", "error", "-show_entries", "frame=width,height", "-of", "csv=p=0"];
    let Some(said) = ffmpeg("ffprobe", &asked, &one_init, &[]) else { return };
    let sizes = |size: &str| said.lines().filter(|line| line.trim_end_matches(',') == size).count();
    assert_eq!((sizes("320,180"), sizes("640,360")), (90, 90), "{said}");
}

/// A folder with the recording as a player finds it: playlists, and their files.
fn folder_of(out: &[Output]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::default();
    let mut files = HashMap::new();
    let mut list = |name: String, bytes: &[u8]| {
        let file = StoredFile { name: name.clone(), bytes: bytes.len() as u64, sha256: String::new() };
        files.insert(name, bytes.to_vec());
        file
    };
    let (kind, role) = (SourceKind::Camera, Role::Instructor);
    let (person, name) = (String::new(), String::new());
    manifest.apply(&Entry::Track { track: 1, at_ms: 0, person, name, role, kind, timescale: 90_000 });
    let mut number = 0;
    for output in out {
        match output {
            Output::Init { init, bytes, codecs, width, height } => {
                let (init, width, height, codecs) = (*init, *width, *height, codecs.clone());
                let file = list(format!("1-init-{init}.mp4"), bytes);
                manifest.apply(&Entry::Init { track: 1, init, file, codecs, width, height });
            }
            Output::Segment { init, start, duration, independent, bytes } => {
                number += 1;
                let (init, start, duration, independent) = (*init, *start, *duration, *independent);
                let file = list(format!("1-{number}.m4s"), bytes);
                manifest.apply(&Entry::Segment {
                    track: 1,
                    number,
                    init,
                    start,
                    duration,
                    independent,
                    file,
                });
            }
            Output::Gap { .. } => {}
        }
    }
    let options = Options::default();
    for (name, text) in [
        ("1.m3u8", playlist::track(&manifest, 1, options).unwrap()),
        ("main.m3u8", playlist::main(&manifest, options)),
    ] {
        let maps = text.lines().filter_map(|line| line.strip_prefix("#EXT-X-MAP:URI=\"")?.strip_suffix('"'));
        for named in text.lines().filter(|line| line.ends_with(".m4s") && *line != "gap.m4s").chain(maps) {
            let served = playlist::served(&manifest, named, None).unwrap();
            let bytes: Vec<u8> = served.files.iter().flat_map(|file| files[&file.name].clone()).collect();
            std::fs::write(folder.path().join(named), bytes).unwrap();
        }
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn a_picture_that_grows_plays_from_its_playlists_in_other_players() {
    let mut packets: Vec<Sent> = sent("h264");
    for (turn, name) in ["h264-larger", "h264"].into_iter().enumerate() {
        let turn = turn as u16 + 1;
        packets.extend(sent(name).into_iter().map(|(at_us, _, sequence, rtp, marker, payload)| {
            (at_us + 3_000_000 * u64::from(turn), turn, sequence, rtp, marker, payload)
        }));
    }
    let folder = folder_of(&record_sent(H264, &packets));
    for name in ["1.m3u8", "main.m3u8"] {
        let asked = ["-v", "error", "-allowed_extensions", "ALL", "-show_entries", "frame=width,height"];
        let mut command = Command::new("ffprobe");
        command.args(asked).args(["-of", "csv=p=0"]).arg(folder.path().join(name));
        let Ok(said) = command.output() else { return };
        assert!(
            said.status.success() && said.stderr.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&said.stderr)
        );
        let said = String::from_utf8_lossy(&said.stdout);
        let sizes = |size: &str| said.lines().filter(|line| line.trim_end_matches(',') == size).count();
        assert_eq!((sizes("320,180"), sizes("640,360")), (180, 90), "{name}: {said}");
    }
}

#[test]
fn what_a_small_layer_shows_before_a_larger_one_comes_at_once_is_left_out() {
    let cut = |until_us: u64| {
        let mut packets: Vec<Sent> = sent("h264").into_iter().filter(|packet| packet.0 < until_us).collect();
        packets.extend(sent("h264-larger").into_iter().map(|(at_us, _, sequence, rtp, marker, payload)| {
            (at_us + until_us, 1, sequence, rtp, marker, payload)
        }));
        let out = record_sent(H264, &packets);
        assert_eq!(gaps(&out), []);
        let inits = out.iter().filter_map(|output| match output {
            Output::Segment { init, .. } => Some(*init),
            _ => None,
        });
        inits.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(cut(300_000), 1, "the larger one alone");
    assert_eq!(cut(2_500_000), 2, "what was shown for long stays");
}
