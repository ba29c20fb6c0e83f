//! For monitoring systems: `/metrics` in the Prometheus text format, made from the same numbers as
//! the operator's wall.

use std::fmt::{Display, Write};
use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use ring::digest::{SHA256, digest};

use super::Web;
use super::auth::{Session, bearer};
use super::error::Refused;
use crate::account::role::Action;
use crate::lesson::ClassState;
use crate::office::passwords::Counts;
use crate::protocol::{Load, RecordingState, RoomLoad, WorkerLoad};

/// The address of the liveness question.
pub(super) const LIVENESS: &str = "/healthz";

/// Proof that the visitor may see the numbers: by the token in the data folder, as an operator, or everybody
/// may. A request from this machine proves nothing: a proxy on it passes on everybody's requests.
pub(super) struct Viewer;

impl FromRequestParts<Arc<Web>> for Viewer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Viewer, Refused> {
        if web.server.metrics_public {
            return Ok(Viewer);
        }
        if let Some(token) = bearer(&parts.headers) {
            let print = |secret: &str| digest(&SHA256, secret.as_bytes());
            let is_right = print(token).as_ref() == print(&web.metrics_token).as_ref();
            return if is_right { Ok(Viewer) } else { Err(Refused::bad_token()) };
        }
        Session::from_request_parts(parts, web).await?.may(Action::SeeLoad)?;
        Ok(Viewer)
    }
}

