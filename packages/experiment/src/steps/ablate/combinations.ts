/** The crossed factors of an ablation. */
import type { AblateStep } from './schema.js';

export interface Combination {
  /** Level of each factor. */
  readonly levels: Readonly<Record<string, string>>;
  /** Of prediction. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Every choice of one level for each factor. */
export function combinationsOf({ factors, settings }: Pick<AblateStep, 'factors' | 'settings'>): Combination[] {
  return Object.entries(factors).reduce<Combination[]>(
    (list, [factor, levels]) =>
      list.flatMap((one) =>
        Object.entries(levels).map(([level, own]) => ({
          levels: { ...one.levels, [factor]: level },
          settings: { ...one.settings, ...own },
        })),
      ),
    [{ levels: {}, settings }],
  );
}
