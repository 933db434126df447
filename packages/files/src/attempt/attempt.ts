/**
 * Attempts at one piece of work, by any number of processes on any number of hosts. Each has a folder of its own and publishes by renaming
 * its result to a name that nothing may have: the first wins, and whoever comes later finds that. So work may be done more than once, and is published
 * exactly once. There are no locks: a process that was stopped, or cut off from the network, and comes back has nothing to take away
 * from anybody.
 *
 *     PLACE/attempts/NAME/attempt.json    who works here
 *     PLACE/attempts/NAME/alive           changes while it lives; gone when the attempt has ended
 *     PLACE/attempts/NAME/failure.json    why it failed for good
 *     PLACE/attempts/NAME/result/         what will be published
 *     PLACE/attempts/NAME/scratch/        what will not
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, systemCode } from '../io-error.js';
import { makeFolder } from '../make-folder.js';
import { temporaryName } from '../write/temporary-name.js';
import { PATIENCE_MILLISECONDS, silenceOf, startSigns } from './alive.js';

/** Files and folders of an attempt. */
export const attemptFiles = {
  own: 'attempt.json',
  alive: 'alive',
  failure: 'failure.json',
  result: 'result',
  scratch: 'scratch',
} as const;

const attemptsOf = (place: string): string => join(place, 'attempts');

export interface Attempt {
  /** No other attempt has it, on any host. */
  readonly name: string;
  readonly folder: string;
  /** Folder of what will be published. */
  readonly result: string;
  /** Folder for everything else. */
  readonly scratch: string;
  /** Aborted when the folder was taken away, since the attempt seemed abandoned. */
  readonly lost: AbortSignal;
  /** Whether the folder is still this attempt's: a path alone does not say so, once it was taken away and made again. */
  isOwn(): Promise<boolean>;
  /** Stops the signs of life and leaves the folder to others. @param failure why nobody should try again */
  end(failure?: string): Promise<void>;
}

/** Sorts by time, for people; that no two are the same follows from the random part alone. */
function newName(): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 32);
  return `${time}-${host}-${randomBytes(6).toString('hex')}`;
}

/** The part of an attempt's name between its time and its random part. */
const hostIn = (name: string): string => /^[^-]+-(.*)-[^-]+$/.exec(name)?.[1] ?? '';

async function takeUp(place: string, name: string): Promise<Attempt> {
  const folder = join(attemptsOf(place), name);
  const path = (file: keyof typeof attemptFiles): string => join(folder, attemptFiles[file]);
  const lost = new AbortController();
  const stop = await startSigns(path('alive'), () => lost.abort());
  let ended: Promise<void> | undefined;
  const isOwn = (): Promise<boolean> => isOwnFolder(folder, name);
  const end = async (failure: string | undefined): Promise<void> => {
    await stop();
    if (!(await isOwn())) return;
    if (failure !== undefined) await writeFile(path('failure'), `${JSON.stringify({ problem: failure })}\n`);
    await rm(path('alive'), { force: true });
  };
  return {
    name,
    folder,
    result: path('result'),
    scratch: path('scratch'),
    lost: lost.signal,
    isOwn,
    end: (failure) => {
      ended ??= end(failure);
      return ended;
    },
  };
}

const ownText = (name: string): string => `${JSON.stringify({ name })}\n`;

const isOwnFolder = async (folder: string, name: string): Promise<boolean> =>
  (await readFile(join(folder, attemptFiles.own), 'utf8').catch(() => '')) === ownText(name);

/** Fills a folder that nobody else sees, so that what has the name of an attempt shows its sign of life from the beginning. */
async function dress(folder: string, name: string): Promise<void> {
  const fresh = join(folder, temporaryName());
  await writeFile(fresh, '0\n');
  // A new file in the place of an older one, into which somebody who was stopped may still write.
  await rename(fresh, join(folder, attemptFiles.alive));
  await writeFile(join(folder, attemptFiles.own), ownText(name));
  for (const inside of [attemptFiles.result, attemptFiles.scratch]) await makeFolder(join(folder, inside));
}

/**
 * Begins an attempt in a folder of its own.
 *
 * @param place folder of the piece of work; made if need be
 * @throws {FtuError} `io`
 * @example
 * const attempt = await beginAttempt('.units/scores/gather/0123');
 */
