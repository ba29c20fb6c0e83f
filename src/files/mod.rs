//! FILES: recordings, certificates and reports as files, beside the database and not in it; [`backup`] copies all of it.
//! [`certificates`] keeps the issued PDFs, [`reports`] the kept reports, [`recordings`] the folders to which the recorder writes, [`objects`] reads their files from
//! the disk or from a bucket, and copies them there. Nothing here knows the database: a table of the store
//! says which lesson has which recording.

pub mod backup;
pub mod certificates;
pub mod objects;
pub mod recordings;
pub mod reports;
