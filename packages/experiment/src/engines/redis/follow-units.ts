/** From the first unit that is ready to the last: looks at the records, queues what they say is ready, and waits for deliveries to end. */
import { setTimeout } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import type { CheckedRecipe } from '../../step-kind/step-kind.js';
import { stepOfUnit } from '../../units/find-unit.js';
import { listUnits } from '../../units/list-units.js';
import { recordFailure } from '../../units/record-failure.js';
import type { UnitOptions } from '../../units/step-states.js';
import type { Unit } from '../../units/unit.js';
import { requireSameCode } from '../engine-code.js';
import { requireSameRecipe, type StepDigests, stepDigests } from '../step-digests.js';
import { createOpenUnits, type OpenUnits, type QueuedUnit } from './open-units.js';
import { readWorkers } from './registry.js';
import type { QueueServer } from './server/open-server.js';
import { type Delivered, LATER, type UnitQueue } from './unit-queue.js';

export interface FollowOptions extends UnitOptions {
  readonly server: QueueServer;
  readonly token: string;
  readonly queue: UnitQueue;
  /** Whether the queue still knows the run; it does afterwards. @throws {FtuError} `cancelled` */
  readonly isThere: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

const LOOK_MILLISECONDS = 300;
/** How often workers, and the queue as a whole, are looked at. */
const SLOW_MILLISECONDS = 2000;
const CHECK_MILLISECONDS = 20_000;
/** After an error of the queue, such as memory that is full. */
const ERROR_MILLISECONDS = 5000;
/** A look at the records takes at most this share of the time, unless the queue is empty. */
const SHARE = 0.1;

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => {
    throw new FtuError('cancelled', 'stopped');
  });

interface Following {
  readonly open: OpenUnits;
  /** Of the recipe with which this began, which its units must still have. */
  readonly digestOf: (unit: string) => string | undefined;
  units: readonly Unit[];
  /** Published since the last look at the records, as far as deliveries say. */
  doneSince: number;
  readonly told: Set<string>;
}

function digestOfUnits(checked: CheckedRecipe, digests: StepDigests): Following['digestOf'] {
  return (unit) => digests.get(stepOfUnit(checked, unit)?.step ?? '');
}

async function queueUnits(
  { digestOf }: Following,
  units: readonly QueuedUnit[],
  { queue }: FollowOptions,
): Promise<void> {
  await queue.add(
    units.flatMap(({ id, delay }) => {
      const step = digestOf(id);
      return step === undefined ? [] : [{ unit: id, step, delay }];
    }),
  );
}

/**
 * What has ended since the last call. Units of a recipe that was edited since say nothing of these.
 * @throws {FtuError} `unavailable` where a unit failed since the recipe is another now
 */
async function takeEnded({ digestOf }: Following, options: FollowOptions): Promise<readonly Delivered[]> {
  const ended = (await options.queue.takeEnded()).filter(({ unit, step }) => step === digestOf(unit));
  for (const { unit, step, answer } of ended) {
    if (answer?.code !== 0 && answer?.code !== LATER) await requireSameRecipe(unit, step, options);
  }
  return ended;
}

/** Looks at the records, queues what is ready, and tells of what is set aside. */
async function lookAtRecords(following: Following, checked: CheckedRecipe, options: FollowOptions): Promise<void> {
  const { open, told } = following;
  let units = await listUnits(checked, options);
  const unrecorded = open.unrecorded(units);
  for (const { unit, problem } of unrecorded) await recordFailure(checked, unit, problem, options);
  if (unrecorded.length > 0) units = await listUnits(checked, options);
  following.units = units;
  following.doneSince = 0;
  const vain = open.inVain(units);
  if (vain !== undefined) {
    throw new FtuError('unavailable', 'the unit ended well again and again, and its result does not count here', {
      subject: vain.id,
      hint: 'see that recipe, slides and models are the same on all hosts, and give the same command again',
    });
  }
  for (const { id, state, problem } of units) {
    if (state !== 'set aside' || told.has(id)) continue;
    told.add(id);
    options.note(`set aside: ${id}: ${problem}`);
  }
  await queueUnits(following, open.toQueue(units), options);
}

