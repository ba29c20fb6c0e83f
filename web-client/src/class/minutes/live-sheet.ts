/** The class sheet while the class runs: people who need attention first. Pure. */
import type { CheckRound, RoomState, SheetLine } from '../../protocol';

/** The rank of a line: missed a check, came late, nothing to say; the last also for people who have no line yet. */
export function careRank(line: SheetLine | undefined): number {
  if (!line) return 2;
  if (line.answered < line.asked) return 0;
  return line.late ? 1 : 2;
}

export function wholeMinutes(seconds: number): number {
  return Math.floor(Math.max(0, seconds) / 60);
}

/**
 * The class sheet with the checks as they stand: rounds are told at once, the lines every few seconds. Of more rounds
 * than are kept, the lines know more.
 */
export function currentSheet({ sheet, rounds }: Pick<RoomState, 'sheet' | 'rounds'>): SheetLine[] {
  const valid = rounds.filter((round) => !round.void);
  return sheet.map((line) => {
    const among = (list: keyof Pick<CheckRound, 'answered' | 'missed'>) =>
      valid.filter((round) => round[list].includes(line.participant)).length;
    const answered = among('answered');
    const asked = answered + among('missed');
    return asked > line.asked ? { ...line, asked, answered } : line;
  });
}
