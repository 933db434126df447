/** Streams of BloscLZ, the format of Blosc's own: FastLZ's second level with a longer reach. Source: c-blosc's blosclz. */
import { copyBack } from './copy-back.js';

/** Offsets of this length are followed by a farther one. */
const FAR = 8191;

/**
 * @param out filled to its end
 * @throws {Error} for damaged data
 */
export function decodeBloscLz(data: Uint8Array, out: Uint8Array): void {
  let at = 0;
  let to = 0;
  const next = (): number => {
    const byte = data[at++];
    if (byte === undefined) throw new Error('BloscLZ data end within a match');
    return byte;
  };
  let control = next() & 31;
  for (;;) {
    if (control < 32) {
      const literals = control + 1;
      if (at + literals > data.length || to + literals > out.length) throw new Error('BloscLZ literals pass the end');
      out.set(data.subarray(at, at + literals), to);
      at += literals;
      to += literals;
    } else {
      let matched = (control >> 5) - 1;
      const high = (control & 31) << 8;
      if (matched === 6) {
        for (let more = 255; more === 255; ) {
          more = next();
          matched += more;
        }
      }
      const low = next();
      const isFar = low === 255 && high === 31 << 8;
      const back = isFar ? next() * 256 + next() + FAR : high + low;
      copyBack(out, to, back + 1, matched + 3);
      to += matched + 3;
    }
    if (at >= data.length) break;
    control = next();
  }
  if (to !== out.length) throw new Error(`BloscLZ data give ${to} bytes where ${out.length} are needed`);
}
