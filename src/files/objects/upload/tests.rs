//! Uploading to a service with the S3 API.

use std::time::SystemTime;

use super::super::s3::S3;
use super::*;
use crate::files::recordings::testing::{ID, Sample};
use crate::lesson::{Role, SourceKind};

/// Runs one round.
async fn round(sample: &Sample, s3: &S3, keep_local: bool) -> Result<(), UploadError> {
    uploader(sample, s3, keep_local).round().await
}

fn uploader(sample: &Sample, s3: &S3, keep_local: bool) -> Uploader {
    let objects = Objects::new(sample.recordings.root(), Some(s3.bucket())).unwrap();
    let every = Duration::from_millis(20);
    Uploader::new(sample.recordings.clone(), objects, keep_local, every).expect("there is a bucket")
}

fn stored_at(s3: &S3, name: &str) -> SystemTime {
    fs::metadata(s3.path(ID, name)).unwrap().modified().unwrap()
}

/// Checks that a newly started server can read every listed file.
async fn assert_whole(sample: &Sample, s3: &S3) {
    let objects = Objects::new(sample.recordings.root(), Some(s3.bucket())).unwrap();
    for file in sample.manifest().files() {
        objects.read(ID, file).await.unwrap();
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = tokio::time::Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(tokio::time::Instant::now() < end, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_recording_follows_into_the_bucket_and_leaves_the_disk_when_it_is_closed() {
    let (mut sample, s3) = (Sample::begin(), S3::start().await);
    sample.track(1, Role::Instructor, SourceKind::Mic);
    sample.add(1, 1, 1000, b"one");
    round(&sample, &s3, false).await.unwrap();
    assert_eq!(fs::read(s3.path(ID, "1-1.m4s")).unwrap(), b"one");
    assert!(sample.path("1-1.m4s").exists(), "it is still being recorded");
    assert!(!s3.path(ID, MANIFEST).exists());

    sample.add(1, 1, 1000, b"two");
    sample.close();
    round(&sample, &s3, false).await.unwrap();
    assert_eq!(sample.names(), [MANIFEST, NOTE]);
    assert_eq!(fs::read(s3.path(ID, MANIFEST)).unwrap(), fs::read(sample.path(MANIFEST)).unwrap());
    assert_whole(&sample, &s3).await;

    // The class goes on after a restart of the server.
    sample.line(Entry::Opened { at_ms: 5000 });
    sample.add(1, 1, 1000, b"three");
    sample.close();
    let before = stored_at(&s3, "1-1.m4s");
    round(&sample, &s3, false).await.unwrap();
    assert_eq!(sample.names(), [MANIFEST, NOTE]);
    assert_eq!(stored_at(&s3, "1-1.m4s"), before, "what is settled is not stored again");
    assert_eq!(fs::read(s3.path(ID, MANIFEST)).unwrap(), fs::read(sample.path(MANIFEST)).unwrap());
    assert_whole(&sample, &s3).await;
}

#[tokio::test]
async fn with_keep_local_everything_stays() {
    let (sample, s3) = (Sample::closed(3), S3::start().await);
    round(&sample, &s3, true).await.unwrap();
    assert_eq!(sample.names().len(), 3 + 1 + 2, "segments, init, manifest and note");
    assert!(s3.path(ID, MANIFEST).exists());
}

#[tokio::test]
async fn a_bucket_that_is_down_for_a_while_gets_everything_in_the_end() {
    let (mut sample, mut s3) = (Sample::begin(), S3::start().await);
    sample.track(1, Role::Instructor, SourceKind::Mic);
    sample.add(1, 1, 1000, b"one");
    let running = tokio::spawn(uploader(&sample, &s3, false).run());
    until("the first is stored", || s3.path(ID, "1-1.m4s").exists()).await;
    s3.go_down().await;
    (2..20).for_each(|number| sample.add(1, 1, 1000, format!("number {number}").as_bytes()));
    sample.close();
    assert!(round(&sample, &s3, false).await.is_err(), "the bucket is down");
    assert_eq!(sample.names().iter().filter(|name| name.ends_with(".m4s")).count(), 19);
    s3.come_up().await;
    until("it is settled", || sample.names() == [MANIFEST, NOTE]).await;
    running.abort();
    assert_whole(&sample, &s3).await;
}

#[tokio::test]
async fn a_restart_in_the_middle_goes_on_where_it_was() {
    let (mut sample, mut s3) = (Sample::begin(), S3::start().await);
    sample.track(1, Role::Instructor, SourceKind::Mic);
    (1..=40).for_each(|number| sample.add(1, 1, 1000, format!("number {number}").as_bytes()));
    sample.close();
    let running = tokio::spawn(uploader(&sample, &s3, false).run());
    until("something is stored", || !Note::read(&sample.recordings.folder(ID)).last.is_empty()).await;
    s3.go_down().await;
    running.abort();
    let _ = running.await;
    s3.come_up().await;
    let note = Note::read(&sample.recordings.folder(ID));
    let before = stored_at(&s3, &note.last);
    round(&sample, &s3, false).await.unwrap();
    assert_eq!(stored_at(&s3, &note.last), before, "what the note says is not stored again");
    assert_eq!(sample.names(), [MANIFEST, NOTE]);
    assert_whole(&sample, &s3).await;
    // A server that died before everything was deleted goes on with that.
    fs::copy(s3.path(ID, "1-7.m4s"), sample.path("1-7.m4s")).unwrap();
    round(&sample, &s3, false).await.unwrap();
    assert_eq!(sample.names(), [MANIFEST, NOTE]);
}

#[tokio::test]
async fn what_is_damaged_is_neither_stored_nor_deleted() {
    let (sample, s3) = (Sample::closed(4), S3::start().await);
    sample.damage("1-2.m4s");
    let mut uploader = uploader(&sample, &s3, false);
    uploader.round().await.unwrap();
    assert!(!s3.path(ID, "1-2.m4s").exists());
    assert_eq!(sample.names(), ["1-2.m4s", MANIFEST, NOTE]);
    assert_eq!(uploader.copier.objects.damage(), 1);
}

#[tokio::test]
async fn what_the_bucket_spoils_is_stored_again_before_the_disk_gives_it_up() {
    let (mut sample, s3) = (Sample::begin(), S3::start().await);
    sample.track(1, Role::Instructor, SourceKind::Mic);
    (0..3).for_each(|_| sample.add(1, 1, 1000, b"as it was"));
    round(&sample, &s3, false).await.unwrap();
    fs::write(s3.path(ID, "1-1.m4s"), b"as it not").unwrap();
    fs::remove_file(s3.path(ID, "1-2.m4s")).unwrap();
    sample.close();
    round(&sample, &s3, false).await.unwrap();
    assert_eq!(sample.names(), [MANIFEST, NOTE]);
    assert_whole(&sample, &s3).await;
}
