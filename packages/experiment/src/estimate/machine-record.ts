/**
 * What this machine really took, kept between runs in the user's cache folder: seconds of one unit of work, observation by observation.
 * Nothing depends on it but estimates, so a damaged or foreign file is as good as none.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';

const observationSchema = z.object({
  /** Of one unit, on an idle machine: where others were at work, what it would have been without them. */
  seconds: z.number().positive(),
  /** Cores that others kept busy meanwhile. */
  load: z.number().min(0),
  /** Milliseconds since 1970. */
  at: z.number(),
});

const recordSchema = z.object({
  format: z.literal(1),
  units: z.record(z.string(), z.array(observationSchema)),
});

export type Observation = z.output<typeof observationSchema>;
export type Observations = ReadonlyMap<string, readonly Observation[]>;

/** Observations of a unit that are kept: the median of so many forgets slowly, and forgets. */
const KEPT = 15;
/** Units that are kept; those seen longest ago go first. */
const UNITS = 2000;
/** Cores; observations beside less work of others than this count as undisturbed. */
const UNDISTURBED = 0.25;

/** @returns the mean of the two in the middle for an even number; undefined for none */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
}

/** Seconds of a unit: the median of what was seen undisturbed, else of what was corrected. */
export function typicalOf(observations: readonly Observation[]): number | undefined {
  const calm = observations.filter(({ load }) => load < UNDISTURBED);
  return median((calm.length > 0 ? calm : observations).map(({ seconds }) => seconds));
}

/** Both, each observation once, the latest of each unit. */
export function mergeObservations(a: Observations, b: Observations): Map<string, Observation[]> {
  const merged = new Map<string, Observation[]>();
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const all = [...(a.get(key) ?? []), ...(b.get(key) ?? [])];
    const distinct = new Map(all.map((one) => [`${one.at} ${one.seconds}`, one]));
    merged.set(key, [...distinct.values()].sort((x, y) => x.at - y.at || x.seconds - y.seconds).slice(-KEPT));
  }
  const latest = ([, list]: [string, Observation[]]): number => list.at(-1)?.at ?? 0;
  return new Map([...merged].sort((x, y) => latest(y) - latest(x)).slice(0, UNITS));
}

/** The observations in a file's text; none in one that is damaged or of another format. */
export function parseObservations(text: string): Map<string, Observation[]> {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(text));
    return new Map(parsed.success ? Object.entries(parsed.data.units) : []);
  } catch {
    return new Map();
  }
}

/**
 * The record's file: in `$FTUSEG_CACHE`, else `~/.cache/ftuseg`, one for each kind of machine that shares the folder.
 */
export function recordPath(): string {
  const cache = process.env.FTUSEG_CACHE ?? join(os.homedir(), '.cache', 'ftuseg');
  const machine = [os.cpus()[0]?.model ?? '', os.availableParallelism(), os.arch(), os.platform()];
  const name = createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 12);
  return join(cache, 'speeds', `${name}.json`);
}

export interface MachineRecord {
  /** Seconds of one unit on an idle machine; undefined: never seen. */
  secondsOf(key: string): number | undefined;
  /** @param seconds of one unit on an idle machine @param load cores that others kept busy */
  add(key: string, seconds: number, load: number): void;
  /**
   * Writes what was added beside what other processes have written since. What cannot be written is forgotten: no work depends on it.
   */
  save(): Promise<void>;
}

/**
 * Opens the record.
 *
 * @param now milliseconds since 1970
 * @example
 * const record = await openMachineRecord();
 * record.add(workKey(item), 0.4, 0);
 * await record.save();
 */
export async function openMachineRecord(path = recordPath(), now: () => number = Date.now): Promise<MachineRecord> {
  const read = async (): Promise<Observations> => parseObservations(await readFile(path, 'utf8').catch(() => ''));
  let known = mergeObservations(await read(), new Map());
  let added = false;
  const write = async (): Promise<void> => {
    if (!added) return;
    added = false;
    known = mergeObservations(await read(), known);
    await makeFolder(join(path, '..'));
    const units = Object.fromEntries(known);
    await writeFileAtomic(path, `${JSON.stringify({ format: 1, units })}\n`);
  };
  let writing = Promise.resolve();
  return {
    secondsOf: (key) => typicalOf(known.get(key) ?? []),
    add(key, seconds, load) {
      if (!(seconds > 0 && Number.isFinite(seconds))) return;
      known.set(key, [...(known.get(key) ?? []), { seconds, load: Math.max(0, load), at: now() }].slice(-KEPT));
      added = true;
    },
    save() {
      writing = writing.then(write).catch(() => undefined);
      return writing;
    },
  };
}
