//! Roles of the programme, and what each may do: one table (§7.1, S0-10, S1-17, S1-25). The three
//! administrators of the system itself are kept apart from each other and from the programme's data.

pub use crate::protocol::{AccountRole as Role, Action};
use serde::{Deserialize, Serialize};

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
    /// Signs in with a second factor, and has the stricter rules for passwords.
    pub fn is_admin(self) -> bool {
        !matches!(self, Role::Trainee | Role::Instructor)
    }
}

/// Every action.
pub const ACTIONS: [Action; 17] = [
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
    Action::CorrectHours,
    Action::MakeAccounts,
    Action::SetRoles,
    Action::ReadAudit,
];

/// Over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    Nothing,
    Oneself,
    /// The classes one has.
    OwnClasses,
    /// The unit one has.
    OwnUnit,
    Everything,
}

/// The table.
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
        Action::CorrectHours      => [No,    No,    No,    No,   All,   No,   No,   No,  No,  No],
        Action::MakeAccounts      => [No,    No,    No,    Unit, All,   No,   No,   No,  All, No],
        Action::SetRoles          => [No,    No,    No,    No,   No,    No,   No,   No,  All, No],
        Action::ReadAudit         => [No,    No,    No,    No,   No,    No,   All,  No,  No,  All],
    };
    columns[role as usize]
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
        // Who gives roles does not read the log of it, and who reads the log gives none.
        for role in ROLES {
            let both = [Action::SetRoles, Action::ReadAudit].map(|action| reach(role, action));
            assert!(both.contains(&Reach::Nothing), "{role:?}");
        }
    }
}
