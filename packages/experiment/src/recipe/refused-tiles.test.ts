/** Folds of tiles hold no slide out: steps that judge networks by slides that these never saw refuse them before the first step. */
import { describe, expect, it } from 'vitest';
import { data, head, useRecipeFolder } from '../../tests/recipe-folder.js';

const { check } = useRecipeFolder();
const training = (settings: string): string =>
  `${head}${data}  n: { do: train, data: data, settings: { sampling: { windows: grid }, ${settings} } }\n`;

describe('folds of tiles', () => {
  const judging = [
    '  g: { do: select, from: n, ensemble: greedy }\n',
    '  w: { do: select, from: [n], by: whole-slides }\n',
    '  t: { do: tune, models: n }\n',
  ];
  it.each(judging)('are refused by %s', async (step) => {
    await expect(check(`${training('split: tiles')}${step}`)).rejects.toThrow('line 8: the folds of "n" are of tiles');
    await expect(check(`${training('split: grouped')}${step}`)).resolves.toBeDefined();
  });

  it('may be ranked by the validation of training', async () => {
    await expect(check(`${training('split: tiles')}  s: { do: select, from: n, best: 1 }\n`)).resolves.toBeDefined();
  });
});
