import { FtuError } from '@ftuseg/core';
import type { EstimatedScale, FailedScale } from '@ftuseg/infer';
import { describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../../../parser/command.js';
import { rowsWithScales } from './scale-estimates.js';

const { estimates, failures } = vi.hoisted(() => {
  const estimates: EstimatedScale[] = [];
  const failures: FailedScale[] = [];
  return { estimates, failures };
});
vi.mock(import('@ftuseg/infer'), async (importOriginal) => ({
  ...(await importOriginal()),
  estimateScales: async (_, __, options) => {
    for (const estimate of estimates) options?.onEstimate?.(estimate);
    for (const failure of failures) options?.onFailure?.(failure);
    return { estimates, failures };
  },
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

  it('goes on with what was printed where that is accepted, and what it rests on', async () => {
    estimates.splice(0, 2, found('b'));
    const { result } = await asked('accept');
    const { id: _, ...scaleEstimate } = found('b');
    expect(result.rows).toEqual([rows[0], { ...rows[1], micronsPerPixel: 0.46, scaleEstimate }]);
  });

  it('goes on without slides of which nothing can be estimated, and asks nothing where that is all', async () => {
    const failure = { id: 'a', error: new FtuError('bad-input', 'the file is cut off') };
    estimates.splice(0, 2, found('b'));
    failures.splice(0, 1, failure);
    const { warn, result } = await asked('accept');
    expect(result.rows).toHaveLength(2);
    expect(warn[0]).toBe('a: no scale is estimated: the file is cut off');
    estimates.splice(0, 2);
    await expect(asked('ask')).rejects.toThrow('of 1 slide without a scale none is estimated');
    expect((await asked('accept')).result.rows).toEqual(rows);
    failures.splice(0, 1);
  });

  it('is refused where there is nothing to estimate', async () => {
    estimates.splice(0, 2);
    await expect(asked('ask')).rejects.toThrow(/every slide has a scale/);
  });
});
