/**
 * Reads a header front to back through a window of the file, so that neither its length nor the pixels behind it matter. Whoever reads asks `has`
 * first and waits only where the window ends: a header of a million elements would spend its time in promises otherwise.
 */
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';

const WINDOW_BYTES = 64 << 10;

export class Cursor {
  readonly source: ByteSource;
  readonly #window: number;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** Place of the window in the file. */
  #start = 0;
  #at = 0;

  /** @param window bytes that are read at a time */
  constructor(source: ByteSource, position: number, window = WINDOW_BYTES) {
    this.source = source;
    this.#window = window;
    this.#start = position;
  }

  /** Place in the file, bytes. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Whether that many bytes lie in the window; else `fill` brings them there. */
  has(count: number): boolean {
    return this.#at + count <= this.#bytes.length;
  }

  /** @throws {SlideError} `bad-input` where the file ends before them */
  async fill(count: number, what: string): Promise<void> {
    if (this.has(count)) return;
    const { source, position } = this;
    if (position + count > source.size) throw cutOff(source.name, `${what} at ${position}`);
    const length = Math.min(Math.max(count, this.#window), source.size - position);
    this.#bytes = new Uint8Array(await source.read(position, length));
    this.#view = new DataView(this.#bytes.buffer);
    this.#start = position;
    this.#at = 0;
  }

  skip(count: number): void {
    this.#at += count;
  }

  uint16(ahead = 0): number {
    return this.#view.getUint16(this.#at + ahead, true);
  }

  uint32(ahead = 0): number {
    return this.#view.getUint32(this.#at + ahead, true);
  }

  /** Two letters of Latin-1. */
  letters(ahead: number): string {
    return String.fromCharCode(this.#view.getUint8(this.#at + ahead), this.#view.getUint8(this.#at + ahead + 1));
  }

  /** A view, valid until the next `fill`. */
  take(count: number): DataView {
    const view = new DataView(this.#bytes.buffer, this.#at, count);
    this.#at += count;
    return view;
  }
}

/** @param where the file ends, such as `(0028,0010) Rows at 1044` */
export const cutOff = (subject: string, where: string): SlideError =>
  new SlideError('bad-input', `the file ends inside ${where}`, {
    subject,
    hint: 'it is damaged or cut off: copy or export it again',
  });

/** @param where such as `(0028,0010) Rows at 1044` */
export const damaged = (subject: string, where: string, problem: string): SlideError =>
  new SlideError('bad-input', `${where}: ${problem}`, {
    subject,
    hint: 'the file is damaged: copy or export it again',
  });
