//! Makes one download, in a folder beside the recording's files that is removed afterwards: the picture
//! (copied, or encoded piece by piece), the voices (decoded by `ffmpeg`, added up here), then both into one
//! file, which gets its name when it is whole and on disk.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ChildStdout;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::ffmpeg::{Ffmpeg, RunError, progress};
use super::plan::{Clip, FRAMES_PER_S, Picture, Piece, Plan};
use super::{Failure, Job, Shared};
use crate::files::recordings::{Recordings, free_bytes};

/// Name of the folder.
const FOLDER: &str = "making";
/// Downloads kept for one recording: all of it, and the course as last trimmed.
const KEPT: usize = 2;
/// Format of sound while it is mixed: signed 16 bit, two channels.
const SAMPLES_PER_S: u64 = 48_000;
const SAMPLE_BYTES: u64 = 4;
/// Length of sound mixed at once, bytes.
const MIX_BYTES: usize = 1 << 16;
/// Most disk space of encoding: bytes per second of the result.
const PICTURE_BYTES_PER_S: u64 = 500_000;
/// Parts of a download in its progress, in permille: an encoded picture, then the voices, then the result.
const PICTURE: u32 = 850;
const VOICES: u32 = 100;

/// Media sent by people is read from files only, whatever it contains.
const INPUT: &str = "-protocol_whitelist file";

const RESULT: &str = "result.mp4";
const PICTURE_COPIED: &str = "picture.mp4";
const PICTURE_ENCODED: &str = "picture.h264";
const MIX: &str = "mix.pcm";
const CLIP: &str = "clip.mp4";
const PIECE: &str = "piece.h264";

/// Removes the unfinished work of a server that died.
pub(super) fn clear(recordings: &Recordings) {
    for id in recordings.ids().unwrap_or_default() {
        remove(&recordings.folder(&id).join(FOLDER));
    }
}

/// Makes a download and puts it beside the recording.
pub(super) fn make(
    shared: &Shared,
    job: &Job,
    permille: &AtomicU32,
    runtime: &Handle,
) -> Result<(), Failure> {
    let folder = shared.recordings.folder(&job.recording);
    let making = folder.join(FOLDER);
    remove(&making);
    let made = room(shared, job, &folder).and_then(|file_bytes_max| {
        DirBuilder::new().mode(0o700).create(&making)?;
        let ffmpeg = Ffmpeg {
            program: &shared.settings.ffmpeg,
            nice: shared.settings.nice,
            folder: making.clone(),
            file_bytes_max,
            deadline: Instant::now() + shared.settings.longest,
            stop: shared.stop.subscribe(),
            runtime: runtime.clone(),
        };
        let work = Work { shared, job, ffmpeg, permille };
        work.make()?;
        fs::rename(making.join(RESULT), folder.join(&job.name))?;
        File::open(&folder)?.sync_all()?;
        Ok(())
    });
    remove(&making);
    match made {
        Ok(()) => {
            prune(&folder, &job.name);
            tracing::info!(recording = job.recording, "a download is ready");
            Ok(())
        }
        Err(RunError::Stopped) => Err(Failure::Failed),
        Err(error) => {
            tracing::error!(recording = job.recording, "cannot make a download: {error}");
            Err(error.into())
        }
    }
}

/// Longest result in bytes; fails if the disk has no room for the job.
fn room(shared: &Shared, job: &Job, folder: &Path) -> Result<u64, RunError> {
    let free = free_bytes(folder)?.saturating_sub(shared.recordings.reserve());
    let files: u64 = job.plan.files().map(|file| file.bytes).sum();
    let seconds = job.plan.length().as_secs() + 1;
    let picture = match &job.plan.picture {
        Picture::Copied(_) => 0,
        Picture::Encoded { .. } => PICTURE_BYTES_PER_S,
    };
    let needed = 2 * files + seconds * (SAMPLES_PER_S * SAMPLE_BYTES + 2 * picture);
    if free < needed {
        let said = format!("it needs {} MB of disk, {} MB are free", needed >> 20, free >> 20);
        return Err(RunError::Io(io::Error::new(ErrorKind::StorageFull, said)));
    }
    Ok(free)
}

/// Removes the folder. A failure is only untidy: the next start tries again.
fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!("cannot remove {}: {error}", folder.display());
    }
}

/// Removes earlier downloads except the newest.
fn prune(folder: &Path, name: &str) {
    let is_old = |path: &Path| {
        let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
        file.starts_with("download-") && file.ends_with(".mp4") && file != name
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let old = entries.filter(|entry| is_old(&entry.path()));
    let made_at = |entry: &fs::DirEntry| entry.metadata().and_then(|meta| meta.modified()).ok();
    let mut old: Vec<_> = old.map(|entry| (made_at(&entry), entry.path())).collect();
    old.sort();
    old.truncate((old.len() + 1).saturating_sub(KEPT));
    for (_, path) in old {
        let _ = fs::remove_file(path); // The next one tries again.
    }
}

/// One job in its folder.
struct Work<'a> {
    shared: &'a Shared,
    job: &'a Job,
    ffmpeg: Ffmpeg<'a>,
    permille: &'a AtomicU32,
}

