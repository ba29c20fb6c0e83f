//! Files are given out as written, or not at all.

use super::s3::S3;
use super::*;
use crate::files::recordings::testing::{ID, Sample};

fn objects(sample: &Sample, bucket: Option<Bucket>) -> Objects {
    Objects::new(sample.recordings.root(), bucket).unwrap()
}

fn file(sample: &Sample, name: &str) -> StoredFile {
    sample.manifest().files().find(|file| file.name == name).unwrap().clone()
}

fn damaged(manifest: &Manifest) -> Vec<u32> {
    let segments = manifest.tracks[0].segments.iter();
    segments.filter(|segment| segment.damaged).map(|segment| segment.number).collect()
}

#[tokio::test]
async fn what_was_written_is_read_and_nothing_else() {
    let sample = Sample::closed(5);
    let objects = objects(&sample, None);
    let read = async |name: &str| objects.read(ID, &file(&sample, name)).await.map(|bytes| bytes.len());
    assert_eq!(read("1-1.m4s").await.unwrap(), 2000);

    sample.damage("1-2.m4s");
    std::fs::write(sample.path("1-3.m4s"), [7; 1999]).unwrap();
    std::fs::remove_file(sample.path("1-4.m4s")).unwrap();
    assert!(matches!(read("1-2.m4s").await, Err(ObjectError::Damaged)));
    assert!(matches!(read("1-3.m4s").await, Err(ObjectError::Damaged)));
    assert!(matches!(read("1-4.m4s").await, Err(ObjectError::Missing)));

    let mut manifest = sample.manifest();
    objects.mark(&mut manifest);
    assert_eq!((damaged(&manifest), objects.damage()), (vec![2, 3, 4], 3));
    // Nothing was deleted, and good bytes are used again.
    std::fs::write(sample.path("1-3.m4s"), [7; 2000]).unwrap();
    assert_eq!(read("1-3.m4s").await.unwrap(), 2000);
    assert!(sample.path("1-2.m4s").exists());
}

#[tokio::test]
async fn segments_without_a_whole_init_are_not_shown() {
    let sample = Sample::closed(3);
    let objects = objects(&sample, None);
    sample.damage("1-init-1.mp4");
    assert!(objects.read(ID, &file(&sample, "1-init-1.mp4")).await.is_err());
    let mut manifest = sample.manifest();
    objects.mark(&mut manifest);
    assert_eq!(damaged(&manifest), [1, 2, 3]);
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let sample = Sample::closed(1);
    let objects = objects(&sample, None);
    std::fs::write(sample.data.path().join("secret"), "secret").unwrap();
    for (recording, name) in [
        (ID, "../../secret"),
        ("..", "secret"),
        ("", "1-1.m4s"),
        (ID, ""),
        (ID, ".m4s"),
        (ID, "1-1"),
        (ID, "1-1.m4s/"),
        (ID, "1%2e1.m4s"),
        ("ID", "1-1.m4s"),
    ] {
        let file = StoredFile { name: name.into(), bytes: 6, sha256: sha256(b"secret") };
        let read = objects.read(recording, &file).await;
        assert!(matches!(read, Err(ObjectError::Missing)), "{recording}/{name}: {read:?}");
        assert_eq!(objects.check(recording, &file, Depth::Hash).await, FileState::Missing);
    }
    let huge = StoredFile { bytes: u64::MAX, ..file(&sample, "1-1.m4s") };
    assert!(matches!(objects.read(ID, &huge).await, Err(ObjectError::Damaged)));
}

#[tokio::test]
async fn what_the_disk_does_not_have_comes_from_the_bucket() {
    let (sample, mut s3) = (Sample::closed(4), S3::start().await);
    let objects = objects(&sample, Some(s3.bucket()));
    std::fs::create_dir_all(s3.path(ID, "")).unwrap();
    for name in ["1-1.m4s", "1-2.m4s", "1-3.m4s"] {
        std::fs::copy(sample.path(name), s3.path(ID, name)).unwrap();
    }
    std::fs::remove_file(sample.path("1-1.m4s")).unwrap();
    sample.damage("1-2.m4s");
    std::fs::remove_file(sample.path("1-4.m4s")).unwrap();
    let check = async |name: &str, depth| objects.check(ID, &file(&sample, name), depth).await;
    assert_eq!(check("1-1.m4s", Depth::Size).await, FileState::Ok);
    assert_eq!(check("1-2.m4s", Depth::Hash).await, FileState::Ok);
    assert_eq!(objects.read(ID, &file(&sample, "1-1.m4s")).await.unwrap().len(), 2000);
    assert_eq!(check("1-4.m4s", Depth::Hash).await, FileState::Missing);

    // An unreachable bucket is no damage.
    s3.go_down().await;
    assert_eq!(check("1-1.m4s", Depth::Hash).await, FileState::Unreachable);
    assert_eq!(check("1-3.m4s", Depth::Hash).await, FileState::Ok);
    assert_eq!(objects.read(ID, &file(&sample, "1-1.m4s")).await.unwrap().len(), 2000, "from memory");
    let read = objects.read(ID, &file(&sample, "1-4.m4s")).await;
    assert!(matches!(read, Err(ObjectError::Unavailable(_))), "{read:?}");
    assert_eq!(objects.damage(), 0);
    s3.come_up().await;
    assert_eq!(check("1-1.m4s", Depth::Hash).await, FileState::Ok);
}
