//! The ledger: which entries are posted, who may correct it, and that no byte of it can be changed unseen.

use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;
use crate::attendance::ledger::{Entry, Head, Kind, Posting, verify};
use crate::attendance::posting::{
    Computed, Correction, ReasonCode, Standing, Uncorrectable, check_correction, differences, revocation,
};
use crate::time::LocalDate;

fn posting(kind: Kind, delta_ch: i64) -> Posting {
    Posting {
        person: "乙".into(),
        content: "C1".into(),
        lesson: Some("L1".into()),
        kind,
        delta_ch,
        policy_version: "CR-1".into(),
        input_digest: "00".repeat(32),
        reason: "computed".into(),
        actor: "server".into(),
        approver: None,
        at_ms: DAY_MS,
    }
}

fn chain(postings: impl IntoIterator<Item = Posting>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for posting in postings {
        entries.push(Entry::after(entries.last(), posting));
    }
    entries
}

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed of 32 bytes")
}

fn verified(entries: &[Entry], heads: &[Head]) -> Result<u64, u64> {
    verify(entries, heads, key().public_key().as_ref()).map_err(|tampered| tampered.seq)
}

fn some_entries() -> Vec<Entry> {
    chain([
        posting(Kind::Live, 170),
        posting(Kind::Makeup, 30),
        posting(Kind::Reverse, -20),
        Posting { approver: Some("丁".into()), lesson: None, ..posting(Kind::Adjust, 10) },
    ])
}

fn head(entries: &[Entry], seq: usize) -> Head {
    Head::sign(&key(), LocalDate::parse("2020-11-17").expect("a date"), Some(&entries[seq - 1]), None)
}

#[test]
fn an_untouched_ledger_verifies_also_beyond_its_last_head() {
    let entries = some_entries();
    assert_eq!(verified(&[], &[]), Ok(0));
    assert_eq!(verified(&entries, &[]), Ok(4));
    assert_eq!(verified(&entries, &[head(&entries, 1), head(&entries, 3)]), Ok(4));
}

#[test]
fn what_is_removed_swapped_or_cut_off_is_found() {
    let entries = some_entries();
    let heads = [head(&entries, 4)];
    let without = |place: usize| [&entries[..place], &entries[place + 1..]].concat();
    for (place, seq) in [(0, 1), (1, 2), (2, 3), (3, 4)] {
        assert_eq!(verified(&without(place), &heads), Err(seq));
    }
    let mut swapped = entries.clone();
    swapped.swap(1, 2);
    assert_eq!(verified(&swapped, &heads), Err(2));
    // A chain rebuilt from the second entry on is consistent, but does not match the head.
    let other = chain(entries.iter().map(|entry| Posting { delta_ch: 1, ..entry.posting.clone() }));
    assert_eq!(verified(&other, &[]), Ok(4));
    assert_eq!(verified(&other, &heads), Err(4));
    let mut forged = head(&other, 4);
    forged.signature = heads[0].signature.clone();
    assert_eq!(verified(&other, &[forged]), Err(4));
    let mut nobody = head(&entries, 4);
    nobody.signature = "zz".into();
    assert_eq!(verified(&entries, &[nobody]), Err(4));
}

#[test]
fn every_field_is_bound_and_fields_do_not_run_together() {
    let entries = some_entries();
    let edits: [fn(&mut Entry); 13] = [
        |entry| entry.seq = 9,
        |entry| entry.posting.person.push('x'),
        |entry| entry.posting.content.push('x'),
        |entry| entry.posting.lesson = None,
        |entry| entry.posting.kind = Kind::Adjust,
        |entry| entry.posting.delta_ch += 1,
        |entry| entry.posting.policy_version.push('x'),
        |entry| entry.posting.input_digest.push('0'),
        |entry| entry.posting.reason.clear(),
        |entry| entry.posting.actor.push('x'),
        |entry| entry.posting.approver = Some("x".into()),
        |entry| entry.posting.at_ms += 1,
        |entry| entry.prev_hash.replace_range(0..1, "f"),
    ];
    for (number, edit) in edits.iter().enumerate() {
        let mut changed = entries.clone();
        edit(&mut changed[1]);
        assert_eq!(verified(&changed, &[]), Err(2), "edit {number}");
    }
    let mut moved = entries;
    moved[1].posting.person = "乙C".into();
    moved[1].posting.content = "1".into();
    assert_eq!(verified(&moved, &[]), Err(2));
}

