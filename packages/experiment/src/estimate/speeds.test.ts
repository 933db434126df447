import { describe, expect, it } from 'vitest';
import type { MachineRecord } from './machine-record.js';
import { createSpeeds, type Measured } from './speeds.js';
import { type Measurable, networkName, sumWork, timesWork, type Work, workKey, workSeconds } from './work.js';

const spec = { decoder: 'unet', encoder: 'resnet18', classes: 1 };
const predict = (tile: number): Measurable => ({ kind: 'predict', device: 'cpu', spec, tile });
const tiles = (tile: number, count = 10): Work => ({
  unit: 'predicted tile',
  facts: { network: networkName(spec), tile },
  count,
  measurable: predict(tile),
});

function fakeRecord(known: Record<string, number> = {}): MachineRecord & { readonly known: Record<string, number> } {
  return {
    known,
    secondsOf: (key) => known[key],
    add: (key, seconds) => {
      known[key] = seconds;
    },
    save: () => Promise.resolve(),
  };
}

const whole = (seconds: number): Measured => ({ seconds: { 'predicted tile': seconds }, whole: true });

describe('work', () => {
  it('has one name, in whatever order its facts are', () => {
    expect(workKey({ unit: 'a', facts: { x: 1, y: 'z' } })).toBe(workKey({ unit: 'a', facts: { y: 'z', x: 1 } }));
    expect(workKey({ unit: 'a', facts: { x: 1 } })).not.toBe(workKey({ unit: 'a', facts: { x: 2 } }));
    expect(networkName({ ...spec, hypercolumns: true, tileClassifier: false, attention: undefined })).toBe(
      'classes=1 decoder=unet encoder=resnet18 hypercolumns=true',
    );
  });

  it('adds up, and ends at its limit', () => {
    const items = sumWork([tiles(64, 3), tiles(128, 5), tiles(64, 4)]);
    expect(items.map(({ count }) => count)).toEqual([7, 5]);
    const seconds = ({ facts }: Work): number => Number(facts.tile) / 64;
    expect(workSeconds({ items }, seconds)).toBe(7 + 10);
    expect(workSeconds({ items: timesWork(items, 2) }, seconds)).toBe(34);
    expect(workSeconds({ items, limit: 12 }, seconds)).toBe(12);
  });

  it('tells nothing where a part is not known, unless there is none of it', () => {
    const known = (item: Work): number | undefined => (item.facts.tile === 64 ? 1 : undefined);
    expect(workSeconds({ items: [tiles(64, 3), tiles(128, 1)] }, known)).toBeUndefined();
    expect(workSeconds({ items: [tiles(64, 3), tiles(128, 0)] }, known)).toBe(3);
  });
});

describe('the speed of a unit', () => {
  it('is what it took before, and then nothing is measured', async () => {
    const asked: Measurable[] = [];
    const speeds = createSpeeds(fakeRecord({ [workKey(tiles(64))]: 0.25 }), async (what) => {
      asked.push(what);
      return whole(9);
    });
    await speeds.prepare([{ items: [tiles(64)] }]);
    expect(speeds.of(tiles(64))).toEqual({ seconds: 0.25, basis: 'record' });
    expect(asked).toEqual([]);
  });

  it('is measured once for each network and size, and kept apart from what work took', async () => {
    const record = fakeRecord();
    let asked = 0;
    const measure = async (): Promise<Measured> => {
      asked++;
      return whole(0.5);
    };
    const speeds = createSpeeds(record, measure);
    await speeds.prepare([{ items: [tiles(64), tiles(64)] }, { items: [tiles(64)] }]);
    expect(asked).toBe(1);
    expect(speeds.of(tiles(64))).toEqual({ seconds: 0.5, basis: 'measured' });
    const again = createSpeeds(record, measure);
    await again.prepare([{ items: [tiles(64)] }]);
    expect(asked).toBe(1);
    expect(again.of(tiles(64))).toEqual({ seconds: 0.5, basis: 'measured' });
    again.observe(workKey(tiles(64)), 0.7, 0);
    expect(again.of(tiles(64))).toEqual({ seconds: 0.7, basis: 'record' });
  });

  it('is scaled by multiplications from another size, where time for measuring is up', async () => {
    const speeds = createSpeeds(fakeRecord(), async ({ tile }) => (tile === 64 ? whole(0.5) : 'late'));
    await speeds.prepare([{ items: [tiles(64), tiles(128)] }]);
    // Four times the pixels, four times the multiplications.
    expect(speeds.of(tiles(128))?.basis).toBe('scaled');
    expect(speeds.of(tiles(128))?.seconds).toBeCloseTo(2, 10);
  });

  it('of training follows from prediction, where there was no time to train', async () => {
    const what: Measurable = { kind: 'train', settings: {}, spec, tile: 64 };
    const images: Work = { unit: 'training image', facts: { tile: 64 }, count: 1, measurable: what };
    const measure = (train: 'late' | undefined) => async (asked: Measurable) =>
      asked.kind === 'train' ? train : whole(0.01);
    const late = createSpeeds(fakeRecord(), measure('late'));
    await late.prepare([{ items: [images, tiles(64)] }]);
    expect(late.of(images)?.basis).toBe('scaled');
    expect(late.of(images)?.seconds).toBeCloseTo(0.12, 10);
    // Without libtorch it does not run, and there is no telling.
    const never = createSpeeds(fakeRecord(), measure(undefined));
    await never.prepare([{ items: [images, tiles(64)] }]);
    expect(never.of(images)).toBeUndefined();
  });

  it('is what it is on other machines, or unknown', async () => {
    const speeds = createSpeeds(fakeRecord(), async () => undefined);
    await speeds.prepare([{ items: [tiles(64)] }]);
    expect(speeds.of(tiles(64))).toBeUndefined();
    const slide: Work = { unit: 'finished slide', facts: {}, count: 1, typical: 0.2 };
    expect(speeds.of(slide)).toEqual({ seconds: 0.2, basis: 'typical' });
    expect(speeds.of({ ...slide, measured: 0.1 })).toEqual({ seconds: 0.1, basis: 'measured' });
  });
});
