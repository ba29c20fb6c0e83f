/** The registration form as texts in fields: required fields, mistakes, and the data that is sent. Pure. */

import {
  sexOf,
  wrongDocument,
  wrongEmail,
  wrongMobile,
  wrongName,
  wrongSchool,
  wrongSchoolCode,
} from '../kit/fields';
import type { DocumentKind, Phase, RegistrationForm, SchoolKind, Sex, Wrong } from '../protocol';

export type FieldName = keyof RegistrationForm;
/** Every field as the text in it. */
export type Draft = Record<FieldName, string>;

export const EMPTY: Draft = {
  name: '',
  sex: '',
  document_kind: 'resident',
  document_number: '',
  unit: '',
  school: '',
  school_code: '',
  school_kind: '',
  position: '',
  title: '',
  subject: '',
  track: '',
  category: '',
  mobile: '',
  email: '',
  note: '',
};

/** The data that the server keeps and shows masked: a field left empty keeps it. */
export interface Kept {
  document_number: string;
  mobile: string;
  email: string;
}

export const NOTHING_KEPT: Kept = { document_number: '', mobile: '', email: '' };

export function keptOf(form: RegistrationForm): Kept {
  return { document_number: form.document_number, mobile: form.mobile, email: form.email };
}

/** The draft of the saved form; masked texts are not put into fields. */
export function draftOf(form: RegistrationForm): Draft {
  return {
    ...form,
    sex: form.sex ?? '',
    document_kind: form.document_kind ?? EMPTY.document_kind,
    school_kind: form.school_kind ?? '',
    document_number: '',
    mobile: '',
    email: form.email.includes('*') ? '' : form.email,
  };
}

export function formOf(draft: Draft): RegistrationForm {
  const said = sexOf(draft.document_kind as DocumentKind, draft.document_number);
  return {
    ...draft,
    sex: draft.sex === '' ? said : (draft.sex as Sex),
    document_kind: draft.document_kind as DocumentKind,
    school_kind: draft.school_kind === '' ? null : (draft.school_kind as SchoolKind),
  };
}

type Wishes = Pick<Phase, 'tracks' | 'categories'>;

/** Whether the sex is asked: only where the document does not tell it. */
export function asksSex(draft: Draft): boolean {
  return draft.document_kind !== 'resident';
}

export function requiredOf(draft: Draft, phase: Wishes): FieldName[] {
  const always: FieldName[] = [
    'name',
    'document_kind',
    'document_number',
    'unit',
    'school',
    'school_kind',
    'mobile',
  ];
  return [
    ...always,
    ...(asksSex(draft) ? (['sex'] as const) : []),
    ...(phase.tracks.length > 0 ? (['track'] as const) : []),
    ...(phase.categories.length > 0 ? (['category'] as const) : []),
  ];
}

/** The mistakes of a form; `today` is the day in Beijing. */
export function wrongOf(
  draft: Draft,
  phase: Wishes,
  kept: Kept,
  today: string,
): Partial<Record<FieldName, Wrong>> {
  const kind = draft.document_kind as DocumentKind;
  const stays = (field: keyof Kept) => draft[field].trim() === '' && kept[field] !== '';
  const found: Partial<Record<FieldName, Wrong | null>> = {
    name: wrongName(draft.name),
    document_number: stays('document_number') ? null : wrongDocument(kind, draft.document_number, today),
    school: wrongSchool(draft.school),
    mobile: stays('mobile') ? null : wrongMobile(draft.mobile),
    school_code: wrongSchoolCode(draft.school_code),
    email: wrongEmail(draft.email),
  };
  for (const field of requiredOf(draft, phase)) {
    if (!(field in found) && draft[field] === '') found[field] = 'missing';
  }
  const wrong = Object.entries(found).filter(([, why]) => why !== null);
  return Object.fromEntries(wrong);
}

/** The progress: required fields that are right. */
export function progressOf(
  draft: Draft,
  phase: Wishes,
  kept: Kept,
  today: string,
): { done: number; all: number } {
  const wrong = wrongOf(draft, phase, kept, today);
  const required = requiredOf(draft, phase);
  return { done: required.filter((field) => wrong[field] === undefined).length, all: required.length };
}
