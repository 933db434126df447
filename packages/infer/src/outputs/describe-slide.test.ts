/** What the bands of a slide say, where it is more than anybody could use. */
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import { predictSlide } from '../predict/predict-slide.js';
import { describeSlide } from './describe-slide.js';

const look = { stained: 1, visible: 1 };

/** Single pixels, that many across and down, with a pixel between them. */
function specks(side: number): ColumnRuns {
  const counts = Uint32Array.from({ length: 2 * side }, (_, x) => (x % 2 === 0 ? side : 0));
  const starts = Int32Array.from({ length: side * side }, (_, i) => 2 * (i % side));
  return {
    left: 0,
    counts,
    starts,
    ends: starts.map((start) => start + 1),
    labels: new Uint8Array(side * side).fill(1),
    peaks: new Float32Array(side * side).fill(1),
  };
}

async function describeSpecks(side: number, minimumArea: number) {
  const image = paint(32, 32, () => 255);
  const { plan } = await predictSlide(memorySlide(image, 1), [pixelModel(() => 1)], { all: true, minimumArea });
  const store = {
    runs: async () => [specks(side)],
    bands: async function* () {},
  };
  const options = { id: 'specks', look, describes: false, signal: undefined };
  return describeSlide({ width: 2 * side, height: 2 * side }, plan, store, options);
}

describe('a mask of specks', () => {
  it('is refused with what to do, before memory is full', async () => {
    await expect(describeSpecks(1001, 0)).rejects.toThrow(
      /^1002001 objects were found, and a slide may have 1000000; .*`threshold`, or set `minimumArea`$/,
    );
  });

  it('is described where so many are left out, or there are fewer', async () => {
    expect(await describeSpecks(1001, 2)).toMatchObject({ small: 1_002_001, facts: { count: 0 } });
    expect(await describeSpecks(300, 0)).toMatchObject({ small: 0, facts: { count: 90_000 } });
  });
});
