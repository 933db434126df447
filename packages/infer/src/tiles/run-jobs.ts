/**
 * Sends jobs to the networks, several at a time, and hands the answers on in order, so that the next tiles are read and packed, and
 * earlier ones stitched, while the networks work.
 */
import { FtuError, type Rect } from '@ftuseg/core';
import { inOrder } from '../concurrency/in-order.js';
import { splitLogits } from '../model/shared-network.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { type BatchShape, imagesTogether } from '../session/session.js';
import type { TileBatch, TileSource } from './batch-packer.js';
import { NotFiniteLogits, notFiniteError, requireFiniteLogits } from './finite-logits.js';
import type { BackgroundTiles, BandEnd, TileAnswer, TileJob } from './tile-jobs.js';

/** Where an item of a batch lies, level-0 pixels. */
type PlaceOf = (item: number) => Rect | undefined;

export type JobResult<S extends TileSource> = TileAnswer<S> | BandEnd | BackgroundTiles;

/**
 * @param underWay jobs that wait or run at one time
 * @throws {FtuError} `bad-input` for a network whose output is not what its card promises; whatever jobs and sessions throw
 */
export async function* runJobs<S extends TileSource>(
  jobs: AsyncIterable<TileJob<S>>,
  plan: SlidePlan,
  underWay: number,
): AsyncGenerator<JobResult<S>, void, undefined> {
  const tasks = async function* () {
    for await (const job of jobs)
      yield async (): Promise<readonly JobResult<S>[]> => (job.kind === 'tiles' ? answers(job, plan) : [job]);
  };
  for await (const results of inOrder(tasks(), underWay)) yield* results;
}

async function answers<S extends TileSource>(
  { sources, data, shape, items }: TileBatch<S>,
  plan: SlidePlan,
): Promise<TileAnswer<S>[]> {
  const [{ member }] = sources;
  const { columns, rows } = member.layout;
  const placeOf: PlaceOf = (item) => {
    const at = items[item];
    return at && tilePlace(plan, member, columns[at.column] ?? 0, rows[at.row] ?? 0);
  };
  const network = member.model.shared?.network;
  if (sources.length === 1 || network === undefined) {
    const logits = await runNetwork(member, data, shape, placeOf);
    return [{ kind: 'logits', source: sources[0], items, logits }];
  }
  const all = await network.session.run(data, shape).catch((error) => refuse(error, member, placeOf));
  const parts = splitLogits(all, shape, network.classes);
  network.session.release?.(all);
  return sources.map((source): TileAnswer<S> => {
    const own = parts[source.member.model.shared?.place ?? 0] ?? new Float32Array(0);
    return { kind: 'logits', source, items, logits: checked(source.member, own, shape, placeOf) };
  });
}

/**
 * Where a tile of a member's grid lies, level-0 pixels.
 * @param x and @param y pixels of the member's grid
 */
export function tilePlace({ slide }: Pick<SlidePlan, 'slide'>, { grid, layout }: Member, x: number, y: number): Rect {
  const [across, down] = [slide.width / grid.width, slide.height / grid.height];
  return {
    x: Math.round(x * across),
    y: Math.round(y * down),
    width: Math.round(layout.tile * across),
    height: Math.round(layout.tile * down),
  };
}

/**
 * @param placeOf of an item of the batch, level-0 pixels, for errors
 * @returns logits, N x classes x tile x tile, all of them numbers
 * @throws {FtuError} `bad-input` for a network whose output is not what its card promises, or is NaN or infinite
 */
export async function runNetwork(
  member: Member,
  data: Float32Array,
  shape: BatchShape,
  placeOf: PlaceOf,
): Promise<Float32Array> {
  const logits = await member.model.session
    .run(data, shape, member.gate)
    .catch((error) => refuse(error, member, placeOf));
  return checked(member, logits, shape, placeOf);
}

function refuse(error: unknown, member: Member, placeOf: PlaceOf): never {
  if (!(error instanceof NotFiniteLogits)) throw error;
  throw notFiniteError(error, member.model.source.name, placeOf(error.item));
}

/** Logits that are what the member's card promises. */
function checked(member: Member, logits: Float32Array, shape: BatchShape, placeOf: PlaceOf): Float32Array {
  const [items, , height, width] = shape;
  const expected = member.model.card.classes.length * height * width;
  if (logits.length !== items * expected) {
    throw new FtuError(
      'bad-input',
      `the network returned ${logits.length / items} values per tile where its card promises ${expected}`,
      { subject: member.model.source.name, hint: 'export the model again with the right number of classes' },
    );
  }
  try {
    requireFiniteLogits(logits, shape);
  } catch (error) {
    refuse(error, member, placeOf);
  }
  return logits;
}

/** Jobs that keep every session of a plan busy: each has its next batch waiting. */
export function jobsUnderWay({ members }: SlidePlan): number {
  return Math.max(
    ...members.map(({ model: { session }, layout: { tile } }) => {
      const { parallel = 1 } = session;
      return parallel === 1 ? 1 : 2 * parallel * imagesTogether(session, tile, tile);
    }),
  );
}
