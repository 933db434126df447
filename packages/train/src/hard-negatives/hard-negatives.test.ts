import { tileGrid } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from '../config/parse-config.js';
import { drawWindow, type FreeWindows } from '../sampling/sampler.js';
import { HardNegatives } from './hard-negatives.js';
import { lastDrawnEpoch, roundFollows, tilesOfRound, tilesOfRounds } from './rounds.js';

const grid = (width: number, height: number) => tileGrid(width, height, { tile: 64, overlap: 0 });
const slides = [
  { tiles: grid(256, 128), share: 0.5 },
  { tiles: grid(640, 640), share: 0.5 },
  { tiles: grid(640, 640), share: 0 },
];
const alarm = (x: number, mass: number) => ({ box: { x, y: 8, width: 10, height: 12 }, mass });

describe('HardNegatives', () => {
  it('walks over the slides by their shares, and over every tile of a slide once before any comes twice', () => {
    const found = new HardNegatives(slides, 3);
    const seen: string[] = [];
    for (let epoch = 0; epoch < 5; epoch++) {
      const round = found.nextRound(8);
      expect(round.tiles).toHaveLength(8);
      for (const { slide, tile } of round.tiles) seen.push(`${slide} ${tile}`);
      found.finish(
        round,
        round.tiles.map(() => []),
        epoch,
      );
    }
    const of = (slide: number) => seen.filter((key) => key.startsWith(`${slide} `));
    expect(of(2)).toEqual([]);
    expect(Math.abs(of(0).length - of(1).length)).toBeLessThanOrEqual(8);
    expect(new Set(of(1)).size).toBe(of(1).length);
    expect(new Set(of(0)).size).toBe(8);
  });

  it('looks again at the heaviest half first, and forgets what a network has learnt', () => {
    const found = new HardNegatives(slides, 3);
    const first = found.nextRound(10);
    found.finish(
      first,
      first.tiles.map((_, i) => [alarm(i, i + 1)]),
      0,
    );
    expect(found.summary()).toEqual({ places: 10, mass: 55 });
    const second = found.nextRound(10);
    for (const at of first.tiles.slice(5)) expect(second.tiles).toContainEqual(at);
    found.finish(
      second,
      second.tiles.map(() => []),
      1,
    );
    const left = first.tiles.filter(
      (one) => !second.tiles.some((at) => at.slide === one.slide && at.tile === one.tile),
    );
    expect(found.summary().places).toBe(left.length);
    expect(left.length).toBeLessThanOrEqual(5);
  });

  it('draws places by their mass', () => {
    const found = new HardNegatives(slides, 3);
    const round = found.nextRound(2);
    found.finish(round, [[alarm(100, 30)], [alarm(300, 10)]], 0);
    const plan: FreeWindows = {
      kind: 'free',
      shares: Float64Array.of(1, 0, 0),
      centred: 0,
      jitter: 0,
      bins: [],
      hardNegatives: 0.8,
      hardPlaces: found.places(),
    };
    const own = slides.map(() => ({ width: 640, height: 640, objects: new Int32Array() }));
    const xs = Array.from({ length: 2000 }, (_, sample) => drawWindow(own, plan, 64, { seed: 1, epoch: 0, sample }).x);
    const share = (x: number): number => xs.filter((one) => one === x).length / xs.length;
    expect(share(100 + 5 - 32)).toBeCloseTo(0.6, 1);
    expect(share(300 + 5 - 32)).toBeCloseTo(0.2, 1);
  });

  it('goes on from its state to the same rounds and places', () => {
    const [whole, begun] = [new HardNegatives(slides, 7), new HardNegatives(slides, 7)];
    const step = (one: HardNegatives, epoch: number) => {
      const round = one.nextRound(6);
      const alarms = round.tiles.map(({ tile }) =>
        tile % 3 === 0 ? [] : [alarm(tile, Math.fround(tile / 7)), alarm(9, 0.125)],
      );
      one.finish(round, alarms, epoch);
      return round.tiles;
    };
    for (const one of [whole, begun]) for (let epoch = 0; epoch < 4; epoch++) step(one, epoch);
    const resumed = new HardNegatives(slides, 7);
    resumed.restore(begun.state());
    expect(resumed.found).toBe(3);
    for (let epoch = 4; epoch < 9; epoch++) {
      expect(step(resumed, epoch)).toEqual(step(whole, epoch));
      expect(resumed.places()).toEqual(whole.places());
    }
    expect(resumed.state()).toEqual(whole.state());
  });

  it('refuses the state of other slides, and slides without anything to look at', () => {
    const other = new HardNegatives(slides.slice(0, 2), 7);
    expect(() => new HardNegatives(slides, 7).restore(other.state())).toThrow(/are those of other slides/);
    expect(() => new HardNegatives([{ tiles: [], share: 1 }], 7)).toThrow(
      /no training slide with labels that people drew/,
    );
  });
});

describe('rounds', () => {
  const config = (sampling: object, epochs = 7) => parseTrainConfig({ data: 'd', out: 'o', epochs, sampling });

  it('follow every n-th epoch but the last, and windows are known up to the next of them', () => {
    const every = config({ hardNegatives: 0.5, hardNegativesEvery: 3 });
    const after = Array.from({ length: 7 }, (_, epoch) => epoch).filter((epoch) => roundFollows(every, epoch));
    expect(after).toEqual([2, 5]);
    expect([-1, 2, 5].map((found) => lastDrawnEpoch(every, found))).toEqual([2, 5, 7]);
    expect(lastDrawnEpoch(config({}), -1)).toBe(Number.POSITIVE_INFINITY);
    expect(roundFollows(config({ hardNegatives: 0.5 }, 6), 5)).toBe(false);
  });

  it('look at three tiles in the time of a training step for one', () => {
    const three = config({ hardNegatives: 0.5, hardNegativesEvery: 3 });
    expect(tilesOfRounds(three, 100)).toBe(2 * tilesOfRound(three, 100));
    const six = config({ hardNegatives: 0.5, hardNegativesEvery: 3 }, 6);
    expect(tilesOfRounds(six, 100)).toBe(tilesOfRound(six, 100));
    expect(tilesOfRounds(config({}), 100)).toBe(0);
    expect(tilesOfRound(config({ hardNegatives: 0.5, hardNegativesCost: 0.1, hardNegativesEvery: 2 }), 480)).toBe(288);
  });
});
