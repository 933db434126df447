/**
 * What else keeps the machine busy while we measure or work: a speed that was measured beside other work is corrected by it, and the plan
 * says it.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { clockSeconds, processorSeconds } from './clocks.js';

/** Jiffies of `/proc/stat` in a second, whatever the kernel's own clock. */
const JIFFIES = 100;

/** Processor time of all programs since the machine was started, and how many cores there are. */
export interface MachineTime {
  readonly busySeconds: number;
  readonly cores: number;
}

/** @returns undefined for a text that is not Linux's `/proc/stat` */
export function parseProcStat(text: string): MachineTime | undefined {
  const total = /^cpu +(.+)$/m.exec(text)?.[1];
  if (total === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = total.split(/\s+/).map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return Number.isFinite(busy)
    ? { busySeconds: busy / JIFFIES, cores: [...text.matchAll(/^cpu\d+ /gm)].length }
    : undefined;
}

/** @param text of cgroup's `cpu.max`, such as `150000 100000` @returns cores; undefined where there is no quota */
export function parseQuota(text: string): number | undefined {
  const match = /^(\d+) (\d+)/.exec(text);
  return match === null ? undefined : Number(match[1]) / Number(match[2]);
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** What others leave of the machine. */
export interface Load {
  /** Cores that this process may use: those there are, or the quota of its container. */
  readonly cores: number;
  /** Cores that others keep busy, of those of the whole machine. */
  readonly busy: number;
  /** Cores of the whole machine. */
  readonly machineCores: number;
  /** Programs that ran or waited for a core, mean of the last minute, ours among them. */
  readonly average: number;
}

export interface LoadSources {
  /** Of all programs; undefined where the system does not say. */
  readonly machine: () => MachineTime | undefined;
  /** Processor seconds of this process. */
  readonly own: () => number;
  /** Seconds on a steady clock. */
  readonly now: () => number;
  readonly cores: () => number;
  readonly quota: () => number | undefined;
  /** Mean number of programs that ran in the last minute. */
  readonly average: () => number;
}

export const systemSources: LoadSources = {
  machine: () => parseProcStat(textOf('/proc/stat')),
  own: processorSeconds,
  now: clockSeconds,
  cores: () => os.availableParallelism(),
  quota: () => parseQuota(textOf('/sys/fs/cgroup/cpu.max')),
  average: () => os.loadavg()[0] ?? 0,
};

export interface LoadMeter {
  /** Means since the meter was started. */
  read(): Load;
}

/** Seconds under which jiffies are too coarse to tell. */
const SHORTEST = 0.05;

/**
 * Starts to watch the machine.
 * @example
 * const meter = startLoadMeter();
 * await work();
 * meter.read().busy; // cores that others kept busy meanwhile
 */
export function startLoadMeter(sources: LoadSources = systemSources): LoadMeter {
  const [machine, own, began, average] = [sources.machine(), sources.own(), sources.now(), sources.average()];
  return {
    read() {
      const there = sources.cores();
      const cores = Math.min(there, sources.quota() ?? there);
      const seconds = sources.now() - began;
      const after = sources.machine();
      if (machine === undefined || after === undefined || seconds < SHORTEST) {
        // What ran before we came; the average also counts what we have done since.
        return { cores, busy: Math.max(0, average), machineCores: there, average };
      }
      const ours = sources.own() - own;
      const busy = Math.max(0, (after.busySeconds - machine.busySeconds - ours) / seconds);
      return { cores, busy, machineCores: Math.max(after.cores, there), average };
    },
  };
}

/** Share of the cores from which a machine is full. */
const FULL = 0.9;
/** Of a machine, at least so much is left to whoever works on it. */
const LEAST = 0.02;

/**
 * What work of so many threads had of the machine, while others took what was measured meanwhile.
 * @returns 1 on an idle machine, 0.5 where it would have taken half the time without the others
 */
export function idleShare({ cores, busy, machineCores }: Load, threads: number): number {
  const wanted = Math.min(threads, cores);
  return Math.min(1, Math.max(machineCores - busy, LEAST) / wanted);
}

/**
 * What work of so many threads will have of the machine beside others, by what they do without it: whoever comes to a full machine gets a fair
 * part of it.
 */
export function expectedShare({ cores, busy, average, machineCores }: Load, threads: number): number {
  const wanted = Math.min(threads, cores);
  // On a full machine only the number of programs that wait says how many others there are.
  const others = busy > FULL * machineCores ? Math.max(busy, average) : busy;
  const left = Math.max(machineCores - others, (machineCores * wanted) / (wanted + others));
  return Math.min(1, left / wanted);
}

/** One decimal, such as `1.3`. */
const one = (value: number): string => String(Number(value.toFixed(1)));

/** @returns such as `1.3 of 2 cores are busy with other work`; undefined where it is next to nothing */
export function describeLoad({ busy, machineCores }: Load): string | undefined {
  if (busy < 0.15) return undefined;
  const number = one(Math.min(busy, machineCores));
  return `${number} of ${machineCores} cores ${number === '1' ? 'is' : 'are'} busy with other work`;
}
