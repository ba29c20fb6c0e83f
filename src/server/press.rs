//! The press for certificates, as configured.

use std::collections::BTreeSet;

use anyhow::Context;

use super::fonts;
use crate::certificate::print::{Press, RARE, Seal};
use crate::config::CertificatesConfig;

/// A press that is ready.
pub struct Ready {
    pub press: Press,
    /// Names of the fonts, in the order of looking up a character.
    pub fonts: Vec<String>,
    /// Characters of rare names that no font has; empty on a machine with good fonts.
    pub lacking: BTreeSet<char>,
}

/// Reads fonts and seal from the disk, which takes up to a second and 100 MB of memory. The error is a sentence for the
/// person who runs the server.
pub fn press(config: &CertificatesConfig) -> anyhow::Result<Ready> {
    let fonts = fonts::find(config)?;
    let names = fonts.plain.iter().chain(&fonts.strong).map(|face| face.name()).collect();
    let lacking = fonts.missing(RARE);
    let seal = if config.seal.as_os_str().is_empty() {
        None
    } else {
        let file = config.seal.display();
        let bytes = std::fs::read(&config.seal).with_context(|| format!("cannot read the seal {file}"))?;
        Some(Seal::read(bytes).with_context(|| format!("cannot use the seal {file}"))?)
    };
    Ok(Ready { press: Press { fonts, seal, is_sample: false }, fonts: names, lacking })
}
