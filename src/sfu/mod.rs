//! CORE: how one packet becomes many.
//!
//! Reading order: [`subscriber`] (who receives) → [`scene`] (what should be seen) → [`source`] (a published
//! stream and its layers) → [`sets`] (parameter sets from its offer) → [`ring`] (its last packets) → [`slot`]
//! (one subscriber's copy) → [`link`] (reports about a viewer's link) → [`allocate`] (the layer that fits it)
//! → [`speakers`] (who is heard) → [`keyframes`] (requests for a fresh start) → [`capture`] (the recording's
//! share) → [`report`] (events for the classroom) → [`hall`] (all of it for one room, and ★ the hot path).

pub mod allocate;
pub mod capture;
pub mod hall;
pub mod keyframes;
pub mod link;
pub mod report;
pub mod ring;
pub mod scene;
pub mod sets;
pub mod slot;
pub mod source;
pub mod speakers;
pub mod subscriber;
