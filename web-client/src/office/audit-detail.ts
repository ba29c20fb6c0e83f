/** The details of an event of the audit log beside its actor and subject: fields with names and values in words. */
import { formatTime, type Language } from '../i18n';
import { formatDay } from '../i18n/dates';

import type { usePortalText } from '../kit/portal-text';
import type { useOfficeText } from './text';

export interface DetailWords {
  audit: ReturnType<typeof useOfficeText>['audit'];
  portal: ReturnType<typeof usePortalText>;
  language: Language;
}

/** One field: its name and its value; an unknown name stays as it is stored. */
export type DetailField = readonly [name: string, value: string];

/**
 * The fields of a detail. The reason comes first; empty ones are left out. A detail that is no object is one field
 * without a name.
 */
export function detailFields(detail: string, words: DetailWords): DetailField[] {
  const { reason, ...rest } = parsed(detail);
  const entries = Object.entries(reason === undefined ? rest : { reason, ...rest });
  return entries
    .map(([key, value]) => [words.audit.fields[key] ?? key, valueText(key, value, words)] as const)
    .filter(([, value]) => value !== '');
}

function parsed(detail: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(detail);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
      return read as Record<string, unknown>;
    }
  } catch {
    // Shown as it is.
  }
  return { '': detail };
}

function valueText(key: string, value: unknown, words: DetailWords): string {
  const { audit, portal, language } = words;
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? audit.yes : audit.no;
  if (typeof value === 'number') {
    if (key.endsWith('_ms')) return `${formatDay(value, language)} ${formatTime(value, true)}`;
    return key.endsWith('_ch') ? audit.hours(value / 100) : String(value);
  }
  if (typeof value === 'string') {
    const named: Record<string, string> = { ...portal.state, ...portal.role };
    return ['state', 'before', 'role'].includes(key) ? (named[value] ?? value) : value;
  }
  if (Array.isArray(value)) {
    return value.map((one) => valueText(key, one, words)).join(language === 'zh' ? '、' : ', ');
  }
  const parts = Object.entries(value).map(([inner, one]) => [inner, valueText(inner, one, words)] as const);
  return parts
    .filter(([, text]) => text !== '')
    .map(([inner, text]) => (inner === 'role' ? text : `${audit.fields[inner] ?? inner} ${text}`))
    .join(' ');
}
