//! Roles of the programme and their rights: one table (§7.1, S0-10, S1-17, S1-25). The three administrators
//! of the system itself are kept apart from each other and from the programme's data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::lesson::Role as RoomRole;

/// Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    Active,
    /// The person cannot sign in.
    Frozen,
}

/// A role and its range: a unit administrator has a unit, a class administrator a class. Instructors have the
/// classes of the lessons they teach; the other roles have neither. Stored: the fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGrant {
    pub role: Role,
    /// Code of the unit, as "33".
    #[serde(default)]
    pub unit: Option<String>,
    /// Id of the class.
    #[serde(default)]
    pub class: Option<String>,
}

/// A kind of work that the table below allows to some roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
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

/// Roles of the programme (§7.1). Their rights: [`reach`]. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
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

/// Every role.
pub const ROLES: [Role; 10] = [
    Role::Trainee,
    Role::Instructor,
    Role::ClassAdmin,
    Role::UnitAdmin,
    Role::TrainingAdmin,
    Role::Operator,
    Role::Auditor,
    Role::SystemAdmin,
    Role::SecurityAdmin,
    Role::AuditAdmin,
];

impl Role {
    /// Whether the role signs in with a second factor, and has the stricter rules for passwords.
    pub fn is_admin(self) -> bool {
        !matches!(self, Role::Trainee | Role::Instructor)
    }
}

/// The role of an account with these roles in the room of a lesson, unless the lesson says otherwise.
pub fn seat_role(grants: &[RoleGrant]) -> RoomRole {
    let has = |role| grants.iter().any(|grant| grant.role == role);
    if has(Role::Operator) {
        RoomRole::Operator
    } else if has(Role::Instructor) {
        RoomRole::Instructor
    } else {
        RoomRole::Trainee
    }
}

/// Every action.
pub const ACTIONS: [Action; 22] = [
    Action::Register,
    Action::SeeRegistrations,
    Action::Recommend,
    Action::Approve,
    Action::Nominate,
    Action::Reveal,
    Action::SetQuota,
    Action::MakePhase,
    Action::FormClasses,
    Action::MakeTimetable,
    Action::Announce,
    Action::SeeReports,
    Action::SeeLoad,
    Action::SeeNetworks,
    Action::CorrectHours,
    Action::MakeAccounts,
    Action::SetRoles,
    Action::ReadAudit,
    Action::ReviewEssays,
    Action::WriteEssay,
    Action::NameReviewers,
    Action::IssueCertificates,
];

/// The range of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    Nothing,
    Oneself,
    /// The classes of the grant.
    OwnClasses,
    /// The unit of the grant.
    OwnUnit,
    Everything,
}

/// The table of rights.
#[rustfmt::skip]
pub fn reach(role: Role, action: Action) -> Reach {
    use Reach::{Everything as All, Nothing as No, Oneself as Me, OwnClasses as Class, OwnUnit as Unit};
    let columns = match action {
        //                           trainee instr. class  unit  train. oper. audit sys  sec  auditadm.
        Action::Register          => [Me,    No,    No,    No,   No,    No,   No,   No,  No,  No],
        Action::SeeRegistrations  => [Me,    No,    Class, Unit, All,   No,   All,  No,  No,  No],
        Action::Recommend         => [No,    No,    No,    Unit, All,   No,   No,   No,  No,  No],
        Action::Approve           => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::Nominate          => [No,    No,    No,    Unit, All,   No,   No,   No,  No,  No],
        Action::Reveal            => [Me,    No,    No,    Unit, All,   No,   No,   No,  No,  No],
        Action::SetQuota          => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::MakePhase         => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::FormClasses       => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::MakeTimetable     => [No,    No,    Class, No,   All,   No,   No,   No,  No,  No],
        Action::Announce          => [No,    Class, Class, No,   All,   No,   No,   No,  No,  No],
        Action::SeeReports        => [Me,    Class, Class, Unit, All,   No,   All,  No,  No,  No],
        Action::SeeLoad           => [No,    No,    No,    No,   No,    All,  All,  All, No,  No],
        Action::SeeNetworks       => [No,    Class, Class, No,   All,   All,  All,  No,  No,  No],
        Action::CorrectHours      => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::MakeAccounts      => [No,    No,    No,    Unit, All,   No,   No,   No,  All, No],
        Action::SetRoles          => [No,    No,    No,    No,   No,    No,   No,   No,  All, No],
        Action::ReadAudit         => [No,    No,    No,    No,   No,    No,   All,  No,  No,  All],
        Action::ReviewEssays      => [No,    Me,    Me,    Me,   All,   No,   No,   No,  No,  No],
        Action::WriteEssay        => [Me,    No,    No,    No,   No,    No,   No,   No,  No,  No],
        Action::NameReviewers     => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::IssueCertificates => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
    };
    columns[role as usize]
}

/// The range of one action for a person with several roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    pub oneself: bool,
    pub everything: bool,
    units: BTreeSet<String>,
    classes: BTreeSet<String>,
}

impl Scope {
    pub fn is_nothing(&self) -> bool {
        *self == Scope::default()
    }

    /// The range of everything.
    pub fn all() -> Scope {
        Scope { everything: true, ..Scope::default() }
    }

    /// Whether the range is more than the own record.
    pub fn reaches_others(&self) -> bool {
        self.everything || !self.units.is_empty() || !self.classes.is_empty()
    }

    pub fn unit(&self, code: &str) -> bool {
        self.everything || self.units.contains(code)
    }

