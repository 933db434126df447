/** What a frame lacks is asked for, a few things at a time, in the order of need; what the next frame no longer needs is given up. */

/** Requests under way at one time: browsers open six connections to a server. */
const MAX_RUNNING = 6;

/** Until something that failed is asked for again, milliseconds. */
const RETRY = 3_000;

interface Running {
  readonly controller: AbortController;
}

export class Requests {
  #wanted = new Map<string, (signal: AbortSignal) => Promise<void>>();
  readonly #running = new Map<string, Running>();
  readonly #failed = new Map<string, number>();
  #closed = false;
  /** The last failure, as a sentence. */
  problem: string | undefined;

  /** @param changed is called when something has come, and when something that failed may be asked for again */
  constructor(readonly changed: () => void) {}

  /** Under way or waiting. */
  get pending(): number {
    let count = this.#running.size;
    for (const key of this.#wanted.keys()) if (!this.#running.has(key)) count++;
    return count;
  }

  isRunning(key: string): boolean {
    return this.#running.has(key);
  }

  /** Begins a frame: what is not wanted again until `settle` is given up. */
  begin(): void {
    this.#wanted = new Map();
  }

  want(key: string, load: (signal: AbortSignal) => Promise<void>): void {
    const failed = this.#failed.get(key);
    if (failed !== undefined && Date.now() < failed + RETRY) return;
    if (!this.#wanted.has(key)) this.#wanted.set(key, load);
  }

  settle(): void {
    for (const [key, { controller }] of this.#running) if (!this.#wanted.has(key)) controller.abort();
    this.#start();
  }

  /** Gives everything up. */
  close(): void {
    this.#closed = true;
    this.#wanted.clear();
    for (const { controller } of this.#running.values()) controller.abort();
  }

  #start(): void {
    for (const [key, load] of this.#wanted) {
      if (this.#running.size >= MAX_RUNNING) return;
      if (!this.#running.has(key)) void this.#run(key, load);
    }
  }

  async #run(key: string, load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(key, { controller });
    try {
      await load(controller.signal);
      this.#failed.delete(key);
      if (this.#failed.size === 0) this.problem = undefined;
    } catch (error) {
      if (!controller.signal.aborted) {
        this.problem = error instanceof Error ? error.message : String(error);
        this.#failed.set(key, Date.now());
        setTimeout(() => this.#closed || this.changed(), RETRY + 50);
      }
    } finally {
      this.#running.delete(key);
    }
    if (this.#closed) return;
    if (!controller.signal.aborted) this.#wanted.delete(key);
    this.#start();
    this.changed();
  }
}
