/** A server of its own for every test: free port, empty data folder, the demo lesson and its links. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export interface Links {
  instructor: string;
  trainees: string[];
  operator: string;
}

/** A demo of 10,000 people takes half a minute to begin on a busy machine. */
const START_MS = 240_000;

export class Server {
  readonly links: Links;
  #child: ChildProcess;
  #data: string;

  private constructor(child: ChildProcess, data: string, links: Links) {
    this.#child = child;
    this.#data = data;
    this.links = links;
  }

  /** `more`: flags besides. */
  static async start(more: readonly string[] = []): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), 'live-classroom-browser-'));
    const network = ['--listen', '127.0.0.1:0', '--media-ip', '127.0.0.1'];
    const flags = ['demo', ...network, '--data', data, '--log', 'warn', ...more];
    const child = spawn(program(), flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      return new Server(child, data, await readLinks(child));
    } catch (error) {
      child.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * With a programme of phases and people with accounts; answers their invitations by log-in name. `size` says
   * how many people, as flags of the demo. A `port` is for a server that must know its own address, to print it.
   */
  static async startPhase(size: readonly string[] = [], port = 0): Promise<[Server, Map<string, string>]> {
    const data = mkdtempSync(join(tmpdir(), 'live-classroom-browser-'));
    const network = ['--listen', `127.0.0.1:${port}`, '--media-ip', '127.0.0.1'];
    const flags = ['demo', '--phase', ...size, ...network, '--data', data, '--log', 'warn'];
    const child = spawn(program(), flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const invitations = await readInvitations(child);
      return [new Server(child, data, { instructor: '', trainees: [], operator: '' }), invitations];
    } catch (error) {
      child.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
      throw error;
    }
  }

  /** One more with an account, as the command line makes them; answers the invitation. */
  async invite(role: string, name: string): Promise<string> {
    const flags = ['invite', '--role', role, '--name', name, '--data', this.#data];
    const { stdout } = await promisify(execFile)(program(), flags);
    const link = /https?:\/\/\S+\/invited#\S+/.exec(stdout)?.[0];
    if (!link) throw new Error(`no invitation in ${stdout}`);
    return link;
  }

  /** Writes into the database behind the server's back, or reads from it: what no version of the server would write. */
  async sql(statements: string): Promise<string> {
    const database = join(this.#data, 'classroom.db');
    const { stdout } = await promisify(execFile)('sqlite3', ['-cmd', '.timeout 10000', database, statements]);
    return stdout;
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Stands still as a virtual machine that is moved, or one whose host is gone: nothing is closed. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Goes on where it stood still. */
  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Starts it anew where it was, on what it left behind. */
  async restart(): Promise<void> {
    const address = new URL(this.links.instructor);
    const network = ['--listen', `127.0.0.1:${address.port}`, '--media-ip', '127.0.0.1'];
    const flags = ['serve', ...network, '--media-port', '0', '--data', this.#data, '--log', 'warn'];
    this.#child = spawn(program(), flags, { stdio: ['ignore', 'ignore', 'inherit'] });
    const until = Date.now() + START_MS;
    for (;;) {
      const answers = await fetch(`${address.origin}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (answers) return;
      if (Date.now() > until) throw new Error('the server did not come back in time');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#data, { recursive: true, force: true });
  }
}

function program(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../../target');
  const candidates = [
    process.env.LIVE_CLASSROOM,
    join(target, 'release/live-classroom'),
    join(target, 'debug/live-classroom'),
  ];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  if (!found) throw new Error('no server program: build it, or name it with LIVE_CLASSROOM');
  return found;
}

/** Reads what the demo prints until it has named everybody's link. */
function readLinks(child: ChildProcess): Promise<Links> {
  return new Promise((resolve, reject) => {
    const links: Links = { instructor: '', trainees: [], operator: '' };
    const timer = setTimeout(() => reject(new Error('the server printed no links in time')), START_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with status ${code}`)));
    if (!child.stdout) return reject(new Error('the server has no standard output'));
    // The stream is read to its end, so that the server can always print.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const link = /https?:\/\/\S+\/in#\S+/.exec(line)?.[0];
      if (!link) return;
      if (line.includes('instructor')) links.instructor = link;
      else if (line.includes('trainee')) links.trainees.push(link);
      else if (line.includes('operator')) links.operator = link;
      if (links.instructor && links.operator && links.trainees.length >= 3) {
        clearTimeout(timer);
        resolve(links);
      }
    });
  });
}

/** A thousand people are registered and approved before the invitations are printed. */
const PHASE_MS = 240_000;
/** The last one that the demo names. */
const LAST_GUEST = 'demo-trainee-3';

/** Reads "who (log-in name)" and the link below it. */
function readInvitations(child: ChildProcess): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const links = new Map<string, string>();
    let login = '';
    const timer = setTimeout(() => reject(new Error('the server printed no invitations in time')), PHASE_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with status ${code}`)));
    if (!child.stdout) return reject(new Error('the server has no standard output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      login = /\((demo-[a-z0-9-]+)\)/.exec(line)?.[1] ?? login;
      const link = /https?:\/\/\S+\/invited#\S+/.exec(line)?.[0];
      if (link) links.set(login, link);
      if (links.has(LAST_GUEST)) {
        clearTimeout(timer);
        resolve(links);
      }
    });
  });
}
