/**
 * Frames for a library that asks for the next one sixty times a second, also where nothing moves: OpenSeadragon, which so takes 7 % of a core for a page
 * at rest, beside a prediction that needs it.
 */

/** What a window has; milliseconds. */
export interface FrameHost {
  requestAnimationFrame(callback: (time: number) => void): number;
  cancelAnimationFrame(frame: number): void;
  setTimeout(callback: () => void, delay: number): number;
  clearTimeout(timer: number): void;
  readonly performance: { now(): number };
}

/** So long after something moved, frames come as fast as the screen shows them. */
const AWAKE = 1000;
/** Between two frames at rest: a picture that has loaded shows so late at most. */
const RESTING = 100;

interface Waiting {
  readonly callback: (time: number) => void;
  /** Of the host: a frame, or at rest a timer. */
  readonly handle: number;
  readonly rests: boolean;
}

export class CalmFrames {
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;
  #stirred: number;

  constructor(private readonly host: FrameHost) {
    this.#stirred = host.performance.now();
  }

  /** As `requestAnimationFrame` of a window. */
  readonly request = (callback: (time: number) => void): number => {
    const id = ++this.#ids;
    this.#wait(id, callback, this.host.performance.now() - this.#stirred > AWAKE);
    return id;
  };

  readonly cancel = (id: number): void => {
    const found = this.#waiting.get(id);
    if (found === undefined) return;
    this.#waiting.delete(id);
    if (found.rests) this.host.clearTimeout(found.handle);
    else this.host.cancelAnimationFrame(found.handle);
  };

  /** Something moves, or is about to: what rests comes with the next frame. */
  readonly stir = (): void => {
    this.#stirred = this.host.performance.now();
    for (const [id, { callback, handle, rests }] of this.#waiting) {
      if (!rests) continue;
      this.host.clearTimeout(handle);
      this.#wait(id, callback, false);
    }
  };

  #wait(id: number, callback: (time: number) => void, rests: boolean): void {
    const { host } = this;
    const call = (time: number): void => {
      this.#waiting.delete(id);
      callback(time);
    };
    const handle = rests
      ? host.setTimeout(() => call(host.performance.now()), RESTING)
      : host.requestAnimationFrame(call);
    this.#waiting.set(id, { callback, handle, rests });
  }
}
