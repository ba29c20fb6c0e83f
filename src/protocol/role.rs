//! Roles and their rights, for pages. The table of both: `account::role`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::account;
use crate::wire::{self, mirror};

mirror! {
    /// Roles of the programme (§7.1). Their rights: `account::role`.
    #[serde(rename_all = "snake_case")]
    enum AccountRole for account::role::Role {
        Trainee,
        Instructor,
        /// 班主任, of some classes.
        ClassAdmin,
        /// 单位管理员, of one unit.
        UnitAdmin,
        /// 培训管理员.
        TrainingAdmin,
        /// Watches over running classes.
        Operator,
        /// Reads everything, changes nothing.
        Auditor,
        SystemAdmin,
        SecurityAdmin,
        AuditAdmin,
    }
}

mirror! {
    /// A kind of work that some roles may do.
    #[serde(rename_all = "snake_case")]
    enum Action for account::role::Action {
        /// Register or withdraw oneself.
        Register,
        SeeRegistrations,
        /// Recommend to the training administrator, or reject.
        Recommend,
        /// Approve, or reject for good.
        Approve,
        Nominate,
        /// See a document number or telephone number in full, with a reason.
        Reveal,
        SetQuota,
        MakePhase,
        FormClasses,
        MakeTimetable,
        Announce,
        SeeReports,
        SeeLoad,
        /// See the results of people's network checks before a class.
        SeeNetworks,
        CorrectHours,
        MakeAccounts,
        SetRoles,
        ReadAudit,
        ReviewEssays,
        WriteEssay,
        /// Name the reviewers of the essays of a phase.
        NameReviewers,
        /// Release certificates, revoke them, issue them with a corrected name.
        IssueCertificates,
    }
}

mirror! {
    /// A role and its range: a unit administrator has a unit, a class administrator a class. Instructors have
    /// the classes of the lessons they teach; the other roles have neither.
    #[serde(deny_unknown_fields)]
    struct RoleGrant for account::role::RoleGrant {
        #[serde(with = "wire")]
        #[ts(as = "AccountRole")]
        role: account::role::Role,
        /// Code of the unit, as "33".
        #[serde(default)]
        unit: Option<String>,
        /// Id of the class.
        #[serde(default)]
        class: Option<String>,
    }
}
