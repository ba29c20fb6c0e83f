/**
 * The limits that the server keeps. The client reports them before it sends, which is a kindness: the server checks
 * again. `tests/shared/limits.json` has the same figures, and a test on either side compares them.
 */

/** The time for which an end of a class can be taken back. */
export const TAKE_BACK_MS = 600_000;

export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MIN_ADMIN = 12;
/** In bytes: hashing takes time for every one. */
export const PASSWORD_BYTES_MAX = 128;

export const NAME_CHARS_MAX = 50;
export const SCHOOL_CHARS_MAX = 100;
/** The words of a unit about a registration that it recommends. */
export const ATTESTATION_CHARS_MAX = 500;

export const ANNOUNCEMENT_CHARS_MAX = 5000;
/** The text of an appeal, an answer or a reason. */
export const HOURS_TEXT_CHARS_MAX = 1000;

/** The title of a recording that is published as a course. */
export const COURSE_TITLE_CHARS_MAX = 100;
export const COURSE_DESCRIPTION_CHARS_MAX = 2000;
export const COURSE_SPEAKER_CHARS_MAX = 60;
export const COURSE_TAGS_MAX = 8;
export const COURSE_TAG_CHARS_MAX = 20;

/** An essay and its draft, as they are kept. */
export const ESSAY_CHARS_MAX = 20_000;
/** An uploaded document. */
export const ESSAY_FILE_BYTES_MAX = 4_194_304;
/** The words of a reviewer to the author. */
export const ESSAY_REVIEW_CHARS_MAX = 1000;
