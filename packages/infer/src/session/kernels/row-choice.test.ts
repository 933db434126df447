import { describe, expect, it } from 'vitest';
import { RowChoice } from './row-choice.js';

/** What is taken in each of some runs, where one way takes so long for each unit of work, and the first runs ten times as long. */
function taken({ six, four }: { readonly six: number; readonly four: number }, sizes: readonly number[]): boolean[] {
  let [clock, isSix] = [0, true];
  const choice = new RowChoice(
    (on) => {
      isSix = on;
    },
    () => clock,
  );
  return sizes.map((size, run) => {
    const work = (): void => {
      clock += (isSix ? six : four) * size * (run < 5 ? 10 : 1);
    };
    choice.run(work, size);
    return isSix;
  });
}

const same = Array<number>(32).fill(1);

describe('rows at a time', () => {
  it('tries both, and stays with the faster', () => {
    const fast = taken({ six: 1, four: 1.1 }, same);
    expect(fast.slice(0, 23)).toEqual(Array.from({ length: 23 }, (_, run) => run % 2 === 0));
    expect(fast.slice(23)).toEqual(Array(9).fill(true));
    expect(taken({ six: 1.6, four: 1.1 }, same).slice(23)).toEqual(Array(9).fill(false));
  });

  it('compares tiles of different sizes by their size', () => {
    const sizes = Array.from({ length: 32 }, (_, run) => (run % 2 === 0 ? 100 : 1));
    expect(taken({ six: 1, four: 1.1 }, sizes).at(-1)).toBe(true);
  });
});
