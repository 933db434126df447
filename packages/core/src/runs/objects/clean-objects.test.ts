import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../../raster/raster.js';
import { paintRuns } from '../paint-runs.js';
import { runsOfRaster } from '../raster-runs.js';
import type { RunMask } from '../run-mask.js';
import { cleanObjects } from './clean-objects.js';

function draw(...rows: readonly string[]): Raster {
  const data = Uint8Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)));
  return raster(rows[0]?.length ?? 1, rows.length, 1, data);
}

function rowsOf(mask: RunMask): string[] {
  const { data } = paintRuns(mask, { x: 0, y: 0, width: mask.width, height: mask.height });
  return Array.from({ length: mask.height }, (_, y) => {
    return [...data.subarray(y * mask.width, (y + 1) * mask.width)].join('').replaceAll('0', '.');
  });
}

const image = draw('111..22', '1.1..22', '111....', '....111', '.2..1.1');

describe('cleanObjects', () => {
  it('does nothing unasked', () => {
    const mask = runsOfRaster(image);
    expect(cleanObjects(mask, {})).toEqual(mask);
  });

  it('drops small objects, by class', () => {
    const mask = runsOfRaster(image);
    expect(rowsOf(cleanObjects(mask, { minimumArea: 6 }))).toEqual([
      '111....',
      '1.1....',
      '111....',
      '.......',
      '.......',
    ]);
    const byClass = { minimumArea: 6, classes: { 2: { minimumArea: 4 } } };
    expect(rowsOf(cleanObjects(mask, byClass))).toEqual(['111..22', '1.1..22', '111....', '.......', '.......']);
    expect(rowsOf(cleanObjects(mask, { classes: { 1: { minimumArea: 9 } } }))).toEqual([
      '.....22',
      '.....22',
      '.......',
      '.......',
      '.2.....',
    ]);
  });

  it('fills holes before it measures', () => {
    const mask = runsOfRaster(image);
    expect(rowsOf(cleanObjects(mask, { fillHoles: 1, minimumArea: 9 }))).toEqual([
      '111....',
      '111....',
      '111....',
      '.......',
      '.......',
    ]);
  });

  it('keeps objects with a run that is sure enough', () => {
    const mask = runsOfRaster(image);
    const scores = new Float32Array(mask.starts.length).fill(0.5);
    scores[0] = 0.9;
    expect(rowsOf(cleanObjects(mask, { hysteresis: 0.8, scores, classes: { 2: { hysteresis: 0.5 } } }))).toEqual([
      '111..22',
      '1.1..22',
      '111....',
      '.......',
      '.2.....',
    ]);
    expect(() => cleanObjects(mask, { hysteresis: 0.8 })).toThrow('there are none');
    expect(() => cleanObjects(mask, { hysteresis: 0.8, scores: scores.subarray(1) })).toThrow(
      `of ${scores.length} runs`,
    );
  });

  it('parts at corners if objects are 4-connected', () => {
    const mask = runsOfRaster(draw('11.', '11.', '..1'));
    expect(rowsOf(cleanObjects(mask, { minimumArea: 2 }))).toEqual(['11.', '11.', '..1']);
    expect(rowsOf(cleanObjects(mask, { minimumArea: 2, connectivity: 4 }))).toEqual(['11.', '11.', '...']);
  });

  it('splits before it measures', () => {
    const side = 40;
    const inside = (x: number, y: number): boolean => Math.hypot(x - 14, y - 20) < 12 || Math.hypot(x - 32, y - 20) < 7;
    const data = Uint8Array.from({ length: side * side }, (_, at) =>
      inside(at % side, Math.floor(at / side)) ? 1 : 0,
    );
    const cleaned = cleanObjects(runsOfRaster(raster(side, side, 1, data)), {
      splitTouching: { depth: 2, maximumSolidity: 1 },
      minimumArea: 200,
    });
    const columns = rowsOf(cleaned).map((row) => row.lastIndexOf('1'));
    expect(Math.max(...columns)).toBeLessThan(27);
  });
});
