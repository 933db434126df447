/** Pictures inside the page: each stored once, sized before it is decoded, and opened large by a click or Enter. */
import { createHash } from 'node:crypto';
import { type Html, html, when } from './html.js';

/** More pictures than this make a page that no browser likes to open. */
export const PICTURE_LIMIT = 60;

/** Width and height in the frame header of a JPEG; undefined: there is none. */
export function jpegSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    // SOF0 to SOF15, among which DHT, JPG and DAC have other meanings.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/**
 * How many pictures each of several lists may show: few lists or small ones show all, the others share what is left evenly.
 * @example
 * pictureShares([10, 500, 500], 60); // [10, 25, 25]
 */
export function pictureShares(counts: readonly number[], limit = PICTURE_LIMIT): number[] {
  const shares = new Array<number>(counts.length).fill(0);
  const order = [...counts.entries()].sort(([, a], [, b]) => a - b);
  let left = limit;
  for (const [done, [list, count]] of order.entries()) {
    const share = Math.min(count, Math.floor(left / (order.length - done)));
    shares[list] = share;
    left -= share;
  }
  return shares;
}

export interface PictureText {
  /** What is seen, for those who do not see it. */
  readonly alt: string;
  readonly title: string;
  readonly caption: string;
}

/** Numbers the pictures of a page, and knows those that it has shown. */
export class PictureBook {
  readonly #shown = new Map<string, string>();
  #count = 0;

  /** A `<figure>`; a picture that is on the page already is linked to instead of stored again. */
  figure(jpeg: Uint8Array, { alt, title, caption }: PictureText): { readonly id: string; readonly figure: Html } {
    const id = `picture-${++this.#count}`;
    const digest = createHash('sha256').update(jpeg).digest('hex');
    const before = this.#shown.get(digest);
    const text = html`<figcaption><b>${title}</b> ${caption}</figcaption>`;
    if (before !== undefined) {
      return {
        id,
        figure: html`<figure id="${id}"><a class="same" href="#${before}">The same picture as above</a>${text}</figure>`,
      };
    }
    this.#shown.set(digest, id);
    const size = when(jpegSize(jpeg), ({ width, height }) => html` width="${width}" height="${height}"`);
    const source = `data:image/jpeg;base64,${Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64')}`;
    return {
      id,
      figure: html`<figure id="${id}"><button type="button" class="open" aria-haspopup="dialog"><img loading="lazy" decoding="async"${size} alt="${alt}" src="${source}"></button>${text}</figure>`,
    };
  }
}
