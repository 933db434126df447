/** What a prediction would take, before it begins: tiles, memory, and the time by a few tiles of the real network. */
import { FtuError } from '@ftuseg/core';
import { openSlide, type SlideRow } from '@ftuseg/slide';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { refuseIdleScale } from '../plan/idle-scale.node.js';
import { checkTiles, type SlidePlan } from '../plan/plan.js';
import { planRow } from '../plan/plan-row.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';

export interface SlideEstimate {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Tiles times views, background included. */
  readonly tiles: number;
  /** Bytes beyond what the program and the networks take. */
  readonly bytes: number;
  readonly seconds: number;
}

export interface FailedEstimate {
  readonly id: string;
  readonly problem: string;
}

/** Tiles of each model that are timed, after one that is not. */
const TIMED = 4;

/**
 * @returns for each slide an estimate, or why it would fail; times are those of empty tiles on this machine as it is now
 * @throws {FtuError} `bad-input` for impossible settings
 */
export async function estimateTable(
  rows: readonly SlideRow[],
  models: readonly (SegmentationModel | WeightedModel)[],
  settings: PredictSettings,
): Promise<(SlideEstimate | FailedEstimate)[]> {
  const ensemble = ensembleOf(models);
  const resolved = resolveSettings(settings, ensemble);
  checkTiles(ensemble, resolved);
  await refuseIdleScale(rows, resolved);
  const secondsPerTile = new Map<string, number>();
  const estimates: (SlideEstimate | FailedEstimate)[] = [];
  for (const row of rows) {
    try {
      const slide = await openSlide(row.image);
      try {
        const { plan } = planRow(slide, row, ensemble, resolved);
        let seconds = 0;
        for (const { model, layout, tiles } of plan.members) {
          const key = `${model.source.name} ${layout.tile}`;
          const perTile = secondsPerTile.get(key) ?? (await timeTile(model, layout.tile));
          secondsPerTile.set(key, perTile);
          seconds += perTile * tiles * plan.views.length;
        }
        const { width, height } = slide;
        estimates.push({
          id: row.id,
          width,
          height,
          tiles: plan.tiles * plan.views.length,
          bytes: memoryOf(plan),
          seconds,
        });
      } finally {
        await slide.close();
      }
    } catch (error) {
      if (!(error instanceof FtuError)) throw error;
      estimates.push({ id: row.id, problem: error.message });
    }
  }
  return estimates;
}

/** Seconds for a tile, one of several under way, by `now` in seconds; of a network that answers for several models, this model's part. */
export async function timeTile(
  { session: own, shared }: SegmentationModel,
  tile: number,
  now: () => number = () => performance.now() / 1000,
): Promise<number> {
  const batch = new Float32Array(3 * tile * tile);
  const { session, classes = [0] } = shared?.network ?? { session: own };
  const run = (): Promise<Float32Array> => session.run(batch, [1, 3, tile, tile]);
  await run();
  const began = now();
  await Promise.all(Array.from({ length: TIMED }, run));
  return (now() - began) / TIMED / classes.length;
}

/** Bands of probabilities, two groups of tile columns as RGB, and for each member the sums of one column of tiles. */
function memoryOf({ grid, members, classes }: SlidePlan): number {
  const bands = 6 * 256 * grid.height * classes.length * 4;
  return members.reduce((sum, { layout }) => {
    const column = layout.tile * layout.height;
    return sum + 2 * Math.max(column, 4e6) * 3 + 2 * column * classes.length * 4;
  }, bands);
}
