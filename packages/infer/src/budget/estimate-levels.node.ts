/** What each slide takes at each level of work: tiles by the slides' headers, and the time of a tile by a few tiles of the real networks. */
import { openSlide, type SlideRow } from '@ftuseg/slide';
import { planRow } from '../plan/plan-row.js';
import { timeTile } from './estimate-table.node.js';
import type { Clock, WorkLevel } from './time-budget.js';

/**
 * @returns for each slide the seconds of each level, all tiles counted, background too; 0 for a slide that cannot be opened or planned, which
 * fails soon enough when its turn comes
 */
export async function estimateLevels(
  rows: readonly SlideRow[],
  levels: readonly WorkLevel[],
  now: Clock | undefined,
): Promise<number[][]> {
  const secondsPerTile = new Map<string, number>();
  const secondsOf = async (row: SlideRow): Promise<number[]> => {
    const slide = await openSlide(row.image);
    try {
      const seconds: number[] = [];
      for (const { ensemble, settings } of levels) {
        const { plan } = planRow(slide, row, ensemble, settings);
        let sum = 0;
        for (const { model, layout } of plan.members) {
          const key = `${model.source.name} ${layout.tile}`;
          const perTile = secondsPerTile.get(key) ?? (await timeTile(model, layout.tile, now));
          secondsPerTile.set(key, perTile);
          sum += perTile * layout.columns.length * layout.rows.length * plan.views.length;
        }
        seconds.push(sum);
      }
      return seconds;
    } finally {
      await slide.close();
    }
  };
  const estimates: number[][] = [];
  for (const row of rows) estimates.push(await secondsOf(row).catch(() => levels.map(() => 0)));
  return estimates;
}
