//! CORE: how one packet becomes many.
//!
//! Reading order: [`scene`] (what should be seen) → [`source`] (a published stream and its layers)
//! → [`sets`] (what its offer told a decoder) → [`ring`] (its last packets) → [`slot`] (one
//! subscriber's copy) → [`link`] (what a viewer's link says) → [`allocate`] (which layer fits it) →
//! [`speakers`] (who is heard) → [`keyframes`] (when a fresh start is asked for) →
//! [`report`] (what the classroom is told).

pub mod allocate;
pub mod keyframes;
pub mod link;
pub mod report;
pub mod ring;
pub mod scene;
pub mod sets;
pub mod slot;
pub mod source;
pub mod speakers;
