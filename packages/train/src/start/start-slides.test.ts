import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@ftuseg/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slide } from '../../tests/split-slides.js';
import { startSlides, startWarning } from './start-slides.js';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

/** Weights whose card names the slides of their training. */
async function weights(name: string, card: unknown): Promise<string> {
  const metadata = card === undefined ? {} : { card: JSON.stringify(card) };
  await writeFile(at(name), writeSafetensors(new Map(), metadata));
  return at(name);
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ftuseg-start-slides-')));
  await mkdir(at('run'));
  await mkdir(at('data'));
  const slides = ['a', 'b'].map((id) => ({
    ...slide(id, 'x'),
    inputs: [{ path: at(`${id}.png`), bytes: 1, modified: 1 }],
  }));
  await writeFile(at('data', 'dataset.json'), JSON.stringify({ slides }));
  await writeFile(at('run', 'config.yaml'), `run:\n  data: ${at('data')}\n`);
  await weights('run/checkpoint.safetensors', { training: { trainedOn: ['a', 'official/b', 'web/c'] } });
});
afterAll(() => rm(folder, { recursive: true }));

describe('slides that a start was trained on', () => {
  it('are pictures where its run is beside it, else ids', async () => {
    const found = [
      { id: 'a', image: at('a.png') },
      { id: 'b', image: at('b.png') },
      { id: 'c', image: undefined },
    ];
    expect(await startSlides(at('run'), 'resnet18')).toEqual(found);
    expect(await startSlides(at('run', 'checkpoint.safetensors'), 'resnet18')).toEqual(found);
    const alone = await weights('alone.safetensors', { training: { trainedOn: ['web/a'] } });
    expect(await startSlides(alone, 'resnet18')).toEqual([{ id: 'a', image: undefined }]);
  });

  it('are those of the trainings before as well, as far back as their runs are there', async () => {
    const later = async (name: string, encoderWeights: string, id: string) => {
      await mkdir(at(name));
      await writeFile(at(name, 'config.yaml'), `run:\n  encoderWeights: { path: ${encoderWeights} }\n`);
      await weights(`${name}/checkpoint.safetensors`, { training: { trainedOn: [id] } });
    };
    await later('second', at('run'), 'd');
    await later('third', at('second', 'checkpoint.safetensors'), 'e');
    const found = await startSlides(at('third'), 'resnet18');
    expect(found.map(({ id }) => id)).toEqual(['e', 'd', 'a', 'b', 'c']);
    expect(found[2]).toEqual({ id: 'a', image: at('a.png') });
    await later('orphan', at('gone'), 'f');
    expect(await startSlides(at('orphan'), 'resnet18')).toEqual([{ id: 'f', image: undefined }]);
    await later('circle', at('circle'), 'g');
    expect(await startSlides(at('circle'), 'resnet18')).toHaveLength(1);
  });

  it('are none of published weights and of files that say nothing', async () => {
    expect(await startSlides('imagenet', 'resnet18')).toEqual([]);
    expect(await startSlides('none', 'resnet18')).toEqual([]);
    expect(await startSlides(await weights('bare.safetensors', undefined), 'resnet18')).toEqual([]);
  });

  it('are warned of where they validate, by picture and not by a name that another slide has', () => {
    const start = [
      { id: 'a', image: '/a.png' },
      { id: 'c', image: undefined },
    ];
    const validate = (id: string, image: string) => startWarning(start, [{ id, image }]);
    expect(validate('other', '/a.png')).toMatch(/trained on other, which validate here/);
    expect(validate('c', '/c.png')).toMatch(/trained on c,/);
    expect(validate('a', '/elsewhere/a.png')).toBeUndefined();
  });
});
