/** The built client on the fake server of `web-client/dev`: every state of a page without a class around it. */
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
// @ts-expect-error plain JavaScript without types
import { states } from '../../web-client/dev/class-shots.mjs';
// @ts-expect-error plain JavaScript without types
import { startFakeServer } from '../../web-client/dev/fake-server.mjs';
// @ts-expect-error plain JavaScript without types
import { paintStreams } from '../../web-client/dev/painted-streams.mjs';

export type State =
  | 'waiting'
  | 'begun'
  | 'longest'
  | 'checkAndResult'
  | 'result'
  | 'letters'
  | 'lettersResult'
  | 'notice'
  | 'unread'
  | 'back'
  | 'lost';

export class Looks {
  readonly origin: string;
  #server: HttpServer;

  private constructor(server: HttpServer) {
    this.#server = server;
    this.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Looks> {
    return new Looks((await startFakeServer(0)) as HttpServer);
  }

  /** A page whose person was told the rules before. */
  async open(browser: Browser, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', permissions: ['camera', 'microphone'], ...options });
    await context.addInitScript(() => localStorage.setItem('live-classroom.rules-read.demo.trainee', '2026-1'));
    const page = await context.newPage();
    await page.addInitScript(paintStreams as () => void);
    await page.goto(this.origin + path);
    return page;
  }

  /** Somebody else brings the room into a state that the page is then told of; it must listen first. */
  async tell(page: Page, state: State): Promise<void> {
    await page.locator('.under').waitFor();
    await this.say(page, { do: 'pretend', events: states[state] });
  }

  async say(page: Page, command: object): Promise<void> {
    await page.evaluate((message) => {
      const socket = new WebSocket(`ws://${location.host}/signal/demo?as=teacher`);
      socket.onopen = () => socket.send(message);
      return new Promise((resolve) => {
        socket.onmessage = resolve;
      });
    }, JSON.stringify({ type: 'command', id: 1, command }));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
