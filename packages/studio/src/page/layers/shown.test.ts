import { describe, expect, it } from 'vitest';
import type { MapLayer, OutlineLayer } from '../../protocol/slides.js';
import type { LayerSettings } from '../state/layers.js';
import { type ShownOptions, shownOf, TRUTH_COLOUR } from './shown.js';

const outline = (id: string, kind: OutlineLayer['kind'], prediction?: string): OutlineLayer => ({
  id,
  kind,
  name: id,
  prediction,
  objects: 1,
});
const [first, second, truth] = [
  outline('p1', 'prediction', 'p1'),
  outline('p2', 'prediction', 'p2'),
  outline('t', 'truth'),
];
const map = (prediction: string): MapLayer => ({
  id: `m-${prediction}`,
  kind: 'probability',
  name: prediction,
  prediction,
  class: 'glomerulus',
  width: 10,
  height: 10,
  levels: 1,
});
const on: LayerSettings = { visible: true, opacity: 0.5, threshold: 0.25 };
const options: ShownOptions = {
  outlines: [first, second, truth],
  maps: [map('p1'), map('p2')],
  classes: [{ name: 'glomerulus', colour: [1, 2, 3] }],
  settingsOf: (layer) => ({ ...on, visible: layer !== second }),
  shown: true,
  filled: false,
  mode: 'off',
  compared: undefined,
  side: 'main',
  swipeAt: 300,
  canvasWidth: 800,
  pixelRatio: 2,
};

const seen = (more: Partial<ShownOptions>): string[] => {
  const { outlines, maps } = shownOf({ ...options, ...more });
  return [...outlines, ...maps].filter(([, { visible }]) => visible).map(([id]) => id);
};

describe('shownOf', () => {
  it('shows what the panel says', () => {
    expect(seen({})).toEqual(['p1', 't', 'm-p1', 'm-p2']);
    expect(seen({ shown: false })).toEqual([]);
    const { outlines, maps } = shownOf(options);
    expect(outlines.get('p1')).toMatchObject({
      opacity: 0.5,
      lineWidth: 4,
      dashed: false,
      colours: { glomerulus: [1, 2, 3] },
    });
    expect(outlines.get('t')).toMatchObject({ dashed: true, colours: { glomerulus: TRUTH_COLOUR } });
    expect(maps.get('m-p1')).toMatchObject({ threshold: 0.25, colour: [1, 2, 3] });
  });

  it('shows one prediction with its map in each of two panes', () => {
    const compared = { left: first, right: second };
    expect(seen({ mode: 'side', compared })).toEqual(['p1', 'm-p1']);
    expect(seen({ mode: 'side', compared, side: 'second' })).toEqual(['p2', 'm-p2']);
  });

  it('cuts what is swiped at the line', () => {
    const { outlines } = shownOf({ ...options, mode: 'swipe', compared: { left: first, right: truth } });
    expect(outlines.get('p1')?.clip).toEqual({ from: 0, to: 300 });
    expect(outlines.get('t')?.clip).toEqual({ from: 300, to: 800 });
    expect(outlines.get('p2')?.visible).toBe(false);
  });
});
