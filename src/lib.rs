//! # live-classroom: the map
//!
//! One server for live classes of 100. An instructor teaches, trainees see, hear and come on stage,
//! operators watch the load; every join, leave and minute becomes a fact on disk.
//!
//! ## Two lanes with opposite contracts
//! - **Media is fresh and may be lost.** A packet is forwarded at once or dropped and counted. Nothing
//!   in this lane waits, locks, allocates per copy, or looks anything up by string.
//! - **Facts are complete and may be late.** Appended, synced to disk, then acknowledged; never edited.
//!
//! ## Words
//! *lesson*: one timetabled meeting. *room*: its live side while it runs. *participant*: a person in a
//! room (instructor, trainee, operator); *device*: one tab, phone or encoder of a participant; *leg*:
//! one device's WebRTC transport. *source*: a published stream (mic, camera, screen); *layer*: one
//! simulcast quality of it; *slot*: a negotiated place to receive a source; *down track*: one
//! subscriber's copy of a source. *scene*: which sources everybody should see. *fact*: what is stored.
//! *recording*: a lesson as files; *track*: one stream of it; *segment*: one file of a track, at most
//! 2 s; *manifest*: the list of what was written; *replay*: watching it; *course*: a recording that was published;
//! *self-study*: a lesson without a meeting, whose class watches a course within its days. *evidence*: a stretch in which
//! somebody was provably there; *check*: a question to press a button in time; *poll*: one that staff ask, with options; *ch*: a hundredth of a
//! credit hour (学时).
//!
//! ## Modules in reading order (right never names left)
//! `main → server → web → live → classroom → {sfu, transport, attendance, recording}`;
//! `{web, live} → store → {course, attendance, recording}`; `web → course → attendance → sheet`;
//! `config` and `protocol` are data that anyone may read; `text` says what a text must be before others see it. `transport`, `sfu`, `classroom`,
//! `course`, `attendance`, `recording` and `sheet` (tables as files, in and out) are CORE: no clock, socket, task, SQL or HTTP; they are told `now` and return values.
//! `tests/it/rings.rs` keeps these rules.
//!
//! ## Walk of a packet
//! [`live::worker`] reads a batch of datagrams and drops what is not proven ([`transport::gate`] lists
//! why) → [`transport::leg`] decrypts in place → [`sfu::source`] keeps the payload →
//! [`live::forward`] ★ writes and encrypts one copy per subscriber under the numbers of its
//! [`sfu::slot`] → one burst per subscriber leaves.
//!
//! ## Walk of a network check
//! [`web::routes`] → [`live::check`] opens a leg in a hall of its own, on the ports of classes, and watches
//! it for ten seconds at most → [`course::network_check`] says what that means → [`store`] keeps the last one.
//!
//! ## Walk of a fact
//! [`web::signal`] (or a media event) → [`live::room`] task → [`classroom::Room`] decides, returns
//! effects → facts are appended through [`store`] and synced → only then deltas and acks go out.
//!
//! ## Walk of a right
//! [`web::routes`] → the session says who asks, [`store::accounts`] which roles they have now →
//! [`course::role`] ★ over what they may do this → the write and its event of [`store::audit`] in one
//! transaction. Into a lesson: [`course::timetable::enter`].
//!
//! ## Walk of a recording
//! [`live::tap`] copies what arrives into a bounded queue → [`live::recorder`] thread →
//! [`recording::track`] makes segments → a file is written and synced through [`store::recordings`] →
//! only then the [`recording::manifest`] lists it → [`web::replay`] shows what is listed.
//!
//! ## Walk of a minute
//! Facts of a lesson → [`attendance::audit`] makes events of them → [`attendance::presence`] finds when
//! there was teaching and who was there → [`attendance::credit`] ★ judges, with reasons →
//! [`attendance::posting`] finds what the ledger does not say yet → [`store::books`] enters it, all or
//! nothing. `live-classroom hours` walks the same path from a file.

pub mod attendance;
pub mod classroom;
pub mod config;
pub mod course;
pub mod live;
pub mod protocol;
pub mod recording;
pub mod server;
pub mod sfu;
pub mod sheet;
pub mod store;
pub mod text;
pub mod transport;
pub mod web;
