/** Polls of the fake room: the class answers at once, some of it. */

/** Every snapshot has these. */
export function fakePolls() {
  return { poll: null, poll_answers: [], polls: [] };
}

/** The events that follow from a command; `state` is what [`fakePolls`] made. */
export function pollEvents(room, state, command) {
  const round = (poll) => state.polls.find((one) => one.poll === poll);
  const told = (poll, result) => {
    const { question, options, multiple } = round(poll).ask;
    state.poll = { poll, question, options, multiple, result };
    return { event: 'poll', poll: state.poll };
  };
  const gone = () => {
    state.poll = null;
    return [{ event: 'poll', poll: null }];
  };
  switch (command.do) {
    case 'open_poll': {
      const poll = state.polls.length + 1;
      const ask = command.poll;
      const here = room.participants.filter((one) => one.role === 'trainee' && one.here && one.id % 4 !== 2);
      const choice = (id) => (id % 5 < 3 ? 1 : id) % ask.options.length;
      const votes = ask.options.map((_, place) =>
        here.filter((one) => choice(one.id) === place).map((one) => one.id),
      );
      state.polls.push({ poll, ask, at_ms: Date.now(), votes });
      return [told(poll, null), { event: 'poll_round', round: round(poll) }];
    }
    case 'answer_poll': {
      const answer = { poll: command.poll, choices: command.choices };
      state.poll_answers = [...state.poll_answers.filter((one) => one.poll !== answer.poll), answer];
      return [{ event: 'poll_answer', answer }];
    }
    case 'show_poll': {
      if (!command.on) return gone();
      const poll = command.poll ?? state.polls.length;
      const { votes, ask } = round(poll);
      const counts = votes.map((who) => who.length);
      const answered = new Set(votes.flat()).size;
      return [told(poll, { answered, counts, right: ask.right })];
    }
    case 'close_poll':
      return gone();
    default:
      return [];
  }
}
