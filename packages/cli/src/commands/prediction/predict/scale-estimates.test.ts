import type { EstimatedScale } from '@ftuseg/infer';
import { describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../../../parser/command.js';
import { rowsWithScales } from './scale-estimates.js';

const { estimates } = vi.hoisted(() => {
  const estimates: EstimatedScale[] = [];
  return { estimates };
});
vi.mock(import('@ftuseg/infer'), async (importOriginal) => ({
  ...(await importOriginal()),
  estimateScales: async () => estimates,
}));

const found = (id: string): EstimatedScale => ({
  id,
  micronsPerPixel: 0.4637,
  low: 0.31,
  high: 0.62,
  objects: 9,
  sizesFrom: 'model card',
});
const rows = ['a', 'b'].map((id) => ({ id, image: `${id}.png`, columns: {} }));

async function asked(choice: 'ask' | 'accept') {
  const said = { print: [] as string[], warn: [] as string[] };
  const context: Pick<CommandContext, 'print' | 'warn' | 'progress' | 'signal'> = {
    print: (text) => void said.print.push(text),
    warn: (text) => void said.warn.push(text),
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const result = await rowsWithScales(choice, { rows, models: [], settings: {} }, context);
  return { ...said, result };
}

describe('rowsWithScales', () => {
  it('says what it estimates and what to type, and stops', async () => {
    estimates.splice(0, 2, found('b'));
    const { print, warn, result } = await asked('ask');
    expect(print).toEqual([
      'b: about 0.46 µm per pixel (plausible: 0.31 to 0.62), by the size of 9 objects against those that the model was trained on',
    ]);
    expect(warn.join()).toMatch(
      /^nothing was predicted: .* --microns-per-pixel 0\.46 in place of --estimate-scale ask$/,
    );
    expect(result.rows).toBe(undefined);
  });

  it('goes on with what was printed where that is accepted, with a warning', async () => {
    estimates.splice(0, 2, found('b'));
    const { warn, result } = await asked('accept');
    expect(result.rows).toEqual([rows[0], { ...rows[1], micronsPerPixel: 0.46 }]);
    expect(warn).toEqual(['b: predicted at an estimated scale of 0.46 µm per pixel']);
  });

  it('is refused where there is nothing to estimate', async () => {
    estimates.splice(0, 2);
    await expect(asked('ask')).rejects.toThrow(/every slide has a scale/);
  });
});
