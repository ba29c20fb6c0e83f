//! Whatever happens in whatever order: each slot carries the source of the scene, each viewer gets one stream
//! without a seam on it, and nobody gets anything they may not see.

use proptest::prelude::*;

use super::*;
use crate::sfu::scene::{MAIN_SLOTS, wants_slot};

const KINDS: [SourceKind; 3] = [SourceKind::Mic, SourceKind::Camera, SourceKind::Screen];
const DEVICES_MAX: usize = 6;

/// The source of each slot of a member, and the slots that get a source.
type Carried = Vec<Option<u32>>;
type Subscribers = Vec<(u32, u16)>;

#[derive(Debug, Clone)]
enum Step {
    Enter { person: u32, kit: Kit },
    Leave { at: usize },
    Show { main: Vec<(usize, SourceKind)>, stage: Vec<usize>, pinned: Vec<usize> },
    Permit { at: usize, kinds: Vec<SourceKind> },
    Want { at: usize, want: Want },
    Tiles { at: usize, heights: Vec<u16> },
    Publish { at: usize, stream: (SourceKind, u8), packets: usize, keyframe: bool, lost: bool },
    Clock { at: usize, layer: u8 },
    Record(bool),
    Estimate { at: usize, bps: u64 },
    Nack { at: usize, slot: usize, back: usize },
    AskKeyframe { at: usize, slot: usize },
    Pass { ticks: u64 },
}

