/** Scores that can be worked out on paper, and the mistakes that people make with tables and masks. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster, encodeRle, type Raster } from '@ftuseg/core';
import { openSlide, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from './run.js';

let folder: string;

/** A 20 x 10 mask whose columns [from, to) are foreground. */
function columns(from: number, to: number, value = 1): Raster {
  const mask = emptyRaster(20, 10);
  for (let y = 0; y < 10; y++) mask.data.fill(value, y * 20 + from, y * 20 + to);
  return mask;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-evaluate-'));
  for (const name of ['images', 'masks', 'out/masks']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['plain', 'other']) await writePng(join(folder, `images/${name}.png`), emptyRaster(20, 10, 3));
  await writePng(join(folder, 'masks/half.png'), columns(0, 10));
  await writePng(join(folder, 'masks/none.png'), emptyRaster(20, 10));
  await writePng(join(folder, 'masks/two.png'), {
    ...columns(0, 4),
    data: columns(0, 4).data.map((v, i) => v + 2 * (columns(10, 20).data[i] ?? 0)),
  });
  await writeFile(
    join(folder, 'slides.csv'),
    'id,image,mask,centre\na,images/plain.png,masks/half.png,north\nb,images/other.png,masks/none.png,south\n',
  );
  await writeFile(join(folder, 'two.csv'), 'id,image,mask\nc,images/plain.png,masks/two.png\n');
  await writePng(join(folder, 'out/masks/a.png'), columns(5, 10, 255));
  await writePng(join(folder, 'out/masks/b.png'), emptyRaster(20, 10));
  await writePng(join(folder, 'out/masks/c.png'), columns(0, 4));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

describe('ftu evaluate', () => {
  it('gives Dice per slide, mean and pooled', async () => {
    const { code, stdout } = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', at('out'), '--json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    // a: 50 of 100 truth pixels found, none invented: 2 * 50 / 150. b: empty and rightly so: 1.
    expect(result.slides.map((s: { id: string }) => s.id)).toEqual(['a', 'b']);
    expect(result.slides[0].dice).toBeCloseTo(2 / 3, 12);
    expect(result.slides[0].iou).toBeCloseTo(0.5, 12);
    expect(result.slides[1].dice).toBe(1);
    expect(result.meanDice).toBeCloseTo(5 / 6, 12);
    expect(result.pooledDice).toBeCloseTo(2 / 3, 12);
  });

  it('prints a table, worst first', async () => {
    const { stdout } = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', at('out'));
    expect(stdout).toMatch(/^slide +Dice +IoU +Prec\..*\na +0\.6667 +0\.5000 .*\nb +1\.0000/);
    expect(stdout).toMatch(/mean +0\.8333/);
    expect(stdout).toContain('2 slides: too few for an interval');
  });

  it('takes a submission as well as a folder', async () => {
    const csv = `id,predicted\na,${encodeRle(columns(5, 10))}\nb,\n`;
    await writeFile(at('submission.csv'), csv);
    const { stdout } = await ftu(
      'evaluate',
      '--truth',
      at('slides.csv'),
      '--predictions',
      at('submission.csv'),
      '--json',
    );
    expect(JSON.parse(stdout).meanDice).toBeCloseTo(5 / 6, 12);
  });

  it('scores only the rows asked for', async () => {
    const { stdout } = await ftu(
      'evaluate',
      '--truth',
      at('slides.csv'),
      '--predictions',
      at('out'),
      '--where',
      'centre=south',
      '--json',
    );
    expect(JSON.parse(stdout).slides).toMatchObject([{ id: 'b', dice: 1, iou: 1 }]);
  });

  it('scores several classes apart', async () => {
    const args = ['--truth', at('two.csv'), '--predictions', at('out'), '--classes', 'normal=1;sclerotic=2', '--json'];
    const { stdout } = await ftu('evaluate', ...args);
    const result = JSON.parse(stdout);
    expect(result.classes.map((c: { name: string; meanDice: number }) => [c.name, c.meanDice])).toEqual([
      ['normal', 1],
      ['sclerotic', 0],
    ]);
    expect(result.meanDice).toBe(0.5);
  });

  it('counts objects, at the overlap asked for', async () => {
    const run = async (...more: string[]) => {
      const args = ['--truth', at('slides.csv'), '--predictions', at('out'), '--json', ...more];
      return JSON.parse((await ftu('evaluate', ...args)).stdout);
    };
    // Half of the only object of a was found: an IoU of 0.5, which is not above 0.5.
    expect((await run()).slides[0]).toMatchObject({
      truePositives: 0,
      falseNegatives: 1,
      falsePositives: 1,
      f1: 0,
      panopticQuality: 0,
    });
    const lax = await run('--iou', '0.4');
    expect(lax.slides[0]).toMatchObject({
      truePositives: 1,
      falseNegatives: 0,
      falsePositives: 0,
      f1: 1,
      segmentationQuality: 0.5,
    });
    expect(lax).toMatchObject({ iouThreshold: 0.4, truePositives: 1, intervals: null, groupedBy: null });
  });

  it('groups by a column, draws pictures and writes a table', async () => {
    const { code, stdout } = await ftu(
      'evaluate',
      '--truth',
      at('slides.csv'),
      '--predictions',
      at('out'),
      '--group',
      'centre',
      '--pictures',
      at('pictures'),
      '--csv',
      at('scores.csv'),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^centre +Dice.*\nnorth +0\.6667.*\nsouth +1\.0000/m);
    const [head, first, ...rest] = (await readFile(at('scores.csv'), 'utf8')).trim().split('\n');
    expect(head).toMatch(
      /^id,group,class,dice,iou,precision,.*true_positives,false_negatives,false_positives,truth_pixels/,
    );
    expect(first).toMatch(/^a,north,glomerulus,0\.666.*,0\.5,.*,0,1,1,100,50,50$/);
    expect(rest).toHaveLength(1);
    const picture = await openSlide(at('pictures/a.jpg'));
    expect([picture.width, picture.height]).toEqual([20, 10]);
    await picture.close();
  });

  it('takes polygons for truth and for predictions', async () => {
    const ring = (right: number) => [
      [
        [0, 0],
        [right, 0],
        [right, 10],
        [0, 10],
        [0, 0],
      ],
    ];
    const feature = (right: number) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: ring(right) },
      properties: { classification: { name: 'Glomerulus' } },
    });
    await writeFile(at('p.json'), JSON.stringify([feature(8)]));
    await writeFile(at('out/p.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature(10)] }));
    await writeFile(at('polygons.csv'), 'id,image,annotations\np,images/plain.png,p.json\n');
    const { stdout } = await ftu('evaluate', '--truth', at('polygons.csv'), '--predictions', at('out'), '--json');
    expect(JSON.parse(stdout).slides[0]).toMatchObject({ dice: 160 / 180, truePositives: 1 });
  });

  describe('bad input: one sentence, exit code 1', () => {
    const row = (text: string): string => `id,image,mask\n${text}\n`;
    it.each([
      { name: 'no table', table: undefined, says: /gone\.csv.*(no such|does not exist)/ },
      { name: 'no id column', table: 'image,mask\nimages/plain.png,masks/half.png\n', says: /id/ },
      { name: 'no image column', table: 'id,mask\na,masks/half.png\n', says: /image/ },
      {
        name: 'duplicate ids',
        table: row('a,images/plain.png,masks/half.png\na,images/plain.png,masks/half.png'),
        says: /same id "a"/,
      },
      { name: 'an id that leaves the folder', table: row('../a,images/plain.png,masks/half.png'), says: /\.\.\/a/ },
      { name: 'missing image', table: row('a,images/gone.png,masks/half.png'), says: /gone\.png/ },
      { name: 'missing mask', table: row('a,images/plain.png,masks/gone.png'), says: /gone\.png/ },
      { name: 'no mask at all', table: 'id,image\na,images/plain.png\n', says: /a.*(mask|truth)/ },
      { name: 'an image that is text', table: row('a,table.csv,masks/half.png'), says: /table\.csv/ },
      {
        name: 'no prediction',
        table: row('z,images/plain.png,masks/half.png'),
        says: /out: there is no prediction for slide z; .*masks\/z\.tif/,
      },
      { name: 'mask of another size', table: row('a,small.png,masks/half.png'), says: /20 x 10.*5 x 5|5 x 5.*20 x 10/ },
    ])('$name', async ({ table, says }) => {
      await writePng(at('small.png'), emptyRaster(5, 5, 3));
      const path = at(table === undefined ? 'gone.csv' : 'table.csv');
      if (table !== undefined) await writeFile(path, table);
      const { code, stdout, stderr } = await ftu('evaluate', '--truth', path, '--predictions', at('out'));
      expect(stderr).toMatch(says);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });

    it.each([
      { name: 'a slide twice', csv: 'id,predicted\na,1 1\na,\nb,\n', says: /line 3: slide a occurs twice/ },
      { name: 'a slide missing', csv: 'id,predicted\na,1 1\n', says: /no row for slide b/ },
      { name: 'an odd count', csv: 'id,predicted\na,1 1 5\nb,\n', says: /slide a: it has 3 numbers/ },
      {
        name: 'a run beyond the end',
        csv: 'id,predicted\na,200 2\nb,\n',
        says: /slide a: run 1 .* ends past the last of 200/,
      },
      { name: 'other columns', csv: 'id,rle\na,1 1\n', says: /needs the columns id and predicted/ },
    ])('a submission with $name', async ({ csv, says }) => {
      await writeFile(at('bad.csv'), csv);
      const { code, stdout, stderr } = await ftu(
        'evaluate',
        '--truth',
        at('slides.csv'),
        '--predictions',
        at('bad.csv'),
      );
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(says);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });

    it.each([
      [['--group', 'donor'], /group donor: there is no such column/, 1],
      [['--iou', '1'], /--iou/, 2],
    ])('%j', async (more, says, exit) => {
      const { code, stderr } = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', at('out'), ...more);
      expect(stderr).toMatch(says);
      expect(code).toBe(exit);
    });

    it('a folder that is not there', async () => {
      const { code, stderr } = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', 'nowhere');
      expect(stderr).toMatch(/nowhere: there are no predictions/);
      expect(code).toBe(1);
    });

    it('an unknown label', async () => {
      const { code, stderr } = await ftu(
        'evaluate',
        '--truth',
        at('two.csv'),
        '--predictions',
        at('out'),
        '--classes',
        'normal=1',
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(/two\.png.*label.*2/);
    });

    it('a truncated image', async () => {
      const whole = await readFile(at('masks/half.png'));
      await writeFile(at('cut.png'), whole.subarray(0, whole.length - 25));
      await writeFile(at('cut.csv'), row('a,images/plain.png,cut.png'));
      const { code, stderr } = await ftu('evaluate', '--truth', at('cut.csv'), '--predictions', at('out'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/cut\.png/);
    });
  });
});
