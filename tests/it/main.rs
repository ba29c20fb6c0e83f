//! Integration tests: a whole server on free ports of loopback, and headless participants on a
//! WebRTC stack that shares no code with it. Nothing sleeps to hide a race: everything waits for a
//! condition, with a deadline.

mod accounts;
mod alone;
mod asking;
mod books;
mod checks;
mod cli;
mod doors;
mod edges;
mod facts;
mod forwarding;
mod front_door;
mod harness;
mod held;
mod hostile;
mod hours;
mod http;
mod http_media;
mod minutes;
mod network;
mod network_check;
mod office;
mod pages;
mod people;
mod players;
mod polls;
mod proxies;
mod recording;
mod relay;
mod replay;
mod rings;
mod roles;
mod seats;
mod socket;
mod stage;
mod stopped;
mod storage;
