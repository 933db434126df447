/** How many rows of a matrix are multiplied at a time. */

/** Runs that are not timed: an engine compiles well only what has run for a while. */
const UNTIMED = 8;
/** Runs that are timed, half of them each way: so many, since those of one tile take longer for each of its pixels than those of several. */
const TIMED = 16;

/**
 * With six rows at a time a network takes 3 % less time than with four in engines that keep all they need in registers (V8 from 13.6 on), and half as
 * much again in others (V8 12.4, and any V8 without relaxed SIMD). Results are the same to the last bit. So the first runs take turns, and the faster way stays.
 */
export class RowChoice {
  #runs = 0;
  #six = Number.POSITIVE_INFINITY;
  #four = Number.POSITIVE_INFINITY;

  /**
   * @param takeSix the kernels' own
   * @param now milliseconds
   */
  constructor(
    private readonly takeSix: (on: boolean) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param size of the work, in units of any kind: times are compared for each of them */
  run(work: () => void, size: number): void {
    if (this.#runs === UNTIMED + TIMED) {
      work();
      return;
    }
    const isSix = this.#runs % 2 === 0;
    this.takeSix(isSix);
    const began = this.now();
    work();
    const took = (this.now() - began) / size;
    if (this.#runs >= UNTIMED) {
      if (isSix) this.#six = Math.min(this.#six, took);
      else this.#four = Math.min(this.#four, took);
    }
    this.#runs++;
    if (this.#runs === UNTIMED + TIMED) this.takeSix(this.#six <= this.#four);
  }
}