/// `GET /metrics`
pub(super) async fn metrics(State(web): State<Arc<Web>>, _: Viewer) -> impl IntoResponse {
    let text = render(&web.load()) + &render_hashing(web.hasher.counts());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

fn render(load: &Load) -> String {
    let mut text = String::new();
    gauge(&mut text, "serves", "1 while this server serves, 0 while it stands by", [("", 1)]);
    let storage = load.storage.map(|trouble| (label("trouble", trouble), 1));
    gauge(&mut text, "storage_trouble", "1 while nothing can be stored", storage);
    gauge(&mut text, "rooms", "Running rooms", [("", load.rooms.len())]);
    for (name, help, value) in ROOM_GAUGES {
        gauge(
            &mut text,
            name,
            help,
            load.rooms.iter().map(|room| (label("lesson", &room.lesson), value(room))),
        );
    }
    for (name, help, value) in WORKER_GAUGES {
        gauge(
            &mut text,
            name,
            help,
            load.workers.iter().map(|worker| (label("worker", worker.worker), value(worker))),
        );
    }
    for (name, help, value) in WORKER_COUNTERS {
        let rows = load.workers.iter().map(|worker| (label("worker", worker.worker), value(worker)));
        metric(&mut text, "counter", name, help, rows);
    }
    let drops = load.workers.iter().flat_map(|worker| {
        let name = |reason| format!("{},{}", label("worker", worker.worker), label("reason", reason));
        worker.drops.iter().map(move |drop| (name(&drop.reason), drop.packets))
    });
    metric(&mut text, "counter", "worker_dropped_packets_total", "Packets dropped, by reason", drops);
    text
}

fn render_hashing(counts: Counts) -> String {
    let mut text = String::new();
    let gauges = [
        ("passwords_threads", "Threads that hash passwords", counts.threads),
        ("passwords_waiting", "Passwords that wait to be hashed", counts.waiting),
        ("passwords_at_once_max", "The most passwords that were hashed at once", counts.at_once_max),
    ];
    for (name, help, value) in gauges {
        gauge(&mut text, name, help, [("", value)]);
    }
    let hashed = ("passwords_hashed_total", "Passwords hashed", counts.hashes);
    let refused = ("passwords_refused_total", "Refused because too many waited", counts.refused);
    for (name, help, value) in [hashed, refused] {
        metric(&mut text, "counter", name, help, [("", value)]);
    }
    text
}

/// Name, help and value of one line per room or worker.
type Row<T> = (&'static str, &'static str, fn(&T) -> u64);

const ROOM_GAUGES: &[Row<RoomLoad>] = &[
    ("room_live", "1 while teaching, 0 while open, paused or ended", |room| {
        (room.class == ClassState::Live).into()
    }),
    ("room_trainees", "Trainees here", |room| room.trainees_here.into()),
    ("room_trainees_max", "Trainee seats", |room| room.trainees_max.into()),
    ("room_staff", "Instructors and operators here", |room| room.staff_here.into()),
    ("room_on_stage", "People on stage", |room| room.on_stage.into()),
    ("room_hands", "Raised hands", |room| room.hands.into()),
    ("room_legs", "WebRTC transports", |room| room.legs.into()),
    ("room_in_bits_per_second", "From participants", |room| room.in_bps),
    ("room_out_bits_per_second", "To participants", |room| room.out_bps),
    ("room_loss_permille_p90", "Loss of the worst tenth of viewers", |room| room.loss_permille_p90.into()),
    ("room_rtt_milliseconds_p90", "Round trip of the worst tenth of viewers", |room| room.rtt_ms_p90.into()),
    ("room_recorded_bytes", "Bytes of the recording since the room opened", |room| room.recorded_bytes),
    ("room_unrecorded_packets", "Packets the recorder was too slow for", |room| room.unrecorded_packets),
    ("room_recording_failing", "1 while a class that should be recorded is not", |room| {
        (room.recording == RecordingState::Failing).into()
    }),
    ("room_weak_networks", "Participants with a weak network", |room| room.weak_networks.into()),
];

const WORKER_GAUGES: &[Row<WorkerLoad>] = &[
    ("worker_rooms", "Rooms of the worker", |worker| worker.rooms.into()),
    ("worker_legs", "WebRTC transports of the worker", |worker| worker.legs.into()),
    ("worker_cpu_permille", "CPU of the worker, 1/1000 of a core", |worker| worker.cpu_permille.into()),
    ("worker_in_bits_per_second", "Received", |worker| worker.in_bps),
    ("worker_out_bits_per_second", "Sent", |worker| worker.out_bps),
];

const WORKER_COUNTERS: &[Row<WorkerLoad>] = &[
    ("worker_received_packets_total", "Packets received", |worker| worker.packets_in),
    ("worker_sent_packets_total", "Packets sent", |worker| worker.packets_out),
];

fn gauge<L: Display, V: Display>(
    text: &mut String,
    name: &str,
    help: &str,
    rows: impl IntoIterator<Item = (L, V)>,
) {
    metric(text, "gauge", name, help, rows);
}

fn metric<L: Display, V: Display>(
    text: &mut String,
    kind: &str,
    name: &str,
    help: &str,
    rows: impl IntoIterator<Item = (L, V)>,
) {
    let written = "writing to a String cannot fail";
    writeln!(text, "# HELP classroom_{name} {help}.\n# TYPE classroom_{name} {kind}").expect(written);
    for (labels, value) in rows {
        writeln!(text, "classroom_{name}{{{labels}}} {value}").expect(written);
    }
}

/// `name="value"`, escaped for the text format.
fn label(name: &str, value: impl Display) -> String {
    let value = value.to_string().replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
    format!("{name}=\"{value}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{DropCount, StorageTrouble};

    #[test]
    fn names_of_lessons_cannot_break_the_text() {
        assert_eq!(label("lesson", "a\"b\\c\nd"), r#"lesson="a\"b\\c\nd""#);
    }

    #[test]
    fn every_line_is_a_comment_or_a_number() {
        let worker = WorkerLoad {
            worker: 0,
            port: 7880,
            rooms: 1,
            legs: 2,
            cpu_permille: 50,
            in_bps: 1,
            out_bps: 2,
            packets_in: 3,
            packets_out: 4,
            drops: vec![DropCount { reason: "stun".into(), packets: 7 }],
        };
        let text = render(&Load {
            at_ms: 0,
            rooms: vec![],
            workers: vec![worker],
            storage: Some(StorageTrouble::Full),
        }) + &render_hashing(Counts::default());

        assert!(text.contains("classroom_storage_trouble{trouble=\"the disk is full\"} 1\n"));
        assert!(text.contains("classroom_rooms{} 0\n"));
        assert!(text.contains("classroom_worker_legs{worker=\"0\"} 2\n"));
        assert!(text.contains("classroom_worker_dropped_packets_total{worker=\"0\",reason=\"stun\"} 7\n"));
        for line in text.lines().filter(|line| !line.starts_with("# ")) {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert!(name.starts_with("classroom_") && value.parse::<f64>().is_ok(), "{line}");
        }
    }
}
