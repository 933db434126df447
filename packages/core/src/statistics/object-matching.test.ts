import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../tests/fixtures/scores.json' with { type: 'json' };
import { connectedComponents } from '../raster/components.js';
import { dice, iou } from '../raster/metrics.js';
import { type Raster, raster } from '../raster/raster.js';
import { intersectCounts } from '../runs/combine-runs.js';
import { runsOfRaster } from '../runs/raster-runs.js';
import { runsOfRle } from '../runs/rle-runs.js';
import { complementRuns, subtractRuns } from '../runs/subtract-runs.js';
import { matchObjects } from './object-matching.js';
import { objectCounts, objectScores } from './object-scores.js';
import { createRandom } from './random.js';

const draw = (...rows: readonly string[]) =>
  runsOfRaster(
    raster(
      rows[0]?.length ?? 1,
      rows.length,
      1,
      Uint8Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character))),
    ),
  );

describe.each(fixture.masks)(
  'scores of masks of $width x $height, as scikit-learn and SciPy give them (tests/fixtures/make_scores.py)',
  ({ width, height, ...expected }) => {
    const [prediction, truth] = [expected.prediction, expected.truth].map((code) => runsOfRle(code, width, height));
    if (prediction === undefined || truth === undefined) throw new RangeError('the fixture has two masks');

    it('by pixel', () => {
      const counts = intersectCounts(prediction, truth);
      expect(dice(counts)).toBeCloseTo(expected.dice, 12);
      expect(iou(counts)).toBeCloseTo(expected.pixelIou, 12);
    });

    it.each(expected.objects)(
      'by object above an IoU of $iou',
      ({ iou: threshold, truePositives, falseNegatives, falsePositives, ...scores }) => {
        const counts = objectCounts(matchObjects(prediction, truth, { iou: threshold }));
        expect(counts).toMatchObject({ truePositives, falseNegatives, falsePositives });
        const found = objectScores(counts);
        for (const [name, value] of Object.entries(scores)) {
          expect(found[name as keyof typeof found], name).toBeCloseTo(value, 12);
        }
      },
    );
  },
);

describe('matchObjects', () => {
  it('wants more than half, not half', () => {
    const truth = draw('111.....', '........', '11......');
    const prediction = draw('11......', '........', '1.......');
    const matched = matchObjects(prediction, truth);
    expect(matched.truePositives).toEqual([{ prediction: 0, truth: 0, iou: 2 / 3 }]);
    expect(matched.falseNegatives).toEqual([1]);
    expect(matched.falsePositives).toEqual([1]);
  });

  it('gives a true object to its best claimant where several overlap', () => {
    const truth = draw('1111111111');
    const prediction = draw('111.111111');
    expect(matchObjects(prediction, truth, { iou: 0.2 })).toMatchObject({
      truePositives: [{ prediction: 1, truth: 0, iou: 0.6 }],
      falseNegatives: [],
      falsePositives: [0],
    });
  });

  it('never pairs objects of different labels', () => {
    expect(matchObjects(draw('22'), draw('11'), { iou: 0 })).toMatchObject({
      truePositives: [],
      falseNegatives: [0],
      falsePositives: [0],
    });
    expect(matchObjects(draw('1122'), draw('1122')).truePositives).toHaveLength(2);
  });

  it('refuses an impossible threshold and masks of two sizes', () => {
    for (const iou of [-0.1, 1, Number.NaN]) {
      expect(() => matchObjects(draw('1'), draw('1'), { iou })).toThrow('iou: objects match above an IoU from 0');
    }
    expect(() => matchObjects(draw('1'), draw('11'))).toThrow('the prediction is 1 x 1, the truth is 2 x 1');
  });

  it('is what comparing every pair of objects pixel by pixel gives', () => {
    const side = fc.integer({ min: 1, max: 24 });
    const pairs = fc.record({ width: side, height: side, seed: fc.nat() });
    fc.assert(
      fc.property(pairs, fc.constantFrom(0, 0.2, 0.5, 0.8), ({ width, height, seed }, threshold) => {
        const random = createRandom(seed);
        const share = random.next();
        const pixel = (): number => (random.chance(share) ? 1 : 0);
        const truth = raster(width, height, 1, Uint8Array.from({ length: width * height }, pixel));
        // Mostly the truth, so that there is something to find.
        const changed = random.next() / 4;
        const prediction = { ...truth, data: truth.data.map((value) => (random.chance(changed) ? pixel() : value)) };
        const matched = matchObjects(runsOfRaster(prediction), runsOfRaster(truth), { iou: threshold });
        const overlaps = pixelwiseOverlaps(prediction, truth);
        const above = [...overlaps.pairs].filter(([, value]) => value > threshold);
        // Of pairs that compete, which one is taken below a half depends on the order of objects; above, no two compete.
        if (threshold >= 0.5) {
          const values = above.map(([, value]) => value.toFixed(12));
          expect(matched.truePositives.map((hit) => hit.iou.toFixed(12)).sort()).toEqual(values.sort());
        }
        for (const { iou: value } of matched.truePositives) expect(value).toBeGreaterThan(threshold);
        expect(new Set(matched.truePositives.map((hit) => hit.truth)).size).toBe(matched.truePositives.length);
        expect(matched.truePositives.length + matched.falseNegatives.length).toBe(overlaps.truth);
        expect(matched.truePositives.length + matched.falsePositives.length).toBe(overlaps.predicted);
        const best = Math.max(0, ...above.map(([, value]) => value));
        expect(Math.max(0, ...matched.truePositives.map((hit) => hit.iou))).toBeCloseTo(best, 12);
      }),
      { numRuns: 200 },
    );
  });
});

