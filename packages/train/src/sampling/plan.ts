/** From the training side of a split to what the sampler draws from. */
import { FtuError, quantileBins } from '@ftuseg/core';
import type { Tile } from '@ftuseg/folders';
import type { TrainConfig } from '../config/config.js';
import { balanceValue } from '../split/slide-groups.js';
import type { SplitSlide } from '../split/split.js';
import {
  type FreeWindows,
  type GridWindows,
  type ObjectBin,
  type SamplerSlide,
  slideShares,
  type TilePool,
  type WindowPlan,
} from './sampler.js';

/** Objects of all slides in quantile bins of the area of their boxes; inside a bin slides have their shares. */
function objectBins(slides: readonly SamplerSlide[], shares: Float64Array, bins: number): ObjectBin[] {
  const objects = slides.flatMap(({ objects: boxes }, slide) =>
    Array.from({ length: boxes.length / 4 }, (_, object) => ({
      slide,
      object,
      area: (boxes[object * 4 + 2] as number) * (boxes[object * 4 + 3] as number),
    })),
  );
  const binOf = quantileBins(
    objects.map(({ area }) => area),
    bins,
  );
  return [...new Set(binOf)]
    .sort((a, b) => a - b)
    .map((bin) => {
      const members = objects.filter((_, i) => binOf[i] === bin);
      const perSlide = new Map<number, number>();
      for (const { slide } of members) perSlide.set(slide, (perSlide.get(slide) ?? 0) + 1);
      const weights = members.map(({ slide }) => (shares[slide] ?? 0) / (perSlide.get(slide) ?? 1));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      let sum = 0;
      return {
        slide: Int32Array.from(members, ({ slide }) => slide),
        object: Int32Array.from(members, ({ object }) => object),
        cumulative: Float64Array.from(weights, (weight) => {
          sum += weight;
          return sum / total;
        }),
      };
    });
}

function freePlan(
  train: readonly SplitSlide[],
  slides: readonly SamplerSlide[],
  { sampling }: TrainConfig,
): FreeWindows {
  const { slides: by, balanceBy, balance, centred, jitter, areaBins, hardNegatives } = sampling;
  const shares = slideShares(
    train.map((entry) => ({
      width: entry.slide.width,
      height: entry.slide.height,
      weight: entry.weight,
      group: balanceBy === undefined ? undefined : balanceValue(entry, balanceBy),
    })),
    by,
    balance,
  );
  const bins = areaBins === 0 ? [] : objectBins(slides, shares, areaBins);
  return { kind: 'free', shares, centred, jitter, bins, hardNegatives };
}

/** What the tiles of a slide are drawn by. */
export type GridSlide = Pick<SplitSlide, 'source' | 'tiles' | 'positive' | 'negative'>;

/** The tiles of one source with objects, or those without, of which a share is drawn. */
export interface SharedTiles {
  readonly source: string;
  readonly objects: boolean;
  readonly tiles: readonly (Tile & { readonly slide: number })[];
  /** Share of them in an epoch, 0..1. */
  readonly share: number;
  /** Tiles in an epoch: the share rounded down, as the reference implementation has it. */
  readonly count: number;
}

/** @returns two for each source, in the order of the slides; those without tiles as well */
export function sharedTiles(train: readonly GridSlide[]): SharedTiles[] {
  const sources = new Map<string, { first: GridSlide; tiles: (Tile & { slide: number })[] }>();
  train.forEach((entry, slide) => {
    const found = sources.get(entry.source) ?? { first: entry, tiles: [] };
    found.tiles.push(...entry.tiles.map((tile) => ({ ...tile, slide })));
    sources.set(entry.source, found);
  });
  return [...sources].flatMap(([source, { first, tiles }]) =>
    [true, false].map((objects) => {
      const own = tiles.filter(({ density }) => density > 0 === objects);
      const share = objects ? first.positive : first.negative;
      return { source, objects, tiles: own, share, count: Math.floor(own.length * share) };
    }),
  );
}

function pool({ tiles, count }: SharedTiles, bins: number): TilePool {
  return {
    tiles: Int32Array.from(tiles.flatMap(({ slide, x, y }) => [slide, x, y])),
    count,
    bins:
      bins === 0
        ? new Int32Array()
        : quantileBins(
            tiles.map(({ density }) => density),
            bins,
          ),
  };
}

function gridPlan(train: readonly SplitSlide[], { sampling }: TrainConfig): GridWindows {
  const pools = sharedTiles(train).map((shared) => pool(shared, shared.objects ? sampling.areaBins : 0));
  return { kind: 'grid', pools: pools.filter(({ count }) => count > 0) };
}

/**
 * What windows are drawn from, as `sampling` asks.
 *
 * @param slides the slides of `train`, in its order
 * @throws FtuError for an unknown column, windows of another size than the grid's, or a grid without tiles
 */
export function windowPlan(
  train: readonly SplitSlide[],
  slides: readonly SamplerSlide[],
  config: TrainConfig,
  tile: { readonly side: number; readonly grid: number },
): WindowPlan {
  if (config.sampling.windows === 'free') {
    if (config.split === 'tiles' && config.validate === undefined) {
      throw new FtuError('bad-input', 'free windows would cut into the tiles that validate', {
        subject: 'sampling.windows',
        hint: 'use `grid` with `--split tiles`, or grouped folds',
      });
    }
    return freePlan(train, slides, config);
  }
  if (tile.side !== tile.grid) {
    throw new FtuError(
      'bad-input',
      `windows of ${tile.side} pixels are not those of tiles.csv, which have ${tile.grid}`,
      {
        subject: 'tile',
        hint: `use \`--tile-size ${tile.grid}\`, or prepare with \`--tile-size ${tile.side}\``,
      },
    );
  }
  const plan = gridPlan(train, config);
  if (plan.pools.length > 0) return plan;
  throw new FtuError('bad-input', 'the fractions leave no tile to train on', {
    subject: 'sampling',
    hint: 'raise `sampling.positive` and `sampling.negative`',
  });
}
