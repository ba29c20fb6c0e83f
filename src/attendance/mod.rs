//! CORE: what was seen (and, in a later issue, what it is worth in credit hours).

pub mod fact;
