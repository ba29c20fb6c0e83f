//! Embeds the web client in `web-client/dist` again after each of its builds. A release without it would
//! serve no pages and nobody would know before the first visitor, so such a build fails.

use std::path::Path;

/// Set it for a release without pages, such as for a load test of the media path alone.
const WITHOUT_CLIENT: &str = "LIVE_CLASSROOM_WITHOUT_CLIENT";

fn main() {
    let dist = Path::new("web-client/dist");
    // Cargo would run this on every build if the folder were missing.
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=cannot make {}: {error}", dist.display());
    }
    println!("cargo::rerun-if-changed=web-client/dist");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={WITHOUT_CLIENT}");
    // Profiles that inherit from `release` have its name here, too.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_release && !dist.join("index.html").exists() && std::env::var_os(WITHOUT_CLIENT).is_none() {
        println!(
            "cargo::error=a release needs the web client, which is not built yet: run `make client` first \
             (or `make run`, which builds both). For a server without pages set {WITHOUT_CLIENT}=1."
        );
    }
}
