//! A set of source kinds, small enough to be copied.

use crate::lesson::SourceKind;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u8);

const ALL: [SourceKind; 3] = [SourceKind::Mic, SourceKind::Camera, SourceKind::Screen];

impl Kinds {
    pub(super) const NONE: Kinds = Kinds(0);

    pub(super) fn contains(self, kind: SourceKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub(super) fn with(self, kind: SourceKind) -> Kinds {
        Kinds(self.0 | 1 << kind as u8)
    }

    pub(super) fn without(self, kind: SourceKind) -> Kinds {
        Kinds(self.0 & !(1 << kind as u8))
    }

    pub(super) fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    pub(super) fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether there is something to see.
    pub(super) fn has_picture(self) -> bool {
        self.contains(SourceKind::Camera) || self.contains(SourceKind::Screen)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = SourceKind> {
        ALL.into_iter().filter(move |kind| self.contains(*kind))
    }

    pub(super) fn to_vec(self) -> Vec<SourceKind> {
        self.iter().collect()
    }
}

impl From<&[SourceKind]> for Kinds {
    fn from(kinds: &[SourceKind]) -> Kinds {
        kinds.iter().fold(Kinds::NONE, |set, kind| set.with(*kind))
    }
}
