//! CORE: one participant's WebRTC leg without I/O.
