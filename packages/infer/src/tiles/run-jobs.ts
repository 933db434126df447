/**
 * Sends jobs to the networks, several at a time, and hands the answers on in order, so that the next tiles are read and packed, and
 * earlier ones stitched, while the networks work.
 */
import { FtuError, type Rect } from '@ftuseg/core';
import { inOrder } from '../concurrency/in-order.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import type { BatchShape } from '../session/session.js';
import type { TileBatch, TileSource } from './batch-packer.js';
import { NotFiniteLogits, notFiniteError, requireFiniteLogits } from './finite-logits.js';
import type { BackgroundTiles, BandEnd, TileAnswer, TileJob } from './tile-jobs.js';

export type JobResult<S extends TileSource> = TileAnswer<S> | BandEnd | BackgroundTiles;

/**
 * @param underWay jobs that wait or run at one time
 * @throws {FtuError} `bad-input` for a network whose output is not what its card promises; whatever jobs and sessions throw
 */
export function runJobs<S extends TileSource>(
  jobs: AsyncIterable<TileJob<S>>,
  plan: SlidePlan,
  underWay: number,
): AsyncGenerator<JobResult<S>, void, undefined> {
  const tasks = async function* () {
    for await (const job of jobs)
      yield async (): Promise<JobResult<S>> => (job.kind === 'tiles' ? answer(job, plan) : job);
  };
  return inOrder(tasks(), underWay);
}

async function answer<S extends TileSource>(
  { source, data, shape, items }: TileBatch<S>,
  plan: SlidePlan,
): Promise<TileAnswer<S>> {
  const { member } = source;
  const { columns, rows } = member.layout;
  const placeOf = (item: number): Rect | undefined => {
    const at = items[item];
    return at && tilePlace(plan, member, columns[at.column] ?? 0, rows[at.row] ?? 0);
  };
  const logits = await runNetwork(member, data, shape, placeOf);
  return { kind: 'logits', source, items, logits };
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
  placeOf: (item: number) => Rect | undefined,
): Promise<Float32Array> {
  const refuse = (error: unknown): never => {
    if (!(error instanceof NotFiniteLogits)) throw error;
    throw notFiniteError(error, member.model.source.name, placeOf(error.item));
  };
  const logits = await member.model.session.run(data, shape, member.gate).catch(refuse);
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
    refuse(error);
  }
  return logits;
}

/** Jobs that keep every session of a plan busy: each has its next batch waiting. */
export function jobsUnderWay({ members }: SlidePlan): number {
  const parallel = Math.max(...members.map(({ model }) => model.session.parallel ?? 1));
  return parallel === 1 ? 1 : 2 * parallel;
}
