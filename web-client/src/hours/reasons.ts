/** The reasons of a result, as sentences; pure. Figures are written out in the reader's language. */
import { unreachable } from '../base/unreachable';
import type { ClassTexts } from '../class/texts.zh';
import type { Reason, ReasonCode } from '../protocol';
import type { HoursTexts } from './texts.zh';

/**
 * The sentence of a reason. `titleOf` gives the title of a lesson by its id where the reader knows it; else the id is
 * shown.
 */
export function reasonText(
  reason: Reason,
  h: HoursTexts,
  t: ClassTexts,
  titleOf: (lesson: string) => string | undefined = () => undefined,
): string {
  const title = (lesson?: string) => lesson && (titleOf(lesson) ?? lesson);
  const { span, hours } = t.inClass;
  const say = h.reason;
  switch (reason.reason) {
    case 'delivered':
      return say.delivered(span(reason.taught_seconds), hours(reason.ch), hours(reason.planned_ch));
    case 'present':
      return say.present(span(reason.present_seconds), span(reason.taught_seconds));
    case 'late':
      return say.late(span(reason.late_seconds));
    case 'early':
      return say.early(span(reason.early_seconds));
    case 'elsewhere':
      return say.elsewhere(span(reason.elsewhere_seconds), title(reason.lesson));
    case 'void_block':
      return say.voidBlock(reason.block);
    case 'unasked_block':
      return say.unaskedBlock(reason.block, reason.asked);
    case 'scattered_block':
      return say.scatteredBlock(reason.block, span(reason.proven_seconds), span(reason.present_seconds));
    case 'gapped_block':
      return say.gappedBlock(reason.block, span(reason.gap_seconds));
    case 'ignored':
      return say.ignored[reason.why];
    case 'full':
      return say.full(span(reason.seconds), span(reason.full_from_seconds), hours(reason.ch));
    case 'steps':
      return say.steps(
        span(reason.seconds),
        span(reason.full_from_seconds),
        span(reason.step_seconds),
        hours(reason.ch),
      );
    case 'too_little': {
      const { part, whole } = reason.min_share;
      const least = Math.ceil((reason.need_seconds * part) / Math.max(1, whole));
      return say.tooLittle(span(reason.seconds), span(least));
    }
    case 'made_up':
      return say.madeUp(span(reason.replay_seconds));
    case 'no_make_up':
      return say.noMakeUp;
    default:
      return unreachable(reason, '');
  }
}

/** The reason of an entry that people made, in the reader's language; it is stored as `CODE: words (appeal 7)`. */
export function entryReasonText(reason: string, codes: Record<ReasonCode, string>): string {
  const found = /^([A-Z_]+)(?:: ([\s\S]*?))?(?: \(appeal \d+\))?$/.exec(reason);
  const code = found?.[1];
  if (!found || !code || !(code in codes)) return reason;
  const words = found[2]?.trim();
  const name = codes[code as ReasonCode];
  return words ? `${name}: ${words}` : name;
}
