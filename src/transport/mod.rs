//! CORE: one participant's WebRTC leg without I/O: bytes and `now` in, values out.
//!
//! Reading order: [`sdp`] (the offer) → [`answer`] (our part of it, as text and as a [`answer::LegPlan`]) →
//! [`gate`] (admission of packets) → [`stun`], [`path`] (consent) → [`dtls`] (keys) → [`srtp`] (packets in
//! place) → [`rtp`], [`uplink`], [`receive`], [`twcc`], [`rtcp`] (contents of packets) → [`leg`] (all of it
//! for one participant).

pub mod answer;
pub mod codec;
pub mod dtls;
pub mod gate;
pub mod leg;
pub mod path;
pub mod receive;
pub mod rtcp;
pub mod rtp;
pub mod sdp;
pub mod srtp;
pub mod stun;
pub mod twcc;
pub mod uplink;
