import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median, mergeObservations, openMachineRecord, parseObservations, typicalOf } from './machine-record.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const seen = (seconds: number, load = 0, time = 0) => ({ seconds, load, at: time });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-speeds-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('a typical time', () => {
  it('is the middle of all, as counting finds it', () => {
    expect(median([])).toBeUndefined();
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('forgets one bad time, and believes undisturbed times before disturbed ones', () => {
    expect(typicalOf([seen(1), seen(1.1), seen(50), seen(0.9), seen(1)])).toBe(1);
    expect(typicalOf([seen(9, 1.5), seen(9, 1.5), seen(9, 1.5), seen(2, 0.1)])).toBe(2);
    expect(typicalOf([seen(9, 1.5), seen(7, 1.2)])).toBe(8);
    expect(typicalOf([])).toBeUndefined();
  });

  it('follows a machine that has changed, after some while', () => {
    let known = new Map([['a', Array.from({ length: 15 }, (_, i) => seen(1, 0, i))]]);
    for (let i = 0; i < 7; i++) known = mergeObservations(known, new Map([['a', [seen(3, 0, 100 + i)]]]));
    expect(typicalOf(known.get('a') ?? [])).toBe(1);
    known = mergeObservations(known, new Map([['a', [seen(3, 0, 200)]]]));
    expect(typicalOf(known.get('a') ?? [])).toBe(3);
    expect(known.get('a')).toHaveLength(15);
  });
});

describe('merging', () => {
  const lists = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 9 }), load: fc.constant(0), at: fc.nat(50) }), {
      maxLength: 12,
    }),
  );
  const plain = (map: ReadonlyMap<string, readonly unknown[]>) => Object.fromEntries(map);

  it('counts an observation once, whoever brings it', () => {
    fc.assert(
      fc.property(lists, lists, (one, two) => {
        const [a, b] = [new Map(Object.entries(one)), new Map(Object.entries(two))];
        const merged = mergeObservations(a, b);
        expect(plain(mergeObservations(merged, a))).toEqual(plain(merged));
        for (const [key, list] of merged) {
          const all = new Set([...(a.get(key) ?? []), ...(b.get(key) ?? [])].map((x) => `${x.at} ${x.seconds}`));
          expect(list).toHaveLength(Math.min(all.size, 15));
        }
      }),
    );
  });
});

describe('the file', () => {
  it('keeps what was seen, and takes a damaged or foreign one for none', async () => {
    const path = at('kept/record.json');
    const record = await openMachineRecord(path, () => 1000);
    expect(record.secondsOf('a')).toBeUndefined();
    record.add('a', 0.5, 0.1);
    record.add('a', Number.NaN, 0);
    record.add('a', 0, 0);
    expect(record.secondsOf('a')).toBe(0.5);
    await record.save();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      format: 1,
      units: { a: [{ seconds: 0.5, load: 0.1, at: 1000 }] },
    });
    expect((await openMachineRecord(path)).secondsOf('a')).toBe(0.5);
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"format":2,"units":{}}',
      '{"format":1,"units":{"a":[{"seconds":-1}]}}',
    ]) {
      expect(parseObservations(text).size).toBe(0);
      await writeFile(path, text);
      const again = await openMachineRecord(path);
      again.add('b', 2, 0);
      await again.save();
      expect((await openMachineRecord(path)).secondsOf('b')).toBe(2);
    }
  });

  it('holds what two processes saw, and nothing of a half-written file', async () => {
    const path = at('two/record.json');
    const [first, second] = [await openMachineRecord(path, () => 1), await openMachineRecord(path, () => 2)];
    first.add('a', 1, 0);
    await first.save();
    second.add('a', 3, 0);
    second.add('b', 5, 0);
    await second.save();
    const both = await openMachineRecord(path);
    expect(both.secondsOf('a')).toBe(2);
    expect(both.secondsOf('b')).toBe(5);
    const writers = await Promise.all(Array.from({ length: 8 }, () => openMachineRecord(path)));
    await Promise.all(
      writers.map(async (writer, i) => {
        writer.add(`unit ${i}`, i + 1, 0);
        await writer.save();
      }),
    );
    expect(parseObservations(await readFile(path, 'utf8')).size).toBeGreaterThanOrEqual(3);
    expect(await readdir(at('two'))).toEqual(['record.json']);
  });

  it('is no reason to fail where nothing can be written', async () => {
    await writeFile(at('file'), '');
    const record = await openMachineRecord(at('file/record.json'));
    record.add('a', 1, 0);
    await record.save();
    expect(record.secondsOf('a')).toBe(1);
  });
});
