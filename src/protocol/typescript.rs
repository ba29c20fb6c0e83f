//! The types of the web client: a test compares `web-client/src/protocol.ts` with them, and writes it when
//! run with `UPDATE=1`.

use ts_rs::{Config, TS};

use super::*;

fn declaration<T: TS>(config: &Config) -> String {
    format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(config))
}

/// Figures that a client needs before its first request.
fn constants() -> String {
    let figures: [(&str, u64); 7] = [
        ("PROTOCOL_VERSION", PROTOCOL_VERSION.into()),
        ("TICK_MS", TICK_MS),
        ("CHAT_CHARS_MAX", CHAT_CHARS_MAX as u64),
        ("POLL_OPTIONS_MIN", *POLL_OPTIONS.start() as u64),
        ("POLL_OPTIONS_MAX", *POLL_OPTIONS.end() as u64),
        ("POLL_QUESTION_CHARS_MAX", POLL_QUESTION_CHARS_MAX as u64),
        ("POLL_OPTION_CHARS_MAX", POLL_OPTION_CHARS_MAX as u64),
    ];
    let lines = figures.map(|(name, value)| format!("export const {name} = {value};\n"));
    format!("\n{}", lines.concat())
}

fn typescript() -> String {
    let config = Config::default();
    let mut out = String::from(
        "// Generated from src/protocol.rs; write it anew with `UPDATE=1 cargo test --lib protocol`.\n",
    );
    out.push_str(&constants());
    macro_rules! declare {
        ($($name:ident)*) => { $(out.push('\n'); out.push_str(&declaration::<$name>(&config));)* };
    }
    declare! {
        ParticipantId Role ClassState SourceKind Want Network PictureState Participant ChatLine ClassNotice Source Slots RoomState
        RecordingState
        ClientMessage Resume Command ServerMessage RoomEvent Doing Refusal Bye
        SignIn Me ApiError Load StorageTrouble RoomLoad TrendPoint WorkerLoad DropCount OperatorAction
        Replay ReplayTrack Stretch ReplayGap GapReason Chapter ChapterKind ReplayLine Course Audience
        Progress Completed Earns Watched WatchAnswer MediaTicket DownloadState
        HoursRules OpenCheck CheckKind Minutes UncountedGap Uncounted CheckRound SheetLine NotCounting Worth Stage LessonHours
        ClassEnd Held Declaration WaitingDeclaration NewDeclaration
        NewPoll Poll PollResult PollAnswer PollRound
        HoursLine Reason Ignored Share MyHours MyLesson LedgerLine NewAppeal Appeal AppealState AppealDecision
        ReasonCode CorrectionFigures NewCorrection NewRevocation WaitingCorrection Approval Corrected
        Wrong Mistake UnitKind SchoolKind Timing Days Programme PerSchool CategorySeats Phase NewProgramme NewPolicy Policies PolicyFigures PolicyVersion PolicyLimits PolicyLimit NewPhase Unit NewUnit
        UnitPerson UnitContacts Quotas Quota NewQuotas NewQuota Imported Class NewClass Formed CourseKind Nature
        PhaseCourse NewCourse OfCourse NewLessons ClassLesson Concern ConcernKind ConcernLesson CheckPlan NewStudio Studio StudySource
        Notice NoticePart Consent RegistrationState DocumentKind Sex RegistrationForm SaveRegistration MyRegistration MyClass ChooseClass
        Nominated RegistrationPage RegistrationLine RegistrationCounts StateCount RegistrationDetail RegistrationStep
        Decision Decide Decided Compare Compared Outcome Correction RevealRegistration RevealedRegistration RevealedNominee NominationPage NominationLine
        RemoveNominee ReplaceNominee
        AccountRole Action RoleGrant Must PasswordSignIn NewAccount WeakPassword Invitation Invited AcceptInvitation
        Account WrongTries ChangePassword ChangePhone StartTotp TotpSetup QrCode ConfirmTotp RecoveryCodes Accounts AccountLine AccountState
        NewPerson InvitationMade InviteAgain SetRoles SetAccountState SetPhone Reveal Revealed AuditPage AuditLine
        Door TimetableLesson PersonName SelfStudy Home Help Timetable ChangeLesson CancelLesson CalendarAddress
        Announcement NewAnnouncement
        EssayKind EssayRule Requirements NewRequirements EssayState EssayAsked MyEssay SaveEssay SavedEssay UploadedEssay
        EssayVerdict EssayMarks EssayReview EssayReviewer EssayReviewers NameEssayReviewers NamedEssayReviewer EssaysToReview
        EssayLine EssayToReview EssayOverlap EssayPassage ReviewEssay AskSecondOpinion EssayDuty EssayDistinction PublishEssay
        DistinguishEssay OpenEssay OpenEssays OpenEssayText Pace Goal
        BeginNetworkCheck NetworkCheckBegun MeasuredNetwork DeviceKind NetworkVerdict NetworkCheck
        CheckedLesson LessonChecks CheckedPerson
        OpenCourses OpenCourse
        SurveyAsk SurveyQuestion SurveyAnswer SurveyForm PhaseSurvey SurveyAsked AnswerSurvey SurveyTally SurveyResults
        QuizKind QuizAsk QuizQuestion QuizDraw QuizRule QuizBanked QuizBank QuizAnswer QuizAbout QuizTry QuizAsked QuizPaper MyQuiz
        SaveQuizAnswer QuizSaved QuizReviewed QuizReview QuizShare QuizReached QuizResults QuizGoal
        ConclusionVerdict ConclusionReason MyConclusion
        CertificateState MyCertificate CheckedCertificate LeftOut CertificateBatch WaitingRevocation CertificateDesk
        ReleaseCertificates RevokeCertificate DecideRevocation Reissued
        EssayStanding ReportSource AttainmentLine AttainmentCounts AttainmentPage SummaryLine UnitSummary
        ReportKind ReportFormat ReportState AskReports ReportsAsked KeptReport KeptReports
        Conversion StatementLine CreditLine Statement
        OverviewDay HoursShare OverviewEssay PhaseOverview
    }
    // rustfmt's habits are not the client linter's.
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn the_web_client_has_these_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web-client/src/protocol.ts");
    let wanted = typescript();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &wanted).expect("the source tree can be written");
    }
    let found = std::fs::read_to_string(path).expect("the web client is beside the server");
    assert!(found == wanted, "protocol.ts is stale: run `UPDATE=1 cargo test --lib protocol`");
}
