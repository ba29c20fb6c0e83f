//! Random numbers of this machine: for unguessable names, and for secrets.

use anyhow::anyhow;
use ring::rand::{SecureRandom, SystemRandom};

use crate::chain::hex;

/// `N` random bytes as hexadecimal text.
pub(crate) fn random_hex<const N: usize>() -> anyhow::Result<String> {
    Ok(hex(&random_bytes::<N>()?))
}

pub(crate) fn random_bytes<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}
