/**
 * Damages a file, always the same way for the same seed: what disks, networks and people who mean harm do to slides.
 */

/** A small generator of its own (mulberry32), so that a seed that once failed fails for ever. */
export function numbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

/** One to four damages: bytes changed, extreme words in the header's half, the end cut off, a piece moved. */
export function mutate(bytes, seed) {
  const next = numbers(seed);
  let out = Uint8Array.from(bytes);
  for (let n = 1 + next(4); n > 0 && out.length > 0; n--) {
    const at = next(out.length);
    switch (next(5)) {
      case 0:
        out[at] = next(256);
        break;
      case 1: {
        // Directories stand near the start or the end: an extreme word there is a lie about a count or an offset.
        const near = next(2) === 0 ? next(Math.min(512, out.length)) : out.length - 1 - next(Math.min(512, out.length));
        out.fill(EXTREMES[next(EXTREMES.length)], near, near + 1 + next(8));
        break;
      }
      case 2:
        out = out.slice(0, at);
        break;
      case 3: {
        const length = next(64);
        out.copyWithin(next(out.length), at, at + length);
        break;
      }
      default:
        out[at] ^= 1 << next(8);
    }
  }
  return out;
}

/** The same to a file, or to one of the files of a slide of several. */
export function mutated(content, seed) {
  if (!(content instanceof Map)) return mutate(content, seed);
  const names = [...content.keys()].filter((name) => content.get(name).length > 0);
  const name = names[numbers(seed)(names.length)];
  return new Map(content).set(name, mutate(content.get(name), seed));
}
