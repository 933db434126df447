import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, FtuError } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asap, coco, corners, counts, samples, slide, squares, vertices } from '../../../tests/annotation-samples.js';
import { parseClasses } from '../../classes/classes.js';
import { readAnnotationLabels } from '../annotations.node.js';
import { formatTruths } from '../report/format-report.js';
import { polygonsOfCounts, unpackCounts } from './coco-runs.js';
import { annotationFormats } from './registry.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function labelsOf(content: string | Uint8Array, classes: string | undefined, of = slide) {
  // Whatever it is called.
  const path = join(folder, 'annotations.dat');
  await writeFile(path, content);
  return readAnnotationLabels(path, of, parseClasses(classes));
}
const pixels = ({ starts, ends }: { starts: Int32Array; ends: Int32Array }): number =>
  starts.reduce((sum, start, i) => sum + (ends[i] as number) - start, 0);

it('has a sample of every format', () => {
  // Two need their slide: dicom-truth.test.ts and ndpa.test.ts have them.
  const byThemselves = annotationFormats.filter(({ name }) => name !== 'DICOM' && name !== 'Hamamatsu NDPA');
  expect(samples.map(([name]) => name)).toEqual(byThemselves.map(({ name }) => name));
});

describe.each(samples)('%s', (name, sample) => {
  it('gives the objects of the classes that are mapped, and counts the others', async () => {
    const { labels, report } = await labelsOf(sample(), 'glomerulus=Glom');
    expect(report).toMatchObject({ format: name, shapes: 4, used: [{ name: 'Glom', as: ['glomerulus'], shapes: 2 }] });
    expect(report.leftOut.map(({ shapes }) => shapes)).toEqual([1, 1]);
    expect(report.leftOut.map(({ name: of }) => of).sort()).toEqual(['Glom', 'Tissue']);
    expect(pixels(labels)).toBe(20 * 20 + 11 * 11);
    for (const { x, y, side } of squares.slice(0, 2)) {
      const column = Array.from({ length: labels.starts.length }, (_, i) => i).filter(
        (i) => i >= (labels.columns[x] as number) && i < (labels.columns[x + 1] as number),
      );
      expect(column.map((i) => [labels.starts[i], labels.ends[i]])).toEqual([[y, y + side]]);
    }
  });

  it('is told by its content, with a mark of its encoding and white space before it', async () => {
    const marked = `\uFEFF  \n${sample()}`.replace(/^\uFEFF {2}\n(<\?xml)/, '\uFEFF$1');
    expect((await labelsOf(marked, 'glomerulus=Glom')).report.format).toBe(name);
  });

  it('is read in UTF-16, and refused in an encoding that it does not state', async () => {
    const text = sample().replaceAll('Glom', 'Glomérulo');
    const declared = text.replace(/<\?xml[^>]*\?>/, '');
    for (const marked of [`\uFEFF${declared}`, declared]) {
      const { report } = await labelsOf(Buffer.from(marked, 'utf16le'), 'glomerulus=Glomérulo');
      expect(report).toMatchObject({ format: name, used: [{ name: 'Glomérulo', shapes: 2 }] });
    }
    await expect(labelsOf(Buffer.from(declared, 'latin1'), 'glomerulus=Glomérulo')).rejects.toThrow(
      /is not UTF-8.*; save the file as UTF-8/,
    );
  });

  it('without a map takes only known names, exactly', async () => {
    await expect(labelsOf(sample(), undefined)).resolves.toMatchObject({ report: { used: [] } });
    for (const known of ['Glomerulus', 'glomerulus', 'glomeruli']) {
      const { report } = await labelsOf(sample().replaceAll('Glom', known), undefined);
      expect(report.used).toEqual([{ name: known, as: ['glomerulus'], shapes: 2 }]);
    }
    for (const foreign of ['Not glomerulus', 'Extraglomerular mesangium', 'GLOMERULUS', 'glomerulus ?']) {
      expect((await labelsOf(sample().replaceAll('Glom', foreign), undefined)).report.used).toEqual([]);
    }
  });

  it('damaged, is read or refused in one sentence', async () => {
    const whole = Buffer.from(sample());
    const random = createRandom(11);
    for (let n = 0; n < 150; n++) {
      const bytes = Uint8Array.from(whole);
      for (let k = 0; k < 3; k++) bytes[random.int(bytes.length)] = random.int(256);
      const cut = random.chance(0.3) ? bytes.subarray(0, random.int(bytes.length)) : bytes;
      const found = await labelsOf(cut, 'glomerulus=Glom').then(
        ({ report: { shapes, used, leftOut } }) =>
          [...used, ...leftOut].reduce((sum, one) => sum + one.shapes, 0) === shapes,
        (error: unknown) => error instanceof FtuError,
      );
      expect(found).toBe(true);
    }
  });
});

