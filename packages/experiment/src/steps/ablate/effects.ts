/**
 * What a piece is worth: the difference that it makes on each slide, everything else being equal, with an interval that says how far
 * other slides could move it.
 */
import { bootstrapIntervals, type Interval, mean } from '@ftuseg/core';

/** One cell of a full cross of factors. */
export interface ScoredCell {
  /** Level of each factor. */
  readonly levels: Readonly<Record<string, string>>;
  /** Dice of each slide, in one order for all cells. */
  readonly dice: readonly number[];
}

export interface Effect {
  readonly factor: string;
  readonly from: string;
  readonly to: string;
  /** Mean over slides, and over all cells that differ in this factor only. */
  readonly gain: number;
  /** 95 %; undefined for fewer than three slides or groups. */
  readonly interval?: Interval | undefined;
  /** Pairs of cells that were compared. */
  readonly pairs: number;
}

/** 95 % interval of the mean over slides, those of a group drawn together; undefined for fewer than three groups. */
export function meanInterval(perSlide: readonly number[], groups: readonly string[]): Interval | undefined {
  const units = [...new Set(groups)].map((group) => perSlide.filter((_, i) => groups[i] === group));
  return bootstrapIntervals(units, (sample) => ({ mean: mean(sample) }))?.mean;
}

function without(levels: Readonly<Record<string, string>>, factor: string): string {
  return JSON.stringify(Object.entries(levels).filter(([name]) => name !== factor));
}

/**
 * The gain of every level of every factor over the factor's first level, paired by slide (so that hard slides weigh on both sides alike).
 *
 * @param cells of a cross; levels are compared in the order in which they first appear
 * @param groups of each slide: slides of a group are drawn together
 * @example
 * effectsOf(cells, slides.map(({ id }) => id)); // [{ factor: 'views', from: 'none', to: 'four views', gain: 0.006, ... }]
 */
export function effectsOf(cells: readonly ScoredCell[], groups: readonly string[]): Effect[] {
  const factors = Object.keys(cells[0]?.levels ?? {});
  return factors.flatMap((factor) => {
    const levels = [...new Set(cells.map((cell) => cell.levels[factor] ?? ''))];
    const [from = '', ...others] = levels;
    const base = new Map(
      cells.filter((cell) => cell.levels[factor] === from).map((cell) => [without(cell.levels, factor), cell]),
    );
    return others.flatMap((to): Effect[] => {
      const pairs = cells.flatMap((cell) => {
        const other = cell.levels[factor] === to ? base.get(without(cell.levels, factor)) : undefined;
        return other === undefined ? [] : [cell.dice.map((dice, i) => dice - (other.dice[i] ?? 0))];
      });
      if (pairs.length === 0) return [];
      const gains = groups.map((_, i) => mean(pairs.map((pair) => pair[i] ?? 0)));
      const interval = meanInterval(gains, groups);
      return [
        { factor, from, to, gain: mean(gains), ...(interval === undefined ? {} : { interval }), pairs: pairs.length },
      ];
    });
  });
}

/** One sentence for people. */
export function describeEffect({ factor, from, to, gain, interval, pairs }: Effect): string {
  const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
  const range = interval === undefined ? '' : ` (95 % interval ${signed(interval.low)} to ${signed(interval.high)})`;
  const verdict =
    interval === undefined
      ? 'too few slides to tell how sure that is'
      : interval.low > 0
        ? 'a gain'
        : interval.high < 0
          ? 'a loss'
          : 'no difference that these slides can show';
  const over = pairs === 1 ? '' : `, mean of ${pairs} comparisons`;
  return `${factor}: ${to} instead of ${from} ${signed(gain)} Dice${range}${over}: ${verdict}.`;
}