impl Work<'_> {
    fn make(&self) -> Result<(), RunError> {
        let plan = &self.job.plan;
        let (picture, done) = match &plan.picture {
            Picture::Copied(clip) => (self.copy(clip)?, 0),
            Picture::Encoded { size, pieces } => (self.encode(*size, pieces)?, PICTURE),
        };
        self.mix(plan, done)?;
        self.join(&picture, done + VOICES)?;
        File::open(self.path(RESULT))?.sync_all()?;
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.ffmpeg.folder.join(name)
    }

    /// Reports progress: `done_us` of `all_us` of a part that reaches from `from` to `to` permille.
    fn tell(&self, from: u32, to: u32, done_us: u64, all_us: u64) {
        let share = u64::from(to - from) * done_us.min(all_us) / all_us.max(1);
        // Pieces are longer than planned if a frame more was found: the reported progress never falls.
        self.permille.fetch_max(from + share as u32, Ordering::Relaxed);
    }

    /// Writes the files of a clip, one after the other: together they are a fragmented MP4.
    fn write(&self, clip: &Clip, name: &str) -> Result<(), RunError> {
        let mut out = File::create(self.path(name))?;
        for file in clip.files() {
            self.ffmpeg.in_time()?;
            let read = self.shared.objects.read_once(&self.job.recording, file);
            let bytes = self.ffmpeg.runtime.block_on(read).map_err(io::Error::other)?;
            out.write_all(&bytes)?;
        }
        Ok(())
    }

    /// Writes a copied picture; returns the options for reading it, which begins at its first segment.
    fn copy(&self, clip: &Clip) -> Result<String, RunError> {
        self.write(clip, PICTURE_COPIED)?;
        let late_us = clip.from_us - self.job.plan.from_us;
        Ok(format!("-itsoffset {} {INPUT} -f mov -i {PICTURE_COPIED}", seconds(late_us)))
    }

    /// Encodes piece after piece; returns the options for reading the result. Undecodable parts are black.
    fn encode(&self, size: (u32, u32), pieces: &[Piece]) -> Result<String, RunError> {
        let mut picture = File::create(self.path(PICTURE_ENCODED))?;
        let all_us = self.job.plan.length().as_micros() as u64;
        let mut done_us = 0;
        for piece in pieces {
            let tell = |us| self.tell(0, PICTURE, done_us + us, all_us);
            let shown = self.encode_shown(size, piece, &mut picture, tell)?;
            if shown < piece.frames {
                self.encode_black(size, piece.frames - shown, &mut picture, tell)?;
            }
            done_us += piece.frames * 1_000_000 / FRAMES_PER_S;
        }
        Ok(format!("-f h264 -framerate {FRAMES_PER_S} -i {PICTURE_ENCODED}"))
    }

    /// Encodes a shown piece; returns the number of frames that could be encoded.
    fn encode_shown(
        &self,
        (width, height): (u32, u32),
        piece: &Piece,
        picture: &mut File,
        tell: impl Fn(u64),
    ) -> Result<u64, RunError> {
        let Some(shown) = &piece.shown else { return Ok(0) };
        self.write(&shown.clip, CLIP)?;
        let filter = format!(
            "trim=start={},setpts=PTS-{}/TB,fps={FRAMES_PER_S}:start_time=0,\
             scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2,\
             pad={width}:{height}:-1:-1,setsar=1,format=yuv420p,tpad=stop=-1:stop_mode=clone",
            seconds(shown.skip_us),
            seconds(shown.skip_us),
        );
        let mut arguments = words(&format!("{INPUT} -f mov -i {CLIP} -map 0:v:0 -vf"));
        arguments.push(filter);
        arguments.extend(encoding(piece.frames));
        match self.ffmpeg.run(&arguments, |output| progress(output, tell)) {
            Ok(frames) => {
                self.append(picture)?;
                Ok(frames)
            }
            Err(RunError::Refused(why)) => {
                let recording = &self.job.recording;
                tracing::warn!(recording, "a piece of a download stays black: {why}");
                Ok(0)
            }
            Err(other) => Err(other),
        }
    }

    fn encode_black(
        &self,
        (width, height): (u32, u32),
        frames: u64,
        picture: &mut File,
        tell: impl Fn(u64),
    ) -> Result<(), RunError> {
        let source = format!("color=c=black:s={width}x{height}:r={FRAMES_PER_S},format=yuv420p");
        let mut arguments = words("-f lavfi -i");
        arguments.push(source);
        arguments.extend(encoding(frames));
        self.ffmpeg.run(&arguments, |output| progress(output, tell))?;
        self.append(picture)
    }

    fn append(&self, picture: &mut File) -> Result<(), RunError> {
        io::copy(&mut File::open(self.path(PIECE))?, picture)?;
        Ok(())
    }

    /// Decodes every voice and adds it to the others in its place; silence is not even written.
    fn mix(&self, plan: &Plan, done: u32) -> Result<(), RunError> {
        let mut options = OpenOptions::new();
        let mut mix = options.read(true).write(true).create_new(true).open(self.path(MIX))?;
        mix.set_len(bytes_of_sound(plan.to_us - plan.from_us))?;
        let all = plan.voices.len() as u64;
        for (at, voice) in plan.voices.iter().enumerate() {
            self.tell(done, done + VOICES, at as u64, all);
            self.write(voice, CLIP)?;
            let decode = words(&format!(
                "{INPUT} -f mov -i {CLIP} -map 0:a:0 -af aresample=async=1 -f s16le -ar {SAMPLES_PER_S} -ac 2 pipe:1"
            ));
            let skip = bytes_of_sound(plan.from_us.saturating_sub(voice.from_us));
            let at = bytes_of_sound(voice.from_us.saturating_sub(plan.from_us));
            match self.ffmpeg.run(&decode, |output| add(output, skip, &mut mix, at)) {
                Ok(()) => {}
                Err(RunError::Refused(why)) => {
                    let recording = &self.job.recording;
                    tracing::warn!(recording, "a piece of a voice is missing in a download: {why}");
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Joins picture and sound into the result.
    fn join(&self, picture: &str, done: u32) -> Result<(), RunError> {
        let length_us = self.job.plan.length().as_micros() as u64;
        let numbered = match &self.job.plan.picture {
            Picture::Copied(_) => String::new(),
            // Frames put behind each other have no times of their own.
            Picture::Encoded { .. } => format!("-bsf:v setts=ts=N/TB/{FRAMES_PER_S}"),
        };
        let arguments = words(&format!(
            "-progress pipe:1 {picture} -f s16le -ar {SAMPLES_PER_S} -ac 2 -i {MIX} \
             -map 0:v:0 -map 1:a:0 -c:v copy {numbered} -c:a aac -b:a 128k \
             -t {} -movflags +faststart -f mp4 {RESULT}",
            seconds(length_us)
        ));
        let tell = |us| self.tell(done, 1000, us, length_us);
        self.ffmpeg.run(&arguments, |output| progress(output, tell))?;
        Ok(())
    }
}

/// Options for encoding a piece: without B-frames, so that pieces can be put behind each other as they are.
fn encoding(frames: u64) -> Vec<String> {
    words(&format!(
        "-progress pipe:1 -frames:v {frames} -c:v libx264 -preset veryfast -crf 23 -bf 0 -g 100 -f h264 {PIECE}"
    ))
}

fn words(arguments: &str) -> Vec<String> {
    arguments.split_whitespace().map(str::to_owned).collect()
}

fn seconds(us: u64) -> String {
    format!("{}.{:06}", us / 1_000_000, us % 1_000_000)
}

fn bytes_of_sound(us: u64) -> u64 {
    us * SAMPLES_PER_S / 1_000_000 * SAMPLE_BYTES
}

/// Adds sound to a mix from `at` on, without its first `skip` bytes and without the part beyond the end.
fn add(mut sound: ChildStdout, skip: u64, mix: &mut File, at: u64) -> io::Result<()> {
    io::copy(&mut (&mut sound).take(skip), &mut io::sink())?;
    let mut left = mix.metadata()?.len().saturating_sub(at);
    mix.seek(SeekFrom::Start(at))?;
    let (mut new, mut old) = (vec![0; MIX_BYTES], vec![0; MIX_BYTES]);
    while left > 0 {
        let read = read_full(&mut sound, &mut new[..left.min(MIX_BYTES as u64) as usize])?;
        let whole = read - read % SAMPLE_BYTES as usize;
        if whole == 0 {
            break;
        }
        mix.read_exact(&mut old[..whole])?;
        sum(&mut old[..whole], &new[..whole]);
        mix.seek_relative(-(whole as i64))?;
        mix.write_all(&old[..whole])?;
        left -= whole as u64;
    }
    io::copy(&mut sound, &mut io::sink())?; // It ends better when it is listened to.
    Ok(())
}

/// Reads as many bytes as there are, up to the buffer's length.
fn read_full(sound: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match sound.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Adds two sounds, sample by sample.
fn sum(mix: &mut [u8], sound: &[u8]) {
    for (mix, sound) in mix.chunks_exact_mut(2).zip(sound.chunks_exact(2)) {
        let both =
            i16::from_le_bytes([mix[0], mix[1]]).saturating_add(i16::from_le_bytes([sound[0], sound[1]]));
        mix.copy_from_slice(&both.to_le_bytes());
    }
}
