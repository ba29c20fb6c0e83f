/** The last words of a run: one line for each test that failed, where and why. What is cut off above is said here again. */
import { relative } from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter';

const COLOURS = /\u001b\[[0-9;]*m/g;
const MOST_CHARACTERS = 600;

export default class Brief implements Reporter {
  #all?: Suite;
  #folder = '';

  onBegin(config: FullConfig, all: Suite): void {
    this.#folder = config.rootDir;
    this.#all = all;
  }

  onEnd(): void {
    const failed = this.#all?.allTests().filter((test) => test.outcome() === 'unexpected') ?? [];
    for (const test of failed) console.log(`FAILED ${this.#place(test)} ${test.title}\n  ${why(test)}`);
  }

  #place(test: TestCase): string {
    return `${relative(this.#folder, test.location.file)}:${test.location.line}`;
  }
}

function why(test: TestCase): string {
  const error = test.results.at(-1)?.error;
  const words = (error?.message ?? error?.value ?? 'no error was told').replace(COLOURS, '');
  const where = error?.location ? `line ${error.location.line}: ` : '';
  return `${where}${words.split(/\s+/).join(' ').slice(0, MOST_CHARACTERS)}`;
}