/** Tells of workers that refuse the run, and that there are none. */
async function lookAtWorkers({ units, doneSince, open, told }: Following, options: FollowOptions): Promise<void> {
  const { server, token, note, progress } = options;
  const workers = await readWorkers(server);
  for (const { name, refuses } of workers) {
    const refusal = refuses[token];
    if (refusal === undefined || told.has(name)) continue;
    told.add(name);
    note(`a worker refuses this run: ${refusal}`);
  }
  const ours = workers.filter(({ isAlive, refuses }) => isAlive && refuses[token] === undefined);
  if (ours.length === 0 && !told.has('no worker')) {
    told.add('no worker');
    note(
      `no worker is at the queue; start \`ftu worker --queue ${server.address.shown}\` on any host that sees the root`,
    );
  }
  if (ours.length > 0) told.delete('no worker');
  const done = units.filter(({ state }) => state === 'done').length + doneSince;
  const working = ours.flatMap((one) => one.units.filter(([run]) => run === token)).length;
  progress(
    `${done} of ${units.length} units done, ${working} at work, ${open.count()} in the queue, ${ours.length} workers`,
  );
}

/** Queues again what the queue has lost: after a crash of Redis, or when its files are gone. Units that it still has stay as they are. */
async function mend(
  following: Following,
  options: FollowOptions,
  found: { readonly isThere: boolean; readonly isNewConnection: boolean },
): Promise<void> {
  const { open } = following;
  const { queue, note } = options;
  const { waiting, active, delayed, ended } = await queue.counts();
  const isShort = waiting + active + delayed + ended < open.count();
  if (!found.isThere) note('the queue has lost this run; it is built anew from the records');
  else if (isShort) note('the queue has lost units of this run; they are queued again');
  if (!found.isThere || isShort || found.isNewConnection) await queueUnits(following, open.all(), options);
}

/** Whether the queue's server refused, as it does while its memory or its disk is full, or BullMQ found something else than it expected. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'ReplyError' || ('code' in error && typeof error.code === 'number'));

/**
 * @returns the units at the end: done or set aside
 * @throws {FtuError} `unavailable` where the recipe was changed under it, or a result never counts; `cancelled`, `io`
 */
export async function followUnits(checked: CheckedRecipe, options: FollowOptions): Promise<readonly Unit[]> {
  const { server, signal, note } = options;
  const digestOf = digestOfUnits(checked, await stepDigests(checked, options));
  const following: Following = { open: createOpenUnits(), digestOf, units: [], doneSince: 0, told: new Set() };
  const { open } = following;
  let [nextSlow, nextCheck, nextRecords, isStale] = [0, performance.now() + CHECK_MILLISECONDS, 0, true];
  let connections = server.connections();
  let lastError = '';
  for (;;) {
    try {
      const now = performance.now();
      if (isStale && (open.count() === 0 || now >= nextRecords)) {
        isStale = false;
        await lookAtRecords(following, checked, options);
        nextRecords = performance.now() + (performance.now() - now) / SHARE;
        if (following.units.every(({ state }) => state === 'done' || state === 'set aside')) return following.units;
        // A unit may wait for files that a network file system does not show yet.
        if (open.count() === 0) isStale = true;
      }
      if (now >= nextSlow) {
        nextSlow = now + SLOW_MILLISECONDS;
        const isThere = await options.isThere();
        await lookAtWorkers(following, options);
        const isNewConnection = connections !== server.connections();
        if (now >= nextCheck)
          await requireSameCode(
            'the same command goes on; what the other code made is made again, unless with --trust-code',
          );
        if (!isThere || isNewConnection || now >= nextCheck) {
          connections = server.connections();
          await mend(following, options, { isThere, isNewConnection });
          nextCheck = now + CHECK_MILLISECONDS;
        }
      }
      const ended = await takeEnded(following, options);
      open.ended(ended);
      following.doneSince += ended.filter(({ answer }) => answer?.code === 0).length;
      if (ended.length > 0) isStale = true;
      lastError = '';
      await pause(LOOK_MILLISECONDS, signal);
    } catch (error) {
      if (signal.aborted || !isRefusal(error)) throw error;
      if (error.message !== lastError) note(`the queue refuses: ${error.message}; it is asked again`);
      lastError = error.message;
      // What was to be queued may be there or not.
      isStale = true;
      connections = -1;
      await pause(ERROR_MILLISECONDS, signal);
    }
  }
}
