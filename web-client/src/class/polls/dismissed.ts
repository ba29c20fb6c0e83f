/**
 * The results of polls that this person has closed: kept for this tab, so that neither a reload nor the full screen
 * brings them back.
 */

/** The results closed in one lesson that are kept; more than a lesson has. */
const KEPT_MAX = 60;

export class Dismissed {
  #key: string;
  #storage: Pick<Storage, 'getItem' | 'setItem'>;
  #polls: number[];

  constructor(key: string, storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#key = key;
    this.#storage = storage;
    this.#polls = this.#read();
  }

  has(poll: number): boolean {
    return this.#polls.includes(poll);
  }

  add(poll: number): void {
    if (!this.has(poll)) this.#write([...this.#polls, poll].slice(-KEPT_MAX));
  }

  /** Called when staff took the result down: a result that is shown again is shown to everybody. */
  forget(poll: number): void {
    if (this.has(poll)) this.#write(this.#polls.filter((one) => one !== poll));
  }

  #read(): number[] {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((one) => typeof one === 'number') : [];
    } catch {
      return [];
    }
  }

  #write(polls: number[]): void {
    this.#polls = polls;
    try {
      this.#storage.setItem(this.#key, JSON.stringify(polls));
    } catch {
      // Storage is forbidden: a reload then shows the result once more.
    }
  }
}