export async function beginAttempt(place: string): Promise<Attempt> {
  const name = newName();
  const beside = join(attemptsOf(place), temporaryName());
  await makeFolder(attemptsOf(place));
  try {
    await mkdir(beside);
    await dress(beside, name);
    await rename(beside, join(attemptsOf(place), name));
    return await takeUp(place, name);
  } catch (cause) {
    throw ioError(cause, place, 'be used for an attempt');
  }
}

export interface EarlierAttempt {
  readonly name: string;
  readonly folder: string;
  readonly result: string;
  /** Whether it was begun there. A process that was stopped may come back and make its folder again, with nothing of what was in it. */
  readonly begunHere: boolean;
  /** `alive`: it gave a sign of life lately; `ended`: it has ended in order; `abandoned`: neither. */
  readonly state: 'alive' | 'ended' | 'abandoned';
  /** As its host calls itself, with a dash for what is no letter or digit. */
  readonly host: string;
  /** Milliseconds since its last sign of life; undefined: it has ended in order. */
  readonly silence: number | undefined;
  /** Why it failed for good; undefined: it did not. */
  readonly failure: string | undefined;
}

async function failureIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, attemptFiles.failure), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const problem = /"problem":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return problem === undefined ? 'it does not say why' : String(JSON.parse(problem));
}

/**
 * The attempts that are in a place, the oldest first.
 * @param patience milliseconds without a sign of life after which an attempt is abandoned
 */
export async function earlierAttempts(place: string, patience = PATIENCE_MILLISECONDS): Promise<EarlierAttempt[]> {
  const names = (await readdir(attemptsOf(place)).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = join(attemptsOf(place), name);
      const silence = await silenceOf(join(folder, attemptFiles.alive));
      const state = silence === undefined ? 'ended' : silence < patience ? 'alive' : 'abandoned';
      const begunHere = await isOwnFolder(folder, name);
      return {
        name,
        folder,
        result: join(folder, attemptFiles.result),
        begunHere,
        state,
        host: hostIn(name),
        silence,
        failure: await failureIn(folder),
      };
    }),
  );
}

/** Takes an attempt's folder away whole: whoever still works there finds nothing of it, instead of half. */
async function takeAway({ folder }: EarlierAttempt, place: string): Promise<string | undefined> {
  const beside = join(attemptsOf(place), temporaryName());
  try {
    await rename(folder, beside);
    return beside;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw ioError(error, folder, 'be renamed');
  }
}

/**
 * Goes on in the folder of an attempt that has ended or was abandoned; of several that want it, one gets it.
 * @returns undefined where there is none to go on with
 */
export async function claimAttempt(place: string, patience = PATIENCE_MILLISECONDS): Promise<Attempt | undefined> {
  for (const earlier of (await earlierAttempts(place, patience)).reverse()) {
    if (earlier.state === 'alive' || earlier.failure !== undefined || !earlier.begunHere) continue;
    const beside = await takeAway(earlier, place);
    if (beside === undefined) continue;
    const name = newName();
    await dress(beside, name);
    await rename(beside, join(attemptsOf(place), name));
    return takeUp(place, name);
  }
  return undefined;
}

/** The temporary names of folders that are on their way in or out; one that a killed process left is removed after the same patience. */
async function removeHidden(place: string, patience: number): Promise<void> {
  for (const name of await readdir(attemptsOf(place)).catch(() => [])) {
    const hidden = join(attemptsOf(place), name);
    if (!name.startsWith('.')) continue;
    const silence = await silenceOf(hidden).catch(() => undefined);
    if (silence !== undefined && silence >= patience) await rm(hidden, { recursive: true, force: true });
  }
}

/**
 * Removes the folders of attempts that have ended or were abandoned.
 * @returns how many
 */
export async function removeAttempts(place: string, patience = PATIENCE_MILLISECONDS): Promise<number> {
  let removed = 0;
  for (const earlier of await earlierAttempts(place, patience)) {
    if (earlier.state === 'alive') continue;
    const beside = await takeAway(earlier, place);
    if (beside === undefined) continue;
    await rm(beside, { recursive: true, force: true });
    removed++;
  }
  await removeHidden(place, patience);
  return removed;
}

/** What to throw where an attempt's folder is no longer its own. */
export const lostAttempt = ({ folder }: Attempt): FtuError =>
  new FtuError('unavailable', 'this attempt gave no sign of life for so long that its folder was taken away', {
    subject: folder,
    hint: 'run the command again: it goes on from what is kept',
  });
