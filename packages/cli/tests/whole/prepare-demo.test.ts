/** What preparing and the demonstration refuse: slides without labels, masks of another size, a slide trained and tested on. */
import { mkdir, writeFile } from 'node:fs/promises';
import { readSlideTable } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from '../run.js';
import { leftovers, makeSmallSlides, type SmallSlides } from './small-slides.js';

let small: SmallSlides;
const at = (name: string): string => small.at(name);

beforeAll(async () => {
  small = await makeSmallSlides();
}, 120_000);

afterAll(() => small.remove());

describe('ftu prepare', () => {
  it('refuses a slide that nobody labelled', async () => {
    const [row] = await readSlideTable(at('slides'));
    await writeFile(at('bare.csv'), `id,image\na,${row?.image}\n`);
    const done = await ftu('prepare', '--slides', at('bare.csv'), '--out', at('unlabelled'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/^ftu: a: the slide has no labels.*--where/);
  });

  it('refuses a mask of another size', async () => {
    const [row, other] = await readSlideTable(at('slides'));
    await ftu('synth', '--out', at('small'), '--count', '1', '--width', '64', '--height', '64');
    const [small] = await readSlideTable(at('small'));
    await writeFile(
      at('mixed.csv'),
      `id,image,mask\na,${row?.image},${small?.mask}\nb,${other?.image},${other?.mask}\n`,
    );
    const done = await ftu('prepare', '--slides', at('mixed.csv'), '--out', at('mixed'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/64 x 64.*256 x 192|256 x 192.*64 x 64/);
    expect(await leftovers(at('.'))).toEqual([]);
  }, 30_000);
});

describe('ftu demo', () => {
  it('refuses to test on a slide that it trained on', async () => {
    const [a, b] = await readSlideTable(at('slides'));
    await mkdir(at('leak'));
    const rows = [a, b].map((row, i) => `${row?.id},${row?.image},${row?.mask},one,centre-${i + 1}`);
    await writeFile(at('leak/slides.csv'), `id,image,mask,slide,centre\n${rows.join('\n')}\n`);
    const done = await ftu('demo', '--data', at('leak'), '--out', at('leak-demo'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/slide one would be trained on and tested/);
    const other = await ftu('demo', '--data', at('leak'), '--out', at('leak-demo'), '--group', 'patient');
    expect(other.stderr).toMatch(/no column "patient"/);
  });
});
