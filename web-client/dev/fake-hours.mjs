/** Canned rules, checks, minutes and results for `fake-server.mjs` and the screenshots. */
const MINUTE = 60_000;

export function fakeRules() {
  const start = Date.now() - 37 * MINUTE - 12_000;
  return {
    credit_ch: 200,
    planned_start_ms: start,
    planned_end_ms: start + 90 * MINUTE,
    full_from_s: 5100,
    least_s: 2700,
    block_s: 900,
    answer_s: 90,
    gap_s: 60,
    policy_version: '2026-1',
  };
}

/** What a trainee has in the room's state besides what everybody has. */
export function fakeTraineeHours(now = Date.now()) {
  return {
    check: null,
    minutes: {
      as_of_ms: now - 9_000,
      taught_s: 36 * 60 + 20,
      counted_s: 32 * 60 + 5,
      gaps: [
        { from_ms: now - 30 * MINUTE, to_ms: now - 28 * MINUTE - 15_000, why: 'absent' },
        { from_ms: now - 22 * MINUTE, to_ms: now - 19 * MINUTE - 30_000, why: 'unanswered' },
      ],
    },
    rounds: [],
    sheet: [],
  };
}

/** What staff have. */
export function fakeStaffHours(participants, now = Date.now()) {
  const trainees = participants.filter((one) => one.role === 'trainee');
  const here = trainees.filter((one) => one.here).map((one) => one.id);
  const missed = here.filter((id) => id % 19 === 4);
  const answered = here.filter((id) => !missed.includes(id));
  const round = (check, kind, block, ago, change) => ({
    check,
    kind,
    block,
    at_ms: now - ago,
    deadline_ms: now - ago + 90_000,
    answered,
    waiting: [],
    missed,
    void: false,
    ...change,
  });
  return {
    check: null,
    minutes: null,
    rounds: [
      round('k1', 'block', 1, 30 * MINUTE, {}),
      round('r1', 'roll', 2, 20 * MINUTE, { void: true }),
      round('k2', 'block', 2, 14 * MINUTE, { answered: here, missed: [] }),
    ],
    sheet: trainees.map((one, index) => ({
      participant: one.id,
      first_ms: now - 37 * MINUTE,
      last_ms: now,
      counted_s: one.here ? 2160 - (index % 7) * 40 : 300,
      asked: 2,
      answered: missed.includes(one.id) ? 1 : 2,
      late: index % 23 === 9,
    })),
  };
}

/** The roll that an instructor calls in the fake room: everybody is asked, some have answered. */
export function fakeRoll(participants, now = Date.now()) {
  const here = participants.filter((one) => one.role === 'trainee' && one.here).map((one) => one.id);
  return {
    check: `r${now}`,
    kind: 'roll',
    block: 3,
    at_ms: now,
    deadline_ms: now + 90_000,
    answered: here.filter((id) => id % 3 !== 1),
    waiting: here.filter((id) => id % 3 === 1),
    missed: [],
    void: false,
  };
}
