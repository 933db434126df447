/** The bits of JPEG's entropy-coded data: stuffed zeros are taken out, and a marker ends them. Source: ITU-T T.81, F.2.2.5. */
import type { Lookup } from './jpeg-tables.js';

export class BitReader {
  readonly #data: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  /** Fills up to at least 17 bits, unless a marker or the end is met. */
  #fill(): void {
    const data = this.#data;
    while (this.#count <= 16) {
      const byte = data[this.#at];
      if (byte === undefined) return;
      if (byte === 0xff) {
        // Any number of fill bytes may stand before a marker.
        let next = this.#at + 1;
        while (data[next] === 0xff) next++;
        if (data[next] !== 0) return;
        this.#at = next + 1;
      } else this.#at++;
      this.#held = ((this.#held << 8) | byte) & 0xffffff;
      this.#count += 8;
    }
  }

  /** @throws {Error} where the data end or hold no code */
  symbol(table: Lookup): number {
    if (this.#count < 16) this.#fill();
    const short = 16 - this.#count;
    const peek = short > 0 ? (this.#held << short) & 0xffff : (this.#held >> -short) & 0xffff;
    const found = table[peek] as number;
    const length = found >> 8;
    if (length > this.#count || (length === 0 && short > 0)) throw new Error('it ends early');
    if (length === 0) throw new Error('it has a code that does not exist');
    this.#count -= length;
    return found & 255;
  }

  /** @param bits 0 to 16 */
  skip(bits: number): void {
    if (this.#count < bits) this.#fill();
    if (this.#count < bits) throw new Error('it ends early');
    this.#count -= bits;
  }

  /** @param bits 0 to 16 */
  read(bits: number): number {
    this.skip(bits);
    return (this.#held >> this.#count) & ((1 << bits) - 1);
  }

  /** Where the data go on behind the last bit that was used, in whole bytes. */
  end(): number {
    // Bytes that were taken in and not used lie before `at`; a stuffed one takes two.
    let unused = this.#count >> 3;
    let at = this.#at;
    for (; unused > 0; unused--) at -= this.#data[at - 1] === 0 && this.#data[at - 2] === 0xff ? 2 : 1;
    return at;
  }

  moveTo(at: number): void {
    this.#at = at;
    this.#held = 0;
    this.#count = 0;
  }
}
