/**
 * The generator behind `numpy.random.RandomState(seed)`: folds that scikit-learn shuffles come out the same only with its numbers.
 * Mersenne Twister MT19937 (Matsumoto & Nishimura 1998), seeded and shuffled as NumPy's legacy generator does.
 */

export interface NumpyRandom {
  /** The next 32 bits, 0 .. 2^32 - 1. */
  uint32(): number;
  /** A uniform integer in [0, most]: bits under a mask, drawn again where they are too large. */
  interval(most: number): number;
  /** `RandomState.shuffle` of a list: in place; returns the same array. */
  shuffle<T>(items: T[]): T[];
}

const size = 624;
const shift = 397;

/** The next 624 words of the state. */
function twist(state: Uint32Array): void {
  for (let k = 0; k < size; k++) {
    const y = ((state[k] as number) & 0x80000000) | ((state[(k + 1) % size] as number) & 0x7fffffff);
    state[k] = (state[(k + shift) % size] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

/**
 * @param seed a whole number, 0 .. 2^32 - 1
 * @example
 * createNumpyRandom(5363).shuffle([0, 1, 2, 3, 4]); // as np.random.RandomState(5363).shuffle
 */
export function createNumpyRandom(seed: number): NumpyRandom {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let k = 1; k < size; k++) {
    const before = state[k - 1] as number;
    state[k] = Math.imul(1812433253, before ^ (before >>> 30)) + k;
  }
  let position = size;
  const uint32 = (): number => {
    if (position === size) {
      twist(state);
      position = 0;
    }
    let y = state[position++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const interval = (most: number): number => {
    if (most === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(most);
    for (;;) {
      const value = (uint32() & mask) >>> 0;
      if (value <= most) return value;
    }
  };
  return {
    uint32,
    interval,
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = interval(i);
        const held = items[i] as (typeof items)[number];
        items[i] = items[j] as (typeof items)[number];
        items[j] = held;
      }
      return items;
    },
  };
}
