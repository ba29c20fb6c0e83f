//! Has the web client in `web-client/dist` embedded anew whenever it was built anew.

fn main() {
    let dist = std::path::Path::new("web-client/dist");
    // Cargo would run this on every build if the folder were missing. Without it the server still
    // works and its pages say what to run, so a failure to make it is no reason to stop.
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=cannot make {}: {error}", dist.display());
    }
    println!("cargo::rerun-if-changed=web-client/dist");
    println!("cargo::rerun-if-changed=build.rs");
}