proptest! {
    /// I-9: a change of any stored byte is found.
    #[test]
    fn changing_any_byte_of_the_stored_lines_is_found(place in any::<prop::sample::Index>(), byte in 0x20u8..0x7f) {
        let entries = some_entries();
        let heads = [head(&entries, 4)];
        let lines: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).expect("text")).collect();
        let mut bytes = lines.join("\n").into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let read: Option<Vec<Entry>> = String::from_utf8(bytes).ok().and_then(|text| {
            text.split('\n').map(|line| serde_json::from_str(line).ok()).collect()
        });
        // A byte that makes the line unreadable is found, too.
        if let Some(read) = read {
            prop_assert!(verified(&read, &heads).is_err());
        }
    }

    /// I-6 and I-8: posting twice posts nothing; the balance stays within the content's worth.
    #[test]
    fn posting_is_idempotent_and_bounded(
        steps in prop::collection::vec((0u64..=25, 0u64..=25, prop::option::of(-10i64..=10)), 1..12),
        revoke_at in prop::option::of(0usize..12),
    ) {
        let mut standing = Standing::default();
        for (number, (first, more, adjust)) in steps.into_iter().enumerate() {
            if let Some(tens) = adjust {
                let asked = Correction { delta_ch: tens * 10, ..correction() };
                if check_correction(standing, 200, &asked).is_ok() {
                    standing.add(Kind::Adjust, tens * 10);
                }
            }
            if revoke_at == Some(number) {
                standing.add(Kind::Revoke, -standing.balance_ch);
            }
            let computed = Computed { first: (Kind::Live, first * 10), whole_ch: (first + more) * 10, most_ch: 200 };
            let posted = differences(standing, computed);
            prop_assert!(posted.len() <= 2);
            for (kind, delta) in posted {
                prop_assert!((delta < 0) == (kind == Kind::Reverse));
                standing.add(kind, delta);
                prop_assert!((0..=200).contains(&standing.balance_ch));
            }
            prop_assert_eq!(differences(standing, computed), []);
            prop_assert!(!standing.revoked || standing.balance_ch == 0);
        }
    }
}

fn live(first: u64, whole: u64) -> Computed {
    Computed { first: (Kind::Live, first), whole_ch: whole, most_ch: 200 }
}

#[test]
fn ac_1_what_is_posted_is_the_difference() {
    let mut standing = Standing::default();
    let mut post = |computed| {
        let posted = differences(standing, computed);
        posted.iter().for_each(|(kind, delta)| standing.add(*kind, *delta));
        posted
    };
    assert_eq!(post(live(160, 160)), [(Kind::Live, 160)]);
    assert_eq!(post(live(160, 160)), []);
    assert_eq!(post(live(160, 180)), [(Kind::Makeup, 20)]);
    assert_eq!(post(live(160, 200)), [(Kind::Makeup, 20)]);
    assert_eq!(post(live(160, 200)), []);
    assert_eq!(post(live(140, 140)), [(Kind::Reverse, -60)]);
    assert_eq!(differences(Standing::default(), live(170, 200)), [(Kind::Live, 170), (Kind::Makeup, 30)]);
}

fn correction() -> Correction<'static> {
    Correction {
        delta_ch: 60,
        code: ReasonCode::PlatformFault,
        text: "INC-7",
        actor: "管",
        approver: Some("审"),
        person: "己",
        settled: false,
    }
}

#[test]
fn ac_5_a_correction_needs_a_reason_bounds_and_sometimes_two_people() {
    let standing = Standing { balance_ch: 140, ..Standing::default() };
    let asked = Correction { approver: None, ..correction() };
    let check = |asked: &Correction| check_correction(standing, 200, asked);
    assert_eq!(check(&asked), Ok(()));
    let cases = [
        (Correction { settled: true, ..asked }, Uncorrectable::NeedsApproval),
        (Correction { delta_ch: -101, ..asked }, Uncorrectable::NeedsApproval),
        (Correction { delta_ch: 61, ..asked }, Uncorrectable::OutOfBounds),
        (Correction { delta_ch: -141, ..asked }, Uncorrectable::OutOfBounds),
        (Correction { delta_ch: i64::MAX, ..asked }, Uncorrectable::OutOfBounds),
        (Correction { delta_ch: 0, ..asked }, Uncorrectable::Nothing),
        (Correction { code: ReasonCode::Other, text: " ", ..asked }, Uncorrectable::NoText),
        (Correction { approver: Some("管"), ..asked }, Uncorrectable::SamePerson),
        (Correction { approver: Some("己"), ..asked }, Uncorrectable::OwnResult),
        (Correction { person: "管", ..asked }, Uncorrectable::OwnResult),
    ];
    for (asked, expected) in cases {
        assert_eq!(check(&asked), Err(expected), "{asked:?}");
    }
    assert_eq!(check(&Correction { settled: true, ..correction() }), Ok(()));
    // It stays when the lesson is computed again, and never lifts a result above the worth of the content.
    let corrected = Standing { balance_ch: 200, adjusted_ch: 60, ..Standing::default() };
    assert_eq!(differences(corrected, live(140, 140)), []);
    assert_eq!(differences(corrected, live(140, 180)), []);
}

#[test]
fn ac_5_what_is_revoked_stays_at_nothing() {
    let mut standing = Standing { balance_ch: 100, ..Standing::default() };
    assert_eq!(revocation(standing, "管", "管"), Err(Uncorrectable::SamePerson));
    let delta = revocation(standing, "管", "审").expect("two people");
    assert_eq!(delta, -100);
    standing.add(Kind::Revoke, delta);
    assert_eq!(differences(standing, live(100, 100)), []);
    assert_eq!(revocation(standing, "管", "审"), Err(Uncorrectable::Revoked));
    assert_eq!(check_correction(standing, 200, &correction()), Err(Uncorrectable::Revoked));
}
