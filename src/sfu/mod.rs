//! CORE: how one packet becomes many.

pub mod scene;
