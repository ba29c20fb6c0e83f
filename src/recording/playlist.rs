//! HLS playlists (RFC 8216) of a recording: written from the manifest, never stored.
//!
//! Playlist time is recording time: every playlist begins at 0 and lists what a track does not have
//! as `EXT-X-GAP`. All segments carry their recording time themselves, so tracks stay together
//! whatever a player does with a playlist.

use super::manifest::{Manifest, StoredFile};
use crate::protocol::Stretch;

/// How a playlist is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Only this is shown, to the nearest segments; times stay those of the recording.
    pub window: Option<Stretch>,
    /// Put behind every address, with its question mark: `?ticket=…`.
    pub suffix: &'a str,
}

/// The media playlist of one track; `None` when there is no such track.
pub fn track(manifest: &Manifest, track: u32, options: Options) -> Option<String> {
    let _ = (manifest, track, options);
    None
}

/// The media playlist of the main picture: the instructor's screen while there is one, the camera
/// otherwise. For players without our client.
pub fn main(manifest: &Manifest, options: Options) -> String {
    let _ = (manifest, options);
    String::new()
}

/// The media playlist of the instructor's sound. For players without our client.
pub fn sound(manifest: &Manifest, options: Options) -> String {
    let _ = (manifest, options);
    String::new()
}

/// The multivariant playlist over [`MAIN`] and [`SOUND`], for players without our client.
pub fn multivariant(manifest: &Manifest, options: Options) -> String {
    let _ = (manifest, options);
    String::new()
}

/// File name of what [`main`] gives.
pub const MAIN: &str = "main.m3u8";
/// File name of what [`sound`] gives.
pub const SOUND: &str = "sound.m3u8";

/// The file of this name, if it is one that playlists of this window list. What is off the record,
/// damaged or trimmed away is not served.
pub fn served<'a>(manifest: &'a Manifest, name: &str, window: Option<Stretch>) -> Option<&'a StoredFile> {
    let _ = window;
    manifest.files().find(|file| file.name == name)
}
