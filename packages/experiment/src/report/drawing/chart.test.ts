import { describe, expect, it } from 'vitest';
import { lineChart, niceTicks, strokeOf } from './chart.js';

describe('niceTicks', () => {
  it('gives round numbers inside the range', () => {
    expect(niceTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(1, 30, 6)).toEqual([5, 10, 15, 20, 25, 30]);
  });
});

describe('strokeOf', () => {
  it('tells 36 series apart, and neighbours by colour and by dashes', () => {
    const strokes = Array.from({ length: 36 }, (_, i) => strokeOf(i));
    expect(new Set(strokes.map(({ colour, dashes }) => `${colour} ${dashes}`)).size).toBe(36);
    for (const [i, stroke] of strokes.slice(1, 6).entries()) {
      expect(stroke.colour).not.toBe(strokes[i]?.colour);
      expect(stroke.dashes).not.toBe(strokes[i]?.dashes);
    }
  });
});

describe('lineChart', () => {
  const options = { title: 'a < b', xLabel: 'epoch', yLabel: 'loss' };
  const points = [
    { x: 1, y: 1 },
    { x: 2, y: Number.NaN },
    { x: 3, y: 0.5 },
  ];

  it('draws one path through every finite point', () => {
    const svg = lineChart([{ name: 'loss', stroke: 0, points }], options).text;
    expect(svg.match(/<path/g)).toHaveLength(1);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
    expect(svg).toContain('a &lt; b');
  });

  it('puts a ring around the marked point, and around none that is not drawn', () => {
    const ring = (marked: number) => lineChart([{ name: 'loss', stroke: 0, points, marked }], options).text;
    // The lower of two values, at the right end and on half the height between 0 and 1.
    expect(ring(3)).toContain('<circle cx="428" cy="125" r="5" class="best-epoch"><title>loss: best at 3</title>');
    expect(ring(2)).not.toContain('best-epoch');
    expect(ring(9)).not.toContain('best-epoch');
  });

  it('says so when there is nothing to draw', () => {
    expect(lineChart([], options).text).toContain('no data');
    expect(lineChart([{ name: 'loss', stroke: 0, points: [{ x: 1, y: Number.NaN }] }], options).text).toContain(
      'no data',
    );
  });

  it('survives a single point', () => {
    const svg = lineChart([{ name: 'loss', stroke: 0, points: [{ x: 1, y: 0 }] }], options).text;
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