/** Intersection over union of every pair of components that overlap, counted in pixels. */
function pixelwiseOverlaps(prediction: Raster, truth: Raster) {
  const [p, t] = [connectedComponents(prediction), connectedComponents(truth)];
  const pairs = new Map<string, number>();
  for (let i = 1; i <= p.components.length; i++) {
    for (let j = 1; j <= t.components.length; j++) {
      let [both, either] = [0, 0];
      for (let at = 0; at < prediction.data.length; at++) {
        const [inP, inT] = [p.labels.data[at] === i, t.labels.data[at] === j];
        if (inP && inT) both++;
        if (inP || inT) either++;
      }
      if (both > 0) pairs.set(`${i},${j}`, both / either);
    }
  }
  return { pairs, predicted: p.components.length, truth: t.components.length };
}

describe('ignored pixels', () => {
  const options = { ignored: draw('...11111..', '...11111..', '..........') };

  it('count neither for nor against an object, and hide those that lie in them by more than half', () => {
    // Found by its known half; no false negative in the ignored area; a false positive with less than half there, and one with more.
    const truth = draw('2222..1...', '2222......', '..........');
    const prediction = draw('22........', '22........', '.........1');
    expect(matchObjects(prediction, truth, options)).toMatchObject({
      truePositives: [{ prediction: 0, truth: 0, iou: 4 / 6 }],
      falseNegatives: [],
      falsePositives: [1],
    });
    expect(matchObjects(prediction, truth).falseNegatives).toEqual([0, 1]);
    const half = draw('.......111', '..........', '..........');
    expect(matchObjects(half, draw('..........', '..........', '..........'), options).falsePositives).toEqual([0]);
    const more = draw('......111.', '..........', '..........');
    expect(matchObjects(more, draw('..........', '..........', '..........'), options).falsePositives).toEqual([]);
  });

  it('leave what counting pixels leaves', () => {
    const random = createRandom(4);
    const mask = (share: number) =>
      raster(
        31,
        23,
        1,
        Uint8Array.from({ length: 713 }, () => (random.chance(share) ? 1 + random.int(2) : 0)),
      );
    for (let n = 0; n < 40; n++) {
      const [a, b] = [mask(random.next()), mask(random.next())];
      const left = raster(
        31,
        23,
        1,
        a.data.map((value, i) => (b.data[i] === 0 ? value : 0)),
      );
      expect(subtractRuns(runsOfRaster(a), runsOfRaster(b))).toEqual(runsOfRaster(left));
      const outside = raster(
        31,
        23,
        1,
        a.data.map((value) => (value === 0 ? 1 : 0)),
      );
      expect(complementRuns(runsOfRaster(a))).toEqual(runsOfRaster(outside));
    }
  });
});
