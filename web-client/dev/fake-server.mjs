/**
 * A stand-in for the server while working on the screens: canned people, real messages, no media.
 *
 *   npm run build && npm run dev:fake        then open
 *   http://localhost:8080/lesson/demo?as=teacher      (or as=trainee, as=speaker)
 *   http://localhost:8080/operator?as=operator        http://localhost:8080/in#trainee
 *   http://localhost:8080/replay/demo?as=trainee      (made by ffmpeg)
 *   http://localhost:8080/hours?as=trainee            http://localhost:8080/hours/demo?as=operator
 *   http://localhost:8080/home?as=wang (or as=wait, as=new)   http://localhost:8080/office?as=admin
 *   http://localhost:8080/ (sign in as wang, admin)   http://localhost:8080/enrol
 *
 * Serves `dist` as the real server does, with its security policy, so that a forbidden inline script
 * or style shows up here already. It keeps one room in memory and answers the commonest commands.
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import {
  answerHours,
  fakeOffice,
  fakeRoll,
  fakeRules,
  fakeStaffHours,
  fakeTraineeHours,
} from './fake-hours.mjs';
import { fakeEssays, fakeOpen } from './fake-open.mjs';
import { fakePolls, pollEvents } from './fake-polls.mjs';
import { answerPortal } from './fake-portal.mjs';
import { fakeReplay, media } from './fake-replay.mjs';
import { fakeLoad, fakeRoom, people } from './fake-room.mjs';

const dist = new URL('../dist', import.meta.url).pathname;
const kinds = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const policy = "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; object-src 'none'";

const seats = {
  teacher: { you: 1, role: 'instructor' },
  trainee: { you: 10, role: 'trainee' },
  speaker: { you: 11, role: 'trainee' },
  operator: { you: 2, role: 'operator' },
};

function personOf(seat) {
  const known = seats[seat];
  if (!known) return null;
  const name = people.find((p) => p.id === known.you)?.name ?? '值班管理员';
  const lesson = known.role === 'operator' ? null : 'demo';
  const rules = lesson && fakeRules();
  return {
    seat,
    name,
    role: known.role,
    lesson,
    lesson_title: lesson && fakeRoom().title,
    rules,
    earns_hours: known.role === 'trainee',
    corrects_hours: known.role === 'operator',
    lesson_ended: false,
  };
}

export function startFakeServer(port) {
  const room = fakeRoom();
  const staffHours = fakeStaffHours(room.participants);
  const traineeHours = fakeTraineeHours();
  const office = fakeOffice();
  const polls = fakePolls();
  const sockets = new Set();
  const lesson = fakeLesson();
  let seq = 1;
  const tell = (event) => {
    seq += 1;
    for (const socket of sockets) socket.send(JSON.stringify({ type: 'delta', seq, event }));
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://x');
    const json = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/api/sign-in') {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        const person = personOf(JSON.parse(body).secret);
        json(person ? 200 : 410, person ?? { code: 'link_used', message: 'used' });
      });
      return;
    }
    if (url.pathname === '/api/me') {
      const person = personOf(url.searchParams.get('as'));
      return json(person ? 200 : 401, person ?? { code: 'signed_out', message: 'signed out' });
    }
    if (url.pathname === '/api/operator/load') return json(200, fakeLoad(room));
    if (url.pathname.startsWith('/api/operator/rooms/')) return json(200, null);
    if (url.pathname === '/api/open') return json(200, fakeOpen(url.searchParams));
    if (url.pathname.startsWith('/api/open/essays')) {
      const found = fakeEssays(url.pathname, url.searchParams);
      return found ? json(200, found) : json(404, { code: 'not_found', message: 'There is no such essay.' });
    }
    if (url.pathname.startsWith('/api/replay/demo')) return lesson.answer(request, url, json);
    if (url.pathname.startsWith('/api/hours/')) {
      return void answerHours(request, url, json, office, room.participants);
    }
    if (url.pathname.startsWith('/api/')) {
      const missing = () => json(404, { code: 'not_found', message: 'not here' });
      return void answerPortal(request, url, json).then((answered) => answered || missing());
    }
    if (url.pathname.startsWith('/media/')) {
      const missing = { code: 'not_found', message: 'no file' };
      return void media().then((files) => files.serve(url.pathname, response) || json(404, missing));
    }
    serveFile(url.pathname, response);
  });

  new WebSocketServer({ server }).on('connection', (socket, request) => {
    const { you, role } = seats[new URL(request.url, 'http://x').searchParams.get('as')] ?? seats.trainee;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      const answer = (body) => socket.send(JSON.stringify(body));
      if (message.type === 'hello') {
        const proof = { epoch: 'fake', token: 'fake', resumed: false, media: false };
        answer({ type: 'welcome', version: 1, you, role, server_time_ms: Date.now(), ...proof });
        const hours = role === 'trainee' ? traineeHours : staffHours;
        answer({ type: 'snapshot', seq, room: { ...room, ...hours, ...polls } });
        const link = { event: 'link', down: 'good', up: 'good', doing: 'full' };
        answer({ type: 'delta', seq: ++seq, event: link });
      } else if (message.type === 'offer') {
        answer({ type: 'answer', id: message.id, sdp: 'v=0' });
      } else {
        for (const event of carryOut(room, you, message.command)) tell(event);
        for (const event of hoursEvents(room, staffHours, message.command)) tell(event);
        for (const event of pollEvents(room, polls, message.command)) tell(event);
        answer({ type: 'ack', id: message.id });
      }
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

/** Checks: a roll asks everybody, one answer closes it for the one trainee who is real here. */
function hoursEvents(room, staff, command) {
  const changed = (check, change) => {
    const round = Object.assign(
      staff.rounds.find((one) => one.check === check),
      change,
    );
    return [{ event: 'round', round }];
  };
  switch (command.do) {
    case 'call_roll': {
      const round = fakeRoll(room.participants);
      staff.rounds.push(round);
      const { check, kind, deadline_ms } = round;
      return [
        { event: 'round', round },
        { event: 'check', check: { check, kind, deadline_ms } },
      ];
    }
    case 'answer_check':
      return [{ event: 'check', check: null }];
    case 'void_check':
      return [...changed(command.check, { void: true }), { event: 'check', check: null }];
    default:
      return [];
  }
}