    pub fn class(&self, id: &str) -> bool {
        self.everything || self.classes.contains(id)
    }

    /// The units that the grants name, whether or not `everything` is set.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        self.units.iter().map(String::as_str)
    }

    /// The classes that the grants name, whether or not `everything` is set.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(String::as_str)
    }
}

/// The range of `action` for all of a person's roles together.
pub fn scope(grants: &[RoleGrant], action: Action) -> Scope {
    let mut scope = Scope::default();
    for grant in grants {
        match reach(grant.role, action) {
            Reach::Nothing => {}
            Reach::Oneself => scope.oneself = true,
            Reach::OwnClasses => scope.classes.extend(grant.class.clone()),
            Reach::OwnUnit => scope.units.extend(grant.unit.clone()),
            Reach::Everything => scope.everything = true,
        }
    }
    scope
}

/// The reason why a set of roles is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRoles {
    #[error("an account needs a role")]
    None,
    #[error("a unit administrator needs a unit, and only trainees may have one besides")]
    Unit,
    #[error("a class administrator needs a class, and nobody else may have one")]
    Class,
    #[error("who keeps or audits the system has no other role")]
    NotInOneHand,
}

/// Whether one person may have these roles together. The people who keep the system, who audit it and who use
/// it are different people.
pub fn check(grants: &[RoleGrant]) -> Result<(), BadRoles> {
    let mut roles = BTreeSet::new();
    for grant in grants {
        roles.insert(grant.role);
        let unit_fits = match grant.role {
            Role::UnitAdmin => grant.unit.is_some(),
            Role::Trainee => true,
            _ => grant.unit.is_none(),
        };
        if !unit_fits {
            return Err(BadRoles::Unit);
        }
        if (grant.role == Role::ClassAdmin) != grant.class.is_some() {
            return Err(BadRoles::Class);
        }
    }
    let alone = [Role::Auditor, Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];
    match roles.len() {
        0 => Err(BadRoles::None),
        1 => Ok(()),
        _ if alone.iter().any(|role| roles.contains(role)) => Err(BadRoles::NotInOneHand),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_role_and_action() {
        for (at, role) in ROLES.into_iter().enumerate() {
            assert_eq!(role as usize, at);
            for action in ACTIONS {
                let _ = reach(role, action);
            }
        }
        for (at, action) in ACTIONS.into_iter().enumerate() {
            assert_eq!(action as usize, at);
        }
    }

    #[test]
    fn those_who_keep_the_system_do_not_touch_its_data() {
        for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin, Role::Auditor] {
            for action in [Action::Approve, Action::SetQuota, Action::CorrectHours, Action::Reveal] {
                assert_eq!(reach(role, action), Reach::Nothing, "{role:?} {action:?}");
            }
        }
        // No role may both give roles and read the audit log, which says who gave them.
        for role in ROLES {
            let both = [Action::SetRoles, Action::ReadAudit].map(|action| reach(role, action));
            assert!(both.contains(&Reach::Nothing), "{role:?}");
        }
    }

    fn grant(role: Role, unit: Option<&str>, class: Option<&str>) -> RoleGrant {
        RoleGrant { role, unit: unit.map(Into::into), class: class.map(Into::into) }
    }

    #[test]
    fn roles_add_up_each_over_its_own() {
        let grants = [grant(Role::UnitAdmin, Some("33"), None), grant(Role::ClassAdmin, None, Some("c1"))];
        let seen = scope(&grants, Action::SeeRegistrations);
        assert!(seen.unit("33") && !seen.unit("11") && seen.class("c1") && !seen.class("c2"));
        assert!(!seen.everything && !seen.oneself && seen.reaches_others());
        assert!(scope(&grants, Action::Approve).is_nothing());
        assert!(!scope(&grants, Action::MakeTimetable).unit("33"));
        assert!(scope(&[grant(Role::TrainingAdmin, None, None)], Action::Approve).unit("11"));
        assert!(scope(&[], Action::Register).is_nothing());
        let own = scope(&[grant(Role::Trainee, None, None)], Action::SeeRegistrations);
        assert!(!own.is_nothing() && !own.reaches_others());
    }

    #[test]
    fn some_roles_are_not_in_one_hand() {
        for (grants, expected) in [
            (vec![], Err(BadRoles::None)),
            (vec![grant(Role::Trainee, None, None)], Ok(())),
            (vec![grant(Role::Trainee, Some("33"), None), grant(Role::UnitAdmin, Some("33"), None)], Ok(())),
            (vec![grant(Role::UnitAdmin, None, None)], Err(BadRoles::Unit)),
            (vec![grant(Role::TrainingAdmin, Some("33"), None)], Err(BadRoles::Unit)),
            (vec![grant(Role::ClassAdmin, None, None)], Err(BadRoles::Class)),
            (vec![grant(Role::Trainee, None, Some("c1"))], Err(BadRoles::Class)),
            (
                vec![grant(Role::SecurityAdmin, None, None), grant(Role::TrainingAdmin, None, None)],
                Err(BadRoles::NotInOneHand),
            ),
            (
                vec![grant(Role::SystemAdmin, None, None), grant(Role::AuditAdmin, None, None)],
                Err(BadRoles::NotInOneHand),
            ),
            (
                vec![grant(Role::Auditor, None, None), grant(Role::Trainee, None, None)],
                Err(BadRoles::NotInOneHand),
            ),
        ] {
            assert_eq!(check(&grants), expected, "{grants:?}");
        }
    }
}
