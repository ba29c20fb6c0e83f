//! CORE: one participant's WebRTC leg without I/O: bytes and `now` in, values out.
//!
//! Reading order: [`sdp`] (what the peer offers) → [`answer`] (what we take, as text and as a
//! [`answer::LegPlan`]) → [`gate`] (what may come further) → [`stun`], [`path`] (consent) → [`dtls`] (keys) →
//! [`srtp`] (packets in place) → [`rtp`], [`uplink`], [`receive`], [`twcc`], [`rtcp`] (what the packets say) →
//! [`leg`] (all of it for one participant).

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