/** The recorded lesson: what was watched, published and downloaded is kept in memory. */
function fakeLesson() {
  let course = null;
  let covered = [];
  let permille = -1;
  const heard = [];
  const progress = (position_ms, check) => {
    const covered_ms = covered.reduce((sum, one) => sum + one.to_ms - one.from_ms, 0);
    return { covered, covered_ms, position_ms, check, completed: null };
  };
  const download = () => {
    if (permille < 0) return { state: 'none' };
    permille = Math.min(1000, permille + 250);
    return permille < 1000
      ? { state: 'running', permille }
      : { state: 'ready', bytes: 23_000_000, path: '/media/fake/t1_0_init.mp4' };
  };
  const watched = (beat) => {
    heard.push(beat);
    covered = [...covered, { from_ms: beat.from_ms, to_ms: beat.to_ms }].filter(
      (one) => one.from_ms < one.to_ms,
    );
    // Asks once, after the second heartbeat that was worth something.
    const due = covered.length === 2 && !heard.some((one) => one.answer === 'nonce');
    return { progress: progress(beat.to_ms, due ? 'nonce' : null), cut: false };
  };
  return {
    async answer(request, url, json) {
      let body = '';
      for await (const part of request) body += part;
      const rest = url.pathname.slice('/api/replay/demo'.length);
      if (rest === '/watched') return json(200, watched(JSON.parse(body)));
      if (rest === '/heard') return json(200, heard);
      if (rest === '/course') {
        course = request.method === 'PUT' ? JSON.parse(body) : null;
        return json(200, null);
      }
      if (rest === '/download') {
        if (request.method === 'POST' && permille < 0) permille = 0;
        return json(200, download());
      }
      json(200, { ...fakeReplay(url.searchParams.get('as')), course });
    },
  };
}

/** The events that follow from a command; nothing is refused here. */
function carryOut(room, you, command) {
  const change = (id, changed) => {
    const person = Object.assign(
      room.participants.find((p) => p.id === id),
      changed,
    );
    return { event: 'participant', participant: person };
  };
  const hands = (list) => {
    room.hands = list;
    return { event: 'hands', hands: list };
  };
  const others = (id) => room.hands.filter((one) => one !== id);
  switch (command.do) {
    case 'chat': {
      const name = room.participants.find((p) => p.id === you)?.name ?? '';
      const line = { id: room.chat.length + 1, from: you, name, text: command.text, at_ms: Date.now() };
      room.chat.push(line);
      return [{ event: 'chat', line }];
    }
    case 'chat_remove':
      room.chat = room.chat.filter((line) => line.id !== command.line);
      return [{ event: 'chat_removed', line: command.line }];
    case 'hand':
      return [hands(command.up ? [...others(you), you] : others(you))];
    case 'lower_hand':
      return [hands(others(command.participant))];
    case 'bring_on_stage':
      return [
        hands(others(command.participant)),
        change(command.participant, { on_stage: true, camera_allowed: command.camera }),
      ];
    case 'take_off_stage':
      return [change(command.participant, { on_stage: false, camera_allowed: false, sending: [] })];
    case 'sending':
      return [change(you, { sending: command.kinds })];
    case 'chat_mute':
      return [change(command.participant, { chat_muted: command.muted })];
    case 'start_class':
    case 'pause_class':
      room.class = command.do === 'start_class' ? 'live' : 'paused';
      room.started_at_ms ??= Date.now();
      return [{ event: 'class', class: room.class, started_at_ms: room.started_at_ms }];
    // Not of the protocol: brings the room into a state that is to be looked at.
    case 'pretend':
      Object.assign(room, command.room ?? {});
      return command.events;
    case 'off_record':
      room.recording = command.on ? 'off_record' : 'on';
      return [{ event: 'recording', recording: room.recording }];
    default:
      return [];
  }
}

function serveFile(path, response) {
  const file = join(dist, normalize(path));
  const found = existsSync(file) && statSync(file).isFile() ? file : join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': kinds[extname(found)] ?? 'application/octet-stream',
    'content-security-policy': policy,
  });
  // As the real server does: the page's addresses begin at the root.
  if (found.endsWith('index.html')) response.end(readFileSync(found, 'utf8').replaceAll('="./', '="/'));
  else createReadStream(found).pipe(response);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const server = await startFakeServer(Number(process.env.PORT ?? 8080));
  console.log(`fake server on http://localhost:${server.address().port}`);
}
