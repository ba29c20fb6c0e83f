//! CORE: how one packet becomes many.

pub mod report;
pub mod scene;
