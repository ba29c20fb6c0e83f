/** One person in a browser of their own: signs in by a link, and can be asked what really arrives. */
import { type Browser, type BrowserContextOptions, expect, type Locator, type Page } from '@playwright/test';

/** What all peer connections of a page have received and sent. */
export interface Media {
  framesDecoded: number;
  audioEnergy: number;
  packetsLost: number;
  receivedCodecs: string[];
  sentCodecs: string[];
}

export class Person {
  readonly page: Page;
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.message));
  }

  /** Opens a link and waits until it has led to the person's own page; trainees read the rules first. */
  static async enter(browser: Browser, link: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await Person.open(browser, link, options);
    await person.page.waitForURL(/\/(lesson|operator)\b/);
    await person.passLobby();
    return person;
  }

  /** What the lesson asks for is told once on each device, before a trainee comes in. */
  private async passLobby(): Promise<void> {
    await this.page.locator('.lobby, .lesson, .check, .wall').first().waitFor();
    const enter = this.button('知道了，进入课堂');
    if (await enter.isVisible()) await enter.click();
  }

  /** Opens a link that may lead nowhere. */
  static async open(browser: Browser, link: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({
      permissions: ['camera', 'microphone'],
      locale: 'zh-CN',
      ...options,
    });
    const page = await context.newPage();
    await page.addInitScript(keepPeerConnections);
    const person = new Person(page);
    await page.goto(link);
    return person;
  }

  /** What has arrived and left so far, by the browser's own statistics. */
  media(): Promise<Media> {
    return this.page.evaluate(readMedia);
  }

  /** Waits until `picture` and `sound` both have grown from what they are now. */
  async seesAndHears(): Promise<void> {
    const before = await this.media();
    await expect
      .poll(async () => (await this.media()).framesDecoded, { message: 'frames are decoded' })
      .toBeGreaterThan(before.framesDecoded + 10);
    await expect
      .poll(async () => (await this.media()).audioEnergy, { message: 'sound has energy' })
      .toBeGreaterThan(before.audioEnergy);
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name });
  }

  /** Seconds that the video element of this name has played. */
  async playedOf(name: string): Promise<number> {
    const video = this.page
      .locator('video')
      .and(this.page.getByLabel(name, { exact: true }))
      .first();
    return video.evaluate((element) => (element as HTMLVideoElement).currentTime);
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}

/** A sheet stands below or beside the picture, and covers nothing of it, once it has slid in. */
export async function standsApart(sheet: Locator): Promise<void> {
  const isApart = async () => {
    const picture = await sheet.page().locator('.stage-main').boundingBox();
    const box = await sheet.boundingBox();
    if (!picture || !box) return 'the picture or the sheet is not shown';
    return box.y >= picture.y + picture.height || box.x >= picture.x + picture.width;
  };
  await expect.poll(isApart).toBe(true);
}

/** Runs in the page before its scripts: keeps every peer connection for the questions above. */
function keepPeerConnections() {
  const kept: RTCPeerConnection[] = [];
  Object.assign(window, { keptPeerConnections: kept });
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      kept.push(this);
    }
  };
}

/** Runs in the page. */
async function readMedia(): Promise<Media> {
  const kept = (window as unknown as { keptPeerConnections: RTCPeerConnection[] }).keptPeerConnections;
  const media = {
    framesDecoded: 0,
    audioEnergy: 0,
    packetsLost: 0,
    receivedCodecs: [] as string[],
    sentCodecs: [] as string[],
  };
  for (const peer of kept.filter((one) => one.connectionState === 'connected')) {
    const report = await peer.getStats();
    const codec = (id: string) => (report.get(id) as { mimeType?: string } | undefined)?.mimeType ?? '';
    for (const entry of report.values()) {
      if (entry.type === 'inbound-rtp') {
        media.framesDecoded += entry.framesDecoded ?? 0;
        media.audioEnergy += entry.totalAudioEnergy ?? 0;
        media.packetsLost += entry.packetsLost ?? 0;
        if (entry.kind === 'video' && entry.framesDecoded > 0)
          media.receivedCodecs.push(codec(entry.codecId));
      } else if (entry.type === 'outbound-rtp' && entry.kind === 'video' && entry.packetsSent > 0) {
        media.sentCodecs.push(codec(entry.codecId));
      }
    }
  }
  return media;
}
