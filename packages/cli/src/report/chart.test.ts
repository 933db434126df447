import { describe, expect, it } from 'vitest';
import { escapeHtml, lineChart, niceTicks } from './chart.js';

describe('niceTicks', () => {
  it('gives round numbers inside the range', () => {
    expect(niceTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(1, 30, 6)).toEqual([5, 10, 15, 20, 25, 30]);
  });
});

describe('lineChart', () => {
  const options = { title: 'a < b', xLabel: 'epoch', yLabel: 'loss' };

  it('draws one path through every finite point', () => {
    const points = [
      { x: 1, y: 1 },
      { x: 2, y: Number.NaN },
      { x: 3, y: 0.5 },
    ];
    const svg = lineChart([{ name: 'loss', colour: 'red', points }], options);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
    expect(svg).toContain('a &lt; b');
  });

  it('says so when there is nothing to draw', () => {
    expect(lineChart([], options)).toContain('no data');
  });

  it('survives a single point', () => {
    const svg = lineChart([{ name: 'loss', colour: 'red', points: [{ x: 1, y: 0 }] }], options);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('escapeHtml', () => {
  it('leaves no way out of text or attribute', () => {
    expect(escapeHtml(`<a href="x">'&`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;');
  });
});
