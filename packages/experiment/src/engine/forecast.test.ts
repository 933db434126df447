import { describe, expect, it } from 'vitest';
import type { Load, LoadMeter } from '../estimate/load.js';
import type { Speeds } from '../estimate/speeds.js';
import { type Work, workKey } from '../estimate/work.js';
import { createForecast } from './forecast.js';

const images = (count: number): Work => ({ unit: 'training image', facts: {}, count });
const folds = (count: number): Work => ({ unit: 'trained fold', facts: {}, count });
const tiles = (count: number): Work => ({ unit: 'predicted tile', facts: {}, count });

/** One second for an image, ten for a fold, two for a tile; nothing is known of the rest. */
function world(busy = 0) {
  const known = new Map([
    [workKey(images(1)), 1],
    [workKey(folds(1)), 10],
    [workKey(tiles(1)), 2],
  ]);
  const observed: [string, number, number][] = [];
  const speeds: Speeds = {
    prepare: () => Promise.resolve(),
    of: (item) => {
      const seconds = known.get(workKey(item));
      return seconds === undefined ? undefined : { seconds, basis: 'record' };
    },
    observe: (key, seconds, load) => {
      observed.push([key.split(' {')[0] ?? '', seconds, load]);
      known.set(key, seconds);
    },
    save: () => Promise.resolve(),
  };
  const clock = { now: 0 };
  const load: Load = { cores: 2, busy, machineCores: 2, average: 0 };
  const watch = (): LoadMeter => ({ read: () => load });
  const forecast = createForecast({ speeds, threads: 2, share: busy === 0 ? 1 : 0.5, watch, now: () => clock.now });
  return { forecast, clock, observed };
}

describe('the time that is left', () => {
  it('is what all steps are expected to take, less what has passed', () => {
    const { forecast, clock } = world();
    forecast.expect([
      { name: 'a', work: { items: [images(100), folds(2)] } },
      { name: 'b', work: { items: [tiles(50)] } },
    ]);
    const expected = forecast.begin({ name: 'a', work: { items: [images(100), folds(2)] } });
    expect(expected).toEqual({
      seconds: 120,
      items: [
        { unit: 'training image', facts: {}, count: 100, typical: undefined },
        { unit: 'trained fold', facts: {}, count: 2, typical: undefined },
      ],
    });
    expect(forecast.secondsLeft()).toBe(220);
    clock.now = 20;
    expect(forecast.secondsLeft()).toBe(200);
    expect(forecast.open()).toBe(false);
  });

  it('follows what the step does: wholly after a minute, and for later work of the same kind as well', () => {
    const { forecast, clock } = world();
    const work = { items: [tiles(100)] };
    forecast.expect([
      { name: 'a', work },
      { name: 'b', work },
    ]);
    forecast.begin({ name: 'a', work });
    forecast.share(0);
    expect(forecast.secondsLeft()).toBe(400);
    // Half as fast as expected: 400 seconds for the step.
    clock.now = 30;
    forecast.share(30 / 400);
    // Believed by half: a step of 300 seconds, of which 0.925 are left, and one after it.
    expect(forecast.secondsLeft()).toBeCloseTo(0.925 * 300 + 300);
    clock.now = 100;
    forecast.share(0.25);
    expect(forecast.secondsLeft()).toBeCloseTo(300 + 400);
  });

  it('does not count what an earlier run has done as speed of this one', () => {
    const { forecast, clock } = world();
    forecast.begin({ name: 'a', work: { items: [tiles(100)] } });
    clock.now = 5;
    forecast.share(0.8);
    clock.now = 65;
    forecast.share(0.9);
    expect(forecast.secondsLeft()).toBeCloseTo(60);
  });

  it('is longer beside other work, and open where there is no telling', () => {
    const { forecast } = world(2);
    forecast.expect([
      { name: 'a', work: { items: [tiles(10)] } },
      { name: 'b', work: undefined },
    ]);
    forecast.begin({ name: 'a', work: { items: [tiles(10)] } });
    expect(forecast.secondsLeft()).toBe(40);
    expect(forecast.open()).toBe(true);
    forecast.begin({ name: 'b', work: undefined });
    expect(forecast.secondsLeft()).toBeUndefined();
  });
});

describe('a step teaches', () => {
  it('what it has counted itself, and the rest by what is left of its time', () => {
    const { forecast, clock, observed } = world();
    forecast.begin({ name: 'a', work: { items: [images(100), folds(2)] } });
    clock.now = 190;
    forecast.spent('training image', 75, 50);
    forecast.spent('training image', 75, 50);
    forecast.end(true);
    expect(observed).toEqual([
      ['training image', 1.5, 0],
      ['trained fold', 20, 0],
    ]);
  });

  it('only what it has counted, where it was interrupted', () => {
    const { forecast, clock, observed } = world();
    forecast.begin({ name: 'a', work: { items: [images(100), folds(2)] } });
    clock.now = 33;
    forecast.spent('training image', 30, 10);
    forecast.spent('trained fold', 3);
    forecast.end(false);
    expect(observed).toEqual([['training image', 3, 0]]);
  });

  it('after its first minute, once', () => {
    const { forecast, clock, observed } = world();
    forecast.begin({ name: 'a', work: { items: [tiles(100)] } });
    forecast.share(0);
    clock.now = 50;
    forecast.share(0.1);
    expect(forecast.learn()).toBe(false);
    clock.now = 80;
    forecast.share(0.2);
    expect(forecast.learn()).toBe(true);
    expect(observed).toEqual([['predicted tile', 4, 0]]);
    expect(forecast.learn()).toBe(false);
  });

  it('nothing beside much other work, and corrected beside a little', () => {
    const full = world(2);
    full.forecast.begin({ name: 'a', work: { items: [tiles(10)] } });
    full.clock.now = 100;
    full.forecast.end(true);
    expect(full.observed).toEqual([]);
    const some = world(0.5);
    some.forecast.begin({ name: 'a', work: { items: [tiles(10)] } });
    some.clock.now = 100;
    some.forecast.end(true);
    // Others took half of a core of two.
    expect(some.observed).toEqual([['predicted tile', expect.closeTo(7.5), 0.5]]);
  });
});
