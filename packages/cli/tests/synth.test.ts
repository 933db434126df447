/** `ftu synth`: what its options reach, and which of them have no say where. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSlideTable } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const SMALL = ['--count', '1', '--width', '96', '--height', '96', '--microns-per-pixel', '8'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-synth-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The bytes of the picture and of the mask of one small slide. */
async function drawn(name: string, ...options: readonly string[]): Promise<readonly [image: Buffer, mask: Buffer]> {
  const made = await ftu('synth', '--out', at(name), ...SMALL, ...options);
  expect(made.stderr).not.toMatch(/ftu: /);
  expect(made.code).toBe(0);
  const [row] = await readSlideTable(join(at(name), 'slides.csv'));
  return [await readFile(row?.image ?? ''), await readFile(row?.mask ?? '')];
}

describe('ftu synth', () => {
  it('draws the stain that is asked for, and says which', async () => {
    const [pas, truth] = await drawn('pas');
    for (const stain of ['he', 'masson', 'silver']) {
      const [image, mask] = await drawn(stain, '--stain', stain);
      expect(image.equals(pas)).toBe(false);
      expect(mask.equals(truth)).toBe(true);
      const [row] = await readSlideTable(join(at(stain), 'slides.csv'));
      expect(row?.columns.stain).toBe(stain);
    }
  });

  it.each([['--casts', '1'], ['--scars', '1'], ['--variants', '1'], ['--cores']])(
    '%s %s changes the picture',
    async (...option) => {
      const [plain] = await drawn('plain');
      const [image] = await drawn('other', ...option);
      expect(image.equals(plain)).toBe(false);
    },
  );

  it('takes --hard as its parts, and a part that is given by itself wins', async () => {
    const [hard] = await drawn('hard', '--hard');
    const parts = ['--sclerotic', '0.12', '--casts', '0.5', '--scars', '0.5', '--variants', '0.45'];
    const [named] = await drawn('named', ...parts);
    expect(named.equals(hard)).toBe(true);
    const [none] = await drawn('none', '--hard', '--sclerotic', '0', '--casts', '0', '--scars', '0', '--variants', '0');
    const [plain] = await drawn('plain');
    expect(none.equals(plain)).toBe(true);
  });

  it.each([
    ['hubmap', '--stain', 'he'],
    ['hubmap', '--casts', '0.5'],
    ['hubmap', '--hard'],
    ['hubmap', '--cores'],
    ['starter', '--seed', '8'],
    ['starter', '--count', '3'],
    ['starter', '--stated-scale'],
  ])('refuses for the slides of %s: %s %s', async (layout, ...option) => {
    const { code, stderr } = await ftu('synth', '--layout', layout, '--out', at('fixed'), ...option);
    expect(code).toBe(2);
    expect(stderr).toContain(`has no say in --layout ${layout}`);
  });
});
