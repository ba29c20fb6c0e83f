/** An administrator at work: one section after another, dialogs, tables, files in and out. */
import { readFileSync } from 'node:fs';
import { type Browser, expect, type Locator, type Page } from '@playwright/test';
import { setUp } from './front-door.ts';
import { Person } from './person.ts';

/** Somebody at work in the office. */
export class Clerk {
  readonly person: Person;
  readonly page: Page;
  readonly login: string;
  readonly secret: string;

  private constructor(person: Person, login: string, secret: string) {
    this.person = person;
    this.page = person.page;
    this.login = login;
    this.secret = secret;
  }

  /** Comes in by an invitation. */
  static async of(browser: Browser, link: string, login = ''): Promise<Clerk> {
    const person = await Person.open(browser, link);
    const secret = await setUp(person);
    await person.page.locator('.office-section').waitFor();
    return new Clerk(person, login, secret);
  }

  async section(name: string): Promise<void> {
    await this.page.getByLabel('管理栏目').getByRole('link', { name, exact: true }).click();
  }

  async phase(id: string): Promise<void> {
    await this.page.getByLabel('培训期次').selectOption(id);
    await expect(this.page).toHaveURL(new RegExp(`phase=${id}`));
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Presses a button of the dialog that is open. */
  async answer(name: string | RegExp): Promise<void> {
    await this.dialog.getByRole('button', { name, exact: typeof name === 'string' }).last().click();
  }

  row(text: string | RegExp): Locator {
    return this.page.getByRole('row').filter({ hasText: text });
  }

  async choose(name: string, text: string, type = 'text/csv'): Promise<void> {
    const file = { name, mimeType: type, buffer: Buffer.from(text) };
    await this.page.locator('input[type=file]').setInputFiles(file);
  }

  /** What a link to a file leads to. */
  async saved(link: Locator): Promise<string> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), link.click()]);
    return download.path();
  }

  async leave(): Promise<void> {
    expect(this.person.problems).toEqual([]);
    await this.person.leave();
  }
}

/** Rows of a CSV without quoted cells. */
export function rowsOf(path: string): string[][] {
  const lines = readFileSync(path, 'utf8').replace(/^\ufeff/, '').trimEnd();
  return lines.split('\r\n').map((line) => line.split(','));
}