fn kit() -> impl Strategy<Value = Kit> {
    (0..=5_usize, 0..=3_usize, any::<bool>(), any::<bool>()).prop_map(
        |(video_slots, audio_slots, plays_vp8, has_rtx)| Kit { video_slots, audio_slots, plays_vp8, has_rtx },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let at = 0..DEVICES_MAX;
    let kind = proptest::sample::select(KINDS.to_vec());
    let picture = proptest::sample::select(vec![SourceKind::Camera, SourceKind::Screen]);
    let kinds = proptest::sample::subsequence(KINDS.to_vec(), 0..=3);
    let want = proptest::sample::select(vec![Want::Sound, Want::Main, Want::All]);
    let some = |max| proptest::collection::vec(0..DEVICES_MAX, 0..=max);
    prop_oneof![
        2 => (0..4_u32, kit()).prop_map(|(person, kit)| Step::Enter { person, kit }),
        1 => at.clone().prop_map(|at| Step::Leave { at }),
        1 => (proptest::collection::vec((at.clone(), picture), 0..=3), some(4), some(2))
            .prop_map(|(main, stage, pinned)| Step::Show { main, stage, pinned }),
        1 => (at.clone(), kinds).prop_map(|(at, kinds)| Step::Permit { at, kinds }),
        4 => at.clone().prop_map(|at| Step::Permit { at, kinds: KINDS.to_vec() }),
        1 => (at.clone(), want).prop_map(|(at, want)| Step::Want { at, want }),
        1 => (at.clone(), proptest::collection::vec(0..1000_u16, 0..5))
            .prop_map(|(at, heights)| Step::Tiles { at, heights }),
        20 => (at.clone(), (kind, 0..3_u8), 1..6_usize, any::<bool>(), proptest::bool::weighted(0.1)).prop_map(
            |(at, stream, packets, keyframe, lost)| Step::Publish { at, stream, packets, keyframe, lost },
        ),
        1 => (at.clone(), 0..3_u8).prop_map(|(at, layer)| Step::Clock { at, layer }),
        1 => any::<bool>().prop_map(Step::Record),
        1 => (at.clone(), 50_000..5_000_000_u64).prop_map(|(at, bps)| Step::Estimate { at, bps }),
        6 => (at.clone(), 0..4_usize, 0..4_usize).prop_map(|(at, slot, back)| Step::Nack { at, slot, back }),
        1 => (at, 0..5_usize).prop_map(|(at, slot)| Step::AskKeyframe { at, slot }),
        8 => (1..30_u64).prop_map(|ticks| Step::Pass { ticks }),
    ]
}

impl Bench {
    /// A class that has begun: two publish and are shown, one watches.
    fn begun() -> Bench {
        let mut bench = Bench::new();
        for person in 0..3 {
            bench.play(Step::Enter { person, kit: ALL });
        }
        let main = vec![(0, SourceKind::Screen), (0, SourceKind::Camera)];
        bench.play(Step::Show { main, stage: vec![1], pinned: vec![0] });
        bench
    }

    fn play(&mut self, step: Step) {
        let devices = self.devices.len();
        match step {
            Step::Enter { person, kit } if devices < DEVICES_MAX => {
                let at = self.enter(person, kit);
                self.permit(at, &KINDS);
            }
            Step::Leave { at } if at < devices => self.leave(at),
            Step::Show { main, stage, pinned } => {
                let of = |at: &usize, kind| (*at < devices).then(|| self.source(*at, kind));
                let scene = Scene {
                    main: main.iter().filter_map(|(at, kind)| of(at, *kind)).collect(),
                    stage: stage.iter().filter_map(|at| of(at, SourceKind::Camera)).collect(),
                    pinned: pinned.iter().filter_map(|at| of(at, SourceKind::Mic)).collect(),
                };
                self.hall.show(scene, self.now);
            }
            Step::Permit { at, kinds } if at < devices => self.permit(at, &kinds),
            Step::Want { at, want } if at < devices => self.hall.want(self.devices[at].index, want, self.now),
            Step::Tiles { at, heights } if at < devices => {
                self.hall.tiles(self.devices[at].index, heights, self.now);
            }
            Step::Publish { at, stream: (kind, layer), packets, keyframe, lost } if at < devices => {
                // A camera sends the layers below, too.
                let layers = 0..=if kind == SourceKind::Camera { layer } else { 0 };
                for (number, layer) in (0..packets).flat_map(|n| layers.clone().map(move |layer| (n, layer)))
                {
                    let ssrc = ssrc(self.devices[at].leg, stream_number(kind, layer));
                    let is_wanted = self.devices[at].keyframes_wanted.contains(&ssrc);
                    self.devices[at].keyframes_wanted.retain(|wanted| *wanted != ssrc);
                    let (keyframe, lost) = (is_wanted || keyframe && number == 0, lost && number == 0);
                    let taken = self.publish(at, kind, layer, keyframe, lost);
                    assert!(matches!(taken, Ok(()) | Err(Drop::NotPermitted)), "{taken:?}");
                }
            }
            Step::Clock { at, layer } if at < devices => self.report_clock(at, layer),
            Step::Record(on) => self.hall.record(on, self.now),
            Step::Estimate { at, bps } if at < devices => {
                let ssrc = ssrc(self.devices[at].leg, 100);
                self.tell(at, |packet| rtcp::write_estimate(packet, bps, vec![ssrc]));
            }
            Step::Nack { at, slot, back } if at < devices => {
                let device = &self.devices[at];
                let Some(received) = device.received.get(slot) else { return };
                let last = received.copies.iter().rev().take(back + 1);
                let numbers: Vec<u16> = last.map(|copied| copied.number as u16).rev().collect();
                let ssrc = ssrc(device.leg, 100 + slot as u32);
                self.tell(at, |packet| rtcp::write_nack(packet, ssrc, &numbers));
            }
            Step::AskKeyframe { at, slot } if at < devices => {
                let ssrc = ssrc(self.devices[at].leg, 100 + slot as u32);
                self.tell(at, |packet| rtcp::write_keyframe_request(packet, ssrc));
            }
            Step::Pass { ticks } => (0..ticks).for_each(|_| self.tick()),
            _ => {}
        }
    }

    /// The source in each slot of each member, and the subscribers of each source.
    fn carried(&self) -> (Vec<Carried>, Vec<Subscribers>) {
        let slots = |member: &Option<Member>| {
            member.iter().flat_map(|member| &member.slots).map(|down| down.slot.source()).collect()
        };
        let subscribers = |source: &Option<Source>| {
            source.as_ref().map_or_else(Vec::new, |source| source.subscribers.clone())
        };
        (self.hall.members.iter().map(slots).collect(), self.hall.sources.iter().map(subscribers).collect())
    }

    fn check_slots(&self) {
        let (carried, subscribers) = self.carried();
        let mut listed = 0;
        for device in &self.devices {
            let member = self.hall.members[device.index as usize].as_ref().expect("it is here");
            let slots = &carried[device.index as usize];
            for (slot, key) in slots.iter().enumerate() {
                let Some(key) = *key else { continue };
                let source = self.hall.sources[key as usize].as_ref().expect("a carried source is here");
                assert!(source.permitted, "{:?} may not be published", source.id);
                assert_ne!(source.id.person, device.person, "nobody sees themselves");
                assert_eq!(source.is_video(), member.slots[slot].slot.video);
                let here = (device.index, slot as u16);
                let times = subscribers[key as usize].iter().filter(|place| **place == here).count();
                assert_eq!(times, 1, "{:?} is sent to {here:?} once", source.id);
                listed += 1;
            }
            self.check_pictures(device, &slots[..device.kit.video_slots]);
            self.check_sound(device, &slots[device.kit.video_slots..]);
        }
        assert_eq!(subscribers.iter().map(Vec::len).sum::<usize>(), listed, "nobody else is listed");
    }

    /// The source with this id, if it may be shown.
    fn shown(&self, id: SourceId) -> Option<(u32, &Source)> {
        let mut sources =
            (0..).zip(&self.hall.sources).filter_map(|(key, source)| Some((key, source.as_ref()?)));
        sources.find(|(_, source)| source.id == id && source.permitted)
    }

    /// Each video slot carries the source of the scene, if the device can play it.
    fn check_pictures(&self, device: &Device, slots: &[Option<u32>]) {
        let wanted = self.hall.scene.video_slots(device.person, slots.len());
        for (slot, wanted) in slots.iter().zip(wanted) {
            let shown = wanted.and_then(|id| self.shown(id));
            let shown = shown.filter(|(_, source)| source.codec == H264 || device.kit.plays_vp8);
            assert_eq!(*slot, shown.map(|(key, _)| key));
        }
    }

    /// Every audio slot is used while there is somebody left to hear, pinned microphones before the others.
    fn check_sound(&self, device: &Device, slots: &[Option<u32>]) {
        let sources = (0..).zip(&self.hall.sources).filter_map(|(key, source)| Some((key, source.as_ref()?)));
        let mics: Vec<(u32, &Source)> = sources
            .filter(|(_, source)| source.permitted && source.id.kind == SourceKind::Mic)
            .filter(|(_, source)| source.id.person != device.person)
            .collect();
        let heard: Vec<u32> = slots.iter().flatten().copied().collect();
        assert_eq!(heard.len(), mics.len().min(slots.len()));
        let mut once = heard.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), heard.len(), "nobody is heard twice");
        let pinned = |source: &Source| self.hall.scene.pinned.contains(&source.id);
        let left_out = mics.iter().any(|(key, source)| pinned(source) && !heard.contains(key));
        let others = mics.iter().any(|(key, source)| !pinned(source) && heard.contains(key));
        assert!(!(left_out && others), "a pinned microphone is not heard and another one is");
    }

    /// Each lit slot aims at an arriving layer that its device wants.
    fn check_layers(&mut self) {
        self.hall.aim_all(self.now);
        for device in &self.devices {
            let member = self.hall.members[device.index as usize].as_ref().expect("it is here");
            for (number, down) in member.slots[..device.kit.video_slots].iter().enumerate() {
                let Some(target) = down.slot.waits_for().or_else(|| down.slot.current()) else { continue };
                assert!(wants_slot(member.want, number), "{:?} is sent slot {number}", member.want);
                let source = self.hall.sources[down.slot.source().unwrap() as usize].as_ref().unwrap();
                let ladder = source.ladder(self.now);
                let step = ladder.iter().position(|(layer, _)| *layer == target);
                let step = step.unwrap_or_else(|| panic!("layer {target} does not arrive: {ladder:?}"));
                assert!(number < MAIN_SLOTS || step <= 1, "the stage has small pictures");
            }
        }
    }

    /// Checks the packets received by every device since the marks, and moves the marks.
    fn check_copies(&self, marks: &mut HashMap<(LegId, usize), usize>) {
        for device in &self.devices {
            for (slot, received) in device.received.iter().enumerate() {
                let mark = marks.entry((device.leg, slot)).or_default();
                for at in std::mem::replace(mark, received.copies.len())..received.copies.len() {
                    self.check_copy(device, slot, &received.copies[..=at]);
                }
            }
        }
    }

    /// The last copy of a slot is of the source that the slot carries, and continues the one before.
    fn check_copy(&self, device: &Device, slot: usize, copies: &[Copied]) {
        let Some((copied, before)) = copies.split_last() else { return };
        let stream = copied.tag.stream;
        let member = self.hall.members[device.index as usize].as_ref().expect("it is here");
        let key = member.slots[slot].slot.source().expect("a dark slot is sent nothing");
        let id = self.hall.sources[key as usize].as_ref().expect("it is here").id;
        assert_eq!((id.leg, id.kind), (stream.leg, stream.kind));
        if stream.kind != SourceKind::Mic {
            assert!(wants_slot(member.want, slot), "{:?} is sent slot {slot}", member.want);
        }
        let Some(before) = before.last() else {
            assert!(copied.tag.keyframe, "a decoder starts with a keyframe");
            return;
        };
        let ahead = copied.number - before.number;
        if before.tag.stream == stream && !copied.tag.keyframe {
            // A packet lost on the way to the server is missing behind it.
            assert_eq!(ahead, u64::from(copied.tag.sequence - before.tag.sequence));
        } else {
            let is_switch = before.tag.stream != stream;
            assert!(copied.tag.keyframe, "a decoder goes over with a keyframe");
            assert!(ahead == 1 || !is_switch, "a switch has no seam: {before:?} {copied:?}");
        }
        assert!((copied.timestamp.wrapping_sub(before.timestamp) as i32) > 0, "{before:?} {copied:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn slots_layers_and_streams_are_right_whatever_happens(
        steps in proptest::collection::vec(step(), 1..150),
    ) {
        let mut bench = Bench::begun();
        let mut marks = HashMap::new();
        for step in steps {
            bench.play(step);
            bench.check_copies(&mut marks);
            bench.check_slots();
        }
    }

    #[test]
    fn layers_are_those_that_arrive_and_are_wanted(steps in proptest::collection::vec(step(), 1..100)) {
        let mut bench = Bench::begun();
        for step in steps {
            bench.play(step);
            bench.check_layers();
        }
    }

    #[test]
    fn to_reconcile_twice_does_no_harm(steps in proptest::collection::vec(step(), 1..60)) {
        let mut bench = Bench::begun();
        for step in steps {
            bench.play(step);
            // The loudest may have changed since the last time.
            bench.hall.reconcile(bench.now);
            let before = bench.carried();
            bench.hall.reconcile(bench.now);
            prop_assert_eq!(bench.carried(), before);
        }
    }
}

#[test]
fn the_steps_of_the_properties_show_pictures_and_send_them_again() {
    // The properties of copies mean something only if there are copies.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut pictures, mut sounds, mut again, mut switches) = (0, 0, 0, 0);
    for _ in 0..40 {
        let steps = proptest::collection::vec(step(), 150).new_tree(&mut runner).unwrap().current();
        let mut bench = Bench::begun();
        steps.into_iter().for_each(|step| bench.play(step));
        for device in &bench.devices {
            again += device.retransmitted;
            for received in &device.received {
                let is_sound = |copied: &&Copied| copied.tag.stream.kind == SourceKind::Mic;
                let sound = received.copies.iter().filter(is_sound).count();
                (sounds, pictures) = (sounds + sound, pictures + received.copies.len() - sound);
                let switch = |pair: &&[Copied]| pair[0].tag.stream != pair[1].tag.stream;
                switches += received.copies.windows(2).filter(switch).count();
            }
        }
    }
    assert!(
        pictures > 300 && sounds > 1000 && again > 5 && switches > 80,
        "{pictures} {sounds} {again} {switches}"
    );
}
