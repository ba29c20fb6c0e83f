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
//! 2 s; *manifest*: the list of what was written; *replay*: watching it; *course*: a recording that was published; *catalogue*:
//! the courses that everybody may find; *quiz*: the self-test of a phase;
//! *node*: one of the servers of a PostgreSQL database; *lease*: the right to serve it, with an *epoch* that counts its holders;
//! *self-study*: a lesson without a meeting, whose class watches a course within its days. *evidence*: a stretch in which
//! somebody was provably there; *check*: a question to press a button in time; *poll*: one that staff ask, with options; *ch*: a hundredth of a
//! credit hour (学时).
//!
//! ## Modules in reading order (right never names left)
//! `main → server → web → live → classroom → {sfu, transport, attendance, recording}`;
//! `sfu → {transport, recording}`; `{web, live} → office → store → {programme, account, attendance, recording, essay, sheet}`;
//! `{web, live, cli, server, office} → files → recording` (books of credit hours read manifests there);
//! `web → programme → {account, sheet}`; `{attendance, essay} → sheet`; `{cli, server, web, live, office, store} → certificate`;
//! everything → `{time, chain, config, lesson, text, wire}`.
//! `{web, live, office, store, cli} → protocol → {classroom, sfu, programme, account, attendance, recording}`.
//!
//! GROUND, which anyone may name: `time` one calendar, one kind of instant, one clock · `chain` the link from an entry
//! of a book to the one before · `config` settings as data · `lesson` stored words about a lesson · `text` reading,
//! cleaning and checking the texts of people, with the kinds of mistakes · `wire` a value in the words of messages.
//!
//! EDGE: `protocol`, beside `web`: the messages and bodies that clients read and write, the source of their types. A
//! type that is stored, hashed or judged is CORE's or the ground's, with words of its own; `protocol` has a mirror
//! of it, so that another word for the client changes no rule, no digest and no stored byte. CORE never names it. One
//! thing is told as it is: a room. [`classroom`] is the state machine of the signalling protocol, whose inputs and answers are
//! its messages ([`classroom::message`], with the words of [`sfu::subscriber`]); a second set of them would be 900 lines of copies
//! that decide nothing. `protocol` lends them to the client, and no fact holds one.
//!
//! OFFICE: `office` holds the use cases of everybody who plans, registers, decides and judges: what is read, which rule
//! of CORE decides, what is written, in this order. It names neither SQL nor HTTP.
//!
//! CORE: `transport`, `sfu`, `classroom`, `programme` (around a class: phases, units, seats, registration, classes, timetable, and how a phase ends),
//! `account` (who somebody is and what they may do), `attendance`, `recording`, `certificate` (words, PDF and signatures),
//! `essay` (what trainees write: counted, taken out of files, compared, reviewed) and `sheet` (tables as files, in and out).
//! It has no clock, socket, task, SQL or HTTP: it is told `now` and returns values.
//!
//! `tests/it/rings.rs` keeps these rules.
//!
//! ## Walk of a packet
//! [`live::worker`] reads a batch of datagrams and drops what is not proven ([`transport::gate`] lists
//! why) → [`sfu::hall`]: [`transport::leg`] decrypts in place, [`sfu::source`] keeps the payload →
//! [`sfu::hall::Hall::fan_out`] ★ writes and encrypts one copy per subscriber under the numbers of its
//! [`sfu::slot`] into the room that [`live::udp`] gives → one burst per subscriber leaves.
//!
//! ## Walk of a network check
//! [`web::routes`] → [`live::check`] opens a leg in a hall of its own, on the ports of classes, and watches
//! it for ten seconds at most → [`classroom::network_check`] says what that means → [`store`] keeps the last one.
//!
//! ## Walk of a fact
//! [`web::signal`] (or a media event) → [`live::room`] task → [`classroom::Room`] decides, returns
//! effects → facts are appended through [`store`] and synced → only then deltas and acks go out.
//!
//! ## Walk of a right
//! [`web::routes`] → [`store::secrets`] says who asks, and which roles they have now →
//! [`account::role`] ★ over what they may do this → a use case of [`office`] → the write and its event of
//! [`store::audit`] in one transaction. Into a lesson: [`programme::timetable::enter`].
//!
//! ## Walk of a recording
//! [`sfu::capture`] takes the best layer of what arrives → [`live::tap`] copies it into a bounded queue →
//! [`live::recorder`] thread →
//! [`recording::track`] makes segments → a file is written and synced through [`files::recordings`] →
//! only then the [`recording::manifest`] lists it → [`web::replay`] shows what is listed.
//!
//! ## Walk of a minute
//! Facts of a lesson → [`attendance::audit`] makes events of them → [`attendance::presence`] finds when
//! there was teaching and who was there → [`attendance::credit`] ★ judges, with reasons →
//! [`attendance::posting`] finds what the ledger does not say yet → [`office::books`] enters it, all or
//! nothing. `live-classroom hours` walks the same path from a file.

pub mod account;
pub mod attendance;
pub mod certificate;
pub mod chain;
pub mod classroom;
pub mod config;
pub mod essay;
pub mod files;
pub mod lesson;
pub mod live;
pub mod office;
pub mod programme;
pub mod protocol;
pub mod recording;
pub mod server;
pub mod sfu;
pub mod sheet;
pub mod store;
pub mod text;
pub mod time;
pub mod transport;
pub mod web;
pub mod wire;
