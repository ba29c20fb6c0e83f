//! The words that are stored. Each was written into databases, facts and recordings, and some stand under a
//! hash: a word that is renamed makes old rows unreadable and old digests wrong. Words that clients read may
//! be renamed in `protocol`.

use live_classroom::account::{document, role};
use live_classroom::attendance::{fact, ledger, posting, record};
use live_classroom::lesson;
use live_classroom::lesson::network;
use live_classroom::programme::school_limit::{CategorySeats, PerSchool};
use live_classroom::programme::unit::UnitPerson;
use live_classroom::programme::{course, enrolment, quiz, registration};
use live_classroom::recording::manifest;
use live_classroom::time::Stretch;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{from_value, json, to_value};

/// The words of each type. A variant without a word here does not compile.
macro_rules! stored {
    ($($type:path { $($variant:ident $word:literal)* })*) => {
        #[test]
        fn every_word_is_stored_as_it_always_was() {
            $({
                type Kind = $type;
                let all = [$((Kind::$variant, $word)),*];
                for (value, word) in all {
                    let _: () = match value { $(Kind::$variant => (),)* };
                    is_stored_as(&value, word, stringify!($type));
                }
            })*
        }
    };
}

fn is_stored_as<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
    word: &str,
    of: &str,
) {
    let why = "rows, facts or recordings hold the old word; rename the mirror in `protocol` instead";
    assert_eq!(to_value(value).expect("a word"), json!(word), "{of}: {why}");
    let read: T = from_value(json!(word)).unwrap_or_else(|error| panic!("{of}: {error}: {why}"));
    assert_eq!(read, *value, "{of}: {why}");
}

stored! {
    lesson::Role { Instructor "instructor" Trainee "trainee" Operator "operator" }
    lesson::ClassState { Open "open" Live "live" Paused "paused" Ended "ended" }
    lesson::SourceKind { Mic "mic" Camera "camera" Screen "screen" }
    lesson::CourseKind { Live "live" Async "async" }
    network::DeviceKind { Phone "phone" Tablet "tablet" Computer "computer" Other "other" }
    network::NetworkVerdict { Good "good" Slow "slow" NoUdp "no_udp" }
    fact::Audience { Class "class" Programme "programme" Everybody "everybody" }
    fact::CheckKind { Block "block" Roll "roll" }
    fact::Excuse { Away "away" Class "class" Server "server" Staff "staff" }
    fact::LeftReason { Asked "asked" Lost "lost" Removed "removed" Replaced "replaced" Closed "closed" }
    record::Stage { Provisional "provisional" Final "final" }
    ledger::Kind {
        Live "live" Async "async" Makeup "makeup" Adjust "adjust" Revoke "revoke" Reverse "reverse"
    }
    quiz::Kind { One "one" Several "several" Truth "truth" Blank "blank" }
    posting::ReasonCode {
        PlatformFault "PLATFORM_FAULT" NetworkIncident "NETWORK_INCIDENT" SignSheet "SIGN_SHEET"
        DataError "DATA_ERROR" Accessibility "ACCESSIBILITY" Other "OTHER"
    }
    posting::AppealState { Open "open" Waits "waits" Granted "granted" Dismissed "dismissed" }
    role::Role {
        Trainee "trainee" Instructor "instructor" ClassAdmin "class_admin" UnitAdmin "unit_admin"
        TrainingAdmin "training_admin" Operator "operator" Auditor "auditor" SystemAdmin "system_admin"
        SecurityAdmin "security_admin" AuditAdmin "audit_admin"
    }
    role::AccountState { Active "active" Frozen "frozen" }
    document::DocumentKind { Resident "resident" Permit "permit" Passport "passport" }
    enrolment::State {
        Draft "draft" Submitted "submitted" Waitlisted "waitlisted" Rejected "rejected" Approved "approved"
        Placed "placed" Active "active" Completed "completed" Failed "failed" Withdrawn "withdrawn"
    }
    registration::Sex { Male "male" Female "female" Unsaid "unsaid" }
    registration::SchoolKind {
        Secondary "secondary" Higher "higher" University "university" Administration "administration"
    }
    course::Nature { Theory "theory" Practice "practice" }
    manifest::GapReason {
        Loss "loss" Overload "overload" Disk "disk" Restart "restart" Damaged "damaged" Codec "codec"
    }
}

#[test]
fn what_is_stored_as_json_keeps_the_names_of_its_fields() {
    let category = CategorySeats { category: "校长".into(), seats: 1 };
    let per_school = PerSchool { seats: 3, categories: vec![category] };
    let grant = role::RoleGrant { role: role::Role::UnitAdmin, unit: Some("33".into()), class: None };
    let person = UnitPerson {
        name: "王丽".into(),
        position: "主任".into(),
        telephone: "010-1".into(),
        mobile: "13800000001".into(),
        email: "w@x.cn".into(),
    };
    let ask =
        fact::NewPoll { question: "?".into(), options: vec!["a".into()], multiple: true, right: vec![0] };
    for (found, stored) in [
        (to_value(Stretch { from_ms: 1, to_ms: 2 }), json!({ "from_ms": 1, "to_ms": 2 })),
        (to_value(per_school), json!({ "seats": 3, "categories": [{ "category": "校长", "seats": 1 }] })),
        (to_value(grant), json!({ "role": "unit_admin", "unit": "33", "class": null })),
        (
            to_value(person),
            json!({
                "name": "王丽", "position": "主任", "telephone": "010-1", "mobile": "13800000001", "email": "w@x.cn",
            }),
        ),
        (to_value(ask), json!({ "question": "?", "options": ["a"], "multiple": true, "right": [0] })),
    ] {
        assert_eq!(
            found.expect("JSON"),
            stored,
            "rows hold the old names; rename the mirror in `protocol` instead"
        );
    }
}
