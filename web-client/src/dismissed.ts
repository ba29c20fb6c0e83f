/** Which results of polls this person has closed: kept for this tab, so that neither a reload nor the full screen
 * brings them back. */

/** Results closed in one lesson; more than a lesson has. */
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

  /** Staff took the result down: shown again, it is shown to everybody. */
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
      // Forbidden storage: a reload then shows the result once more.
    }
  }
}
