//! The states of a certificate after its issue. Both other states are final.

use serde::{Deserialize, Serialize};

/// The state of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Valid,
    /// Replaced by one with a new number, because the name was corrected. Its page names the new one.
    Superseded,
    Revoked,
}

/// A change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    Supersede,
    /// By two people, with a reason.
    Revoke {
        by: &'a str,
        second: &'a str,
        reason: &'a str,
    },
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the certificate is superseded already")]
    Superseded,
    #[error("the certificate is revoked already")]
    Revoked,
    #[error("somebody else has to agree to a revocation")]
    OnePerson,
    #[error("a revocation needs a reason of 1 to {REASON_CHARS_MAX} characters")]
    Reason,
}

/// Longest reason, characters.
pub const REASON_CHARS_MAX: usize = 500;

impl State {
    /// The state after a step.
    pub fn after(self, step: Step) -> Result<State, Refused> {
        match self {
            State::Superseded => return Err(Refused::Superseded),
            State::Revoked => return Err(Refused::Revoked),
            State::Valid => {}
        }
        match step {
            Step::Supersede => Ok(State::Superseded),
            Step::Revoke { by, second, .. } if by == second => Err(Refused::OnePerson),
            Step::Revoke { reason, .. } if !is_reason(reason) => Err(Refused::Reason),
            Step::Revoke { .. } => Ok(State::Revoked),
        }
    }

    /// Whether its bit in the status list is set: badges have one word for both.
    pub fn is_withdrawn(self) -> bool {
        self != State::Valid
    }
}

fn is_reason(reason: &str) -> bool {
    !reason.trim().is_empty() && reason.chars().count() <= REASON_CHARS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_steps_are_taken() {
        let revoke = Step::Revoke { by: "a", second: "b", reason: "代学" };
        assert_eq!(State::Valid.after(Step::Supersede), Ok(State::Superseded));
        assert_eq!(State::Valid.after(revoke), Ok(State::Revoked));
        for step in [Step::Supersede, revoke] {
            assert_eq!(State::Superseded.after(step), Err(Refused::Superseded));
            assert_eq!(State::Revoked.after(step), Err(Refused::Revoked));
        }
        let alone = Step::Revoke { by: "a", second: "a", reason: "代学" };
        assert_eq!(State::Valid.after(alone), Err(Refused::OnePerson));
        for reason in ["", " \n", &"长".repeat(REASON_CHARS_MAX + 1)] {
            let step = Step::Revoke { by: "a", second: "b", reason };
            assert_eq!(State::Valid.after(step), Err(Refused::Reason));
        }
        assert!(
            !State::Valid.is_withdrawn() && State::Superseded.is_withdrawn() && State::Revoked.is_withdrawn()
        );
    }
}
