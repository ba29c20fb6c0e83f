//! The findings of the inspector, and how long it remembers them.

use super::super::testing::{ID, Sample};
use super::*;

fn objects(sample: &Sample) -> Objects {
    Objects::new(sample.recordings.root(), None).unwrap()
}

async fn round(sample: &Sample, objects: &Objects) -> Vec<u32> {
    let mut inspector = Inspector::new(sample.recordings.clone(), objects.clone(), Duration::from_secs(1));
    inspector.round().await.unwrap();
    damaged(sample, objects)
}

fn damaged(sample: &Sample, objects: &Objects) -> Vec<u32> {
    let mut manifest = sample.manifest();
    objects.mark(&mut manifest);
    let segments = manifest.tracks.iter().flat_map(|track| &track.segments);
    segments.filter(|segment| segment.damaged).map(|segment| segment.number).collect()
}

#[tokio::test]
async fn every_byte_of_a_closed_recording_is_looked_at_once_and_the_finding_stays() {
    let sample = Sample::closed(5);
    sample.damage("1-3.m4s");
    assert_eq!(round(&sample, &objects(&sample)).await, [3]);
    assert!(sample.path("1-3.m4s").exists());

    // After a restart the note is enough; sizes are still checked, bytes are not.
    sample.damage("1-4.m4s");
    std::fs::remove_file(sample.path("1-5.m4s")).unwrap();
    assert_eq!(round(&sample, &objects(&sample)).await, [3, 5]);
}

#[tokio::test]
async fn an_open_recording_waits_for_its_end() {
    let mut sample = Sample::begin();
    sample.track(1, crate::lesson::Role::Instructor, crate::lesson::SourceKind::Mic);
    (0..3).for_each(|_| sample.add(1, 1, 1000, b"a segment"));
    sample.damage("1-2.m4s");
    let objects = objects(&sample);
    let mut inspector = Inspector::new(sample.recordings.clone(), objects.clone(), Duration::from_secs(1));
    inspector.round().await.unwrap();
    assert!(damaged(&sample, &objects).is_empty() && !sample.path(NOTE).exists());
    sample.close();
    inspector.round().await.unwrap();
    assert_eq!(damaged(&sample, &objects), [2]);

    // Another close is another seal: everything is checked again.
    sample.damage("1-3.m4s");
    sample.line(crate::recording::manifest::Entry::Opened { at_ms: 9000 });
    sample.close();
    inspector.round().await.unwrap();
    assert_eq!(damaged(&sample, &objects), [2, 3]);
    assert!(sample.path(&format!("../{ID}/{NOTE}")).exists());
}
