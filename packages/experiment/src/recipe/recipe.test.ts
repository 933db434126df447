import { mkdir, writeFile } from 'node:fs/promises';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { data, head, stage, useRecipeFolder } from '../../tests/recipe-folder.js';
import { explainRecipe } from './explain.js';

const { at, check } = useRecipeFolder();

describe('a recipe', () => {
  it('is put in an order in which each step finds what it builds on', async () => {
    const { order } = await check(
      `${head}  report: { do: report }\n  labels: { do: pseudo-label, models: stage, slides: new, like: data }\n${stage}${data}`,
    );
    expect(order).toEqual(['data', 'stage', 'labels', 'report']);
  });

  it('hides the truth of slides that are said to have none', async () => {
    const { slides } = await check(`${head}${data}`);
    expect(slides.get('old')?.map(({ mask }) => mask !== undefined)).toEqual([true, true, true, true, true]);
    const [hidden] = slides.get('new') ?? [];
    expect(hidden?.mask).toBeUndefined();
    expect(hidden?.columns).toEqual({ id: 'c', image: 'c.png', mpp: '1', kind: 'new' });
  });

  it('takes what masks are made by where labels are masks, and values that ask for nothing', async () => {
    const labels = (kind: string, settings: string): string =>
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: ${kind}, settings: { ${settings} } }\n`;
    await check(labels('mask', 'merge: or, threshold: 0.4, minimumArea: 10, fillHoles: true, peak: 0.8, split: true'));
    await check(labels('mask', 'merge: or, crf: reference'));
    await check(labels('soft', 'minimumArea: 0, fillHoles: false, split: false, peak: 0'));
  });

  it('has labels where a step reads them, and labels that fit, before anything runs', async () => {
    await check(`${head}  pictures: { do: prepare, slides: new }\n`);
    await mkdir(at('scans'));
    await writePng(at('scans', 'x.png'), raster(8, 8, 3, new Uint8Array(192)));
    const text = (step: string): string => `name: test\nslides:\n  scans: { table: scans }\nsteps:\n${step}`;
    await expect(check(text('  data: { do: prepare, slides: scans }\n'))).rejects.toThrow(
      /recipe\.yaml: line 3: 1 of 1 slide has no labels, such as "x", and step "data" reads them; .*`labels: false`/,
    );
    await writeFile(at('codes.csv'), 'id,image,rle\na,a.png,1 65\n');
    const codes = 'name: test\nslides:\n  all: { table: codes.csv }\nsteps:\n  data: { do: prepare, slides: all }\n';
    await expect(check(codes)).rejects.toThrow(
      /recipe\.yaml: line 3: .*code of slide a \(.*a\.png\): run 1 \("1 65"\) ends past the last of 64 pixels/,
    );
  });

  it('says once what in its tables may be a slip, whichever entries read them', async () => {
    await writeFile(at('twice.csv'), 'id,image,mask,group\na,a.png,a.png,1\nb,b.png,a.png,2\n');
    const slides = 'slides:\n  one: { table: twice.csv }\n  two: { table: twice.csv }\n';
    const notes: string[] = [];
    await check(`name: test\n${slides}steps:\n  data: { do: prepare, slides: one }\n`, [], (note) => notes.push(note));
    expect(notes).toEqual([]);
    await writePng(at('marked.png'), raster(8, 8, 1, new Uint8Array(64).fill(1)));
    await writeFile(at('twice.csv'), 'id,image,mask,group\na,a.png,marked.png,1\nb,b.png,marked.png,2\n');
    await check(`name: test\n${slides}steps:\n  data: { do: prepare, slides: one }\n`, [], (note) => notes.push(note));
    expect(notes).toEqual([expect.stringContaining('a, b have different pictures and the same mask')]);
  });

  it('takes values over its own, without touching what an anchor shares', async () => {
    const text = `${head}${data}  one: { do: train, data: data, settings: &s { epochs: 3 } }\n  two: { do: train, data: data, settings: { <<: *s, decoder: fpn } }\n`;
    const { file } = await check(text, ['steps.one.settings.epochs=5', 'seed=7']);
    const { one, two } = file.recipe.steps;
    expect(file.recipe.seed).toBe(7);
    expect(one).toMatchObject({ settings: { epochs: 5 } });
    expect(two).toMatchObject({ settings: { epochs: 3, decoder: 'fpn' } });
  });

  it("has its own seed where it names one, else each preset's", async () => {
    const text = `${head}${data}  one: { do: train, data: data, settings: { preset: reference } }\n  two: { do: train, data: data }\n`;
    const seeds = async (changes: string[]) => {
      const { file } = await check(text, changes);
      const { one, two } = parse(explainRecipe(file)).steps;
      return [one.settings.seed, two.settings.seed];
    };
    expect(await seeds([])).toEqual([5363, 0]);
    expect(await seeds(['seed=7'])).toEqual([7, 7]);
  });
});