describe('ImageScope', () => {
  const layers = (text: string): string => `<Annotations>${text}</Annotations>`;
  it('draws rectangles and ellipses by two corners, and takes negative regions out of their layer alone', async () => {
    const box = vertices([
      [10, 10],
      [30, 20],
    ]);
    const text = layers(
      `<Annotation Name="a"><Regions><Region Type="1" NegativeROA="1">${vertices([
        [12, 10],
        [14, 20],
      ])}</Region><Region Type="1">${box}</Region></Regions></Annotation>
       <Annotation Name="b"><Regions><Region Type="2">${vertices([
         [40, 10],
         [80, 50],
       ])}</Region></Regions></Annotation>`,
    );
    expect(pixels((await labelsOf(text, 'x=a')).labels)).toBe(200 - 20);
    const round = pixels((await labelsOf(text, 'x=b')).labels);
    expect(Math.abs(round - Math.PI * 400)).toBeLessThan(10);
    expect((await labelsOf(text, 'x=a')).report.used.map(({ as }) => as[0]).sort()).toEqual(['cut out of x', 'x']);
  });

  it('names layers by name, attribute, text of the region or number', async () => {
    const region = (text = ''): string => `<Region Type="0" Text="${text}">${vertices(corners(squares[0]))}</Region>`;
    const text = layers(
      `<Annotation Id="1"><Attributes><Attribute Name="CaP" Value=""/></Attributes><Regions>${region('t')}</Regions></Annotation>
       <Annotation Id="2"><Regions>${region('Glomerulus')}</Regions></Annotation>
       <Annotation Id="5" Name=""><Attributes><Attribute Name="Description" Value=""/></Attributes><Regions>${region()}</Regions></Annotation>`,
    );
    const { report } = await labelsOf(text, 'x=*');
    expect(report.used.map(({ name }) => name)).toEqual(['CaP', 'Glomerulus', 'layer 5']);
  });

  it('has no use for entities', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${layers('<Annotation Name="&b;"/>')}`;
    await expect(labelsOf(bomb, 'x=*')).rejects.toThrow('not well-formed XML');
  });
});

describe('ASAP', () => {
  it('gives a group the class of the nearest group around it that is mapped', async () => {
    const nested = asap()
      .replaceAll('PartOfGroup="Glom"', 'PartOfGroup="Small"')
      .replace('<AnnotationGroups>', '<AnnotationGroups><Group Name="Small" PartOfGroup="Glom"/>');
    const inherited = await labelsOf(nested, 'glomerulus=Glom');
    expect(inherited.report.used).toEqual([{ name: 'Small', as: ['glomerulus'], shapes: 2 }]);
    expect(pixels(inherited.labels)).toBe(20 * 20 + 11 * 11);
    const own = await labelsOf(nested, 'glomerulus=Glom;other=Small');
    expect(own.report.used).toEqual([{ name: 'Small', as: ['other'], shapes: 2 }]);
  });
});

describe('COCO', () => {
  it('unpacks codes as cocoapi packs them', () => {
    // rleToString of maskApi.c.
    const pack = (numbers: readonly number[]): string => {
      let text = '';
      for (const [i, number] of numbers.entries()) {
        let value = BigInt(number - (i > 2 ? (numbers[i - 2] ?? 0) : 0));
        for (let more = true; more; ) {
          const bits = Number(value & 31n);
          value >>= 5n;
          more = (bits & 16) !== 0 ? value !== -1n : value !== 0n;
          text += String.fromCharCode(48 + bits + (more ? 32 : 0));
        }
      }
      return text;
    };
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 31 - 1 }), { maxLength: 20 }), (numbers) => {
        expect(unpackCounts(pack(numbers))).toEqual(numbers);
      }),
    );
    expect(unpackCounts('\n')).toBeUndefined();
  });

  it('refuses codes and pictures of another size, and files without the picture', async () => {
    expect(polygonsOfCounts([3, 4], 2, 3)).toBeUndefined();
    expect(polygonsOfCounts([6], 2, 3)).toEqual([]);
    await expect(labelsOf(coco(), undefined, { ...slide, width: 200, height: 120 })).rejects.toThrow(
      'the annotations are of a picture of 100 x 60, slide one is 200 x 120',
    );
    await expect(labelsOf(coco(), undefined, { ...slide, id: 'x', image: 'x.tif' })).rejects.toThrow(
      'no picture of the file is called x.tif; there are: images/slide one.tif, another.tif',
    );
  });

  it('finds the picture by its name in either form of Unicode', async () => {
    const text = coco().replaceAll('slide one', 'Nie\u0300re');
    const of = { ...slide, id: 'x', image: 'Ni\u00e8re.tif' };
    expect((await labelsOf(text, 'glomerulus=Glom', of)).report.shapes).toBe(4);
  });

  it('tells pictures of one name by their folders, and refuses one that could be two rows', async () => {
    const square = { category_id: 1, segmentation: [[10, 10, 30, 10, 30, 30, 10, 30]] };
    const fileOf = (...names: readonly string[]): string =>
      JSON.stringify({
        images: names.map((file_name, id) => ({ id, file_name })),
        annotations: names.map((_, id) => ({ ...square, id, image_id: id })),
        categories: [{ id: 1, name: 'Glom' }],
      });
    const row = (image: string, ...others: readonly string[]) => ({ ...slide, id: image, image, others });
    for (const own of ['t/A/1.png', 't/B/1.png']) {
      const found = await labelsOf(fileOf('A/1.png', 'B/1.png'), 'x=Glom', row(own, 't/A/1.png', 't/B/1.png'));
      expect(found.report.shapes).toBe(1);
    }
    const one = fileOf('A/1.png');
    expect((await labelsOf(one, 'x=Glom', row('t/A/1.png', 't/B/1.png'))).report.shapes).toBe(1);
    await expect(labelsOf(one, 'x=Glom', row('t/B/1.png', 't/A/1.png'))).rejects.toThrow(
      'its picture A/1.png could be t/B/1.png or t/A/1.png',
    );
    await expect(labelsOf(fileOf('1.png'), 'x=Glom', row('t/A/1.png', 't/B/1.png'))).rejects.toThrow('could be');
    // Folders that were moved, and two rows of one picture.
    expect((await labelsOf(one, 'x=Glom', row('else/1.png', 'else/2.png'))).report.shapes).toBe(1);
    expect((await labelsOf(one, 'x=Glom', row('else/1.png', 'else/1.png'))).report.shapes).toBe(1);
  });

  it('reads lists of results, with categories by their number', async () => {
    const results = [
      { image_id: 'one', category_id: 18, segmentation: { size: [60, 100], counts: counts(squares[1]) } },
    ];
    const { labels, report } = await labelsOf(JSON.stringify(results), 'glomerulus=18');
    expect(pixels(labels)).toBe(121);
    expect(report.used).toEqual([{ name: '18', as: ['glomerulus'], shapes: 1 }]);
  });
});

it('draws circles and rectangles of labelme', async () => {
  const shapes = [
    {
      label: 'a',
      shape_type: 'circle',
      points: [
        [30, 30],
        [50, 30],
      ],
    },
    {
      label: 'b',
      shape_type: 'rectangle',
      points: [
        [90, 40],
        [80, 10],
      ],
    },
    {
      label: '',
      shape_type: 'mask',
      points: [
        [0, 0],
        [1, 1],
      ],
      mask: 'x',
    },
  ];
  const text = JSON.stringify({ shapes, imagePath: 'x' });
  expect(Math.abs(pixels((await labelsOf(text, 'x=a')).labels) - Math.PI * 400)).toBeLessThan(10);
  const { labels, report } = await labelsOf(text, 'x=b');
  expect(pixels(labels)).toBe(300);
  expect(report.leftOut).toContainEqual({ reason: 'pictures', name: null, shapes: 1 });
});

it.each([
  ['other.png', 'other.png'],
  ['..\\pictures\\other.png', 'other.png'],
  ['..\\pictures\\slide one.jpg', undefined],
  [slide.id, undefined],
  ['', undefined],
])('says that labelme drew on %s', async (imagePath, says) => {
  const shapes = [{ label: 'a', shape_type: 'polygon', points: corners(squares[0]) }];
  const { report } = await labelsOf(JSON.stringify({ shapes, imagePath }), 'x=a');
  expect(report.drawnOn).toBe(says);
  const lines = formatTruths([{ id: 'one', ...report }], parseClasses('x=a')).join('\n');
  expect(lines.includes('it was drawn on "other.png": another slide, or renamed')).toBe(says !== undefined);
});

it('tells a format by keys behind a long list or a picture', async () => {
  const many = Array.from({ length: 3000 }, (_, id) => ({
    id: id + 9,
    file_name: `other-${id}.png`,
    width: 9,
    height: 9,
  }));
  const { images, ...rest } = JSON.parse(coco());
  const data = JSON.stringify({ images: [...images, ...many], ...rest });
  expect((await labelsOf(data, 'glomerulus=Glom')).report.format).toBe('COCO JSON');
  const shape = { label: 'a', shape_type: 'polygon', points: corners(squares[0]) };
  const picture = JSON.stringify({ flags: {}, imageData: 'A'.repeat(100_000), imagePath: 'x', shapes: [shape] });
  expect((await labelsOf(picture, 'x=a')).report.format).toBe('labelme JSON');
});
