//! SHELL: threads, sockets and clocks around the CORE.

pub mod media;
pub mod room;
