import { describe, expect, it } from 'vitest';
import {
  describeLoad,
  expectedShare,
  idleShare,
  type LoadSources,
  parseProcStat,
  parseQuota,
  startLoadMeter,
} from './load.js';

const stat = (user: number, idle: number): string =>
  `cpu  ${user} 10 20 ${idle} 500 3 4 5 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\ncpu1 1 2 3 4 5 6 7 8 0 0\nintr 1\n`;

describe("the kernel's numbers", () => {
  it('are seconds of work of all programs, waiting left out', () => {
    expect(parseProcStat(stat(1000, 99999))).toEqual({ busySeconds: 10.42, cores: 2 });
    expect(parseProcStat('no such file')).toBeUndefined();
    expect(parseProcStat('cpu  a b c\n')).toBeUndefined();
  });

  it('are a quota of a container, or none', () => {
    expect(parseQuota('150000 100000\n')).toBe(1.5);
    expect(parseQuota('max 100000\n')).toBeUndefined();
    expect(parseQuota('')).toBeUndefined();
  });
});

/** A machine of 4 cores on which we use one and others so many, for ten seconds. */
function machine(others: number, rest: Partial<LoadSources> = {}): { sources: LoadSources; pass: () => void } {
  let time = 0;
  const sources: LoadSources = {
    machine: () => ({ busySeconds: 500 + (1 + others) * time, cores: 4 }),
    own: () => 7 + time,
    now: () => time,
    cores: () => 4,
    quota: () => undefined,
    average: () => 3,
    ...rest,
  };
  return {
    sources,
    pass: () => {
      time += 10;
    },
  };
}

describe('the meter', () => {
  it('counts what others do, not what we do', () => {
    const { sources, pass } = machine(1.3);
    const meter = startLoadMeter(sources);
    pass();
    const load = meter.read();
    expect(load.busy).toBeCloseTo(1.3);
    expect(load).toMatchObject({ cores: 4, machineCores: 4 });
  });

  it("knows a container's part, and falls back on the mean of the last minute", () => {
    const limited = machine(0, { quota: () => 1.5 });
    expect(startLoadMeter(limited.sources).read()).toMatchObject({ cores: 1.5, machineCores: 4 });
    const elsewhere = machine(0, { machine: () => undefined });
    const meter = startLoadMeter(elsewhere.sources);
    elsewhere.pass();
    expect(meter.read().busy).toBe(3);
  });
});

describe('the share that is left', () => {
  const load = (busy: number, cores = 4, machineCores = 4, average = busy) => ({ busy, cores, machineCores, average });

  it('is all of an idle machine, and of one with room beside the others', () => {
    expect(idleShare(load(0), 4)).toBe(1);
    expect(idleShare(load(2), 2)).toBe(1);
    expect(idleShare(load(30, 2, 64), 2)).toBe(1);
  });

  it('was what the others left', () => {
    expect(idleShare(load(1, 2, 2), 2)).toBe(0.5);
    expect(idleShare(load(1.8, 2, 2), 1)).toBeCloseTo(0.2);
    expect(idleShare(load(9, 2, 2), 2)).toBe(0.01);
  });

  it('will be a fair part of a full machine', () => {
    expect(expectedShare(load(0), 4)).toBe(1);
    expect(expectedShare(load(30, 2, 64), 2)).toBe(1);
    expect(expectedShare(load(1, 2, 2), 2)).toBeCloseTo(2 / 3);
    expect(expectedShare(load(1), 16)).toBeCloseTo(0.8);
    // Two cores full of six programs, and two threads of ours.
    expect(expectedShare(load(2, 2, 2, 6), 2)).toBe(0.25);
    // A minute ago there was more to do than now.
    expect(expectedShare(load(0.5, 2, 2, 6), 1)).toBe(1);
  });

  it('is said in words', () => {
    expect(describeLoad(load(1.26, 2, 2))).toBe('1.3 of 2 cores are busy with other work');
    expect(describeLoad(load(0.96, 2, 2))).toBe('1 of 2 cores is busy with other work');
    expect(describeLoad(load(7, 2, 2))).toBe('2 of 2 cores are busy with other work');
    expect(describeLoad(load(0.1))).toBeUndefined();
  });
});
