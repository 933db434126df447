import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jpegPage, writeNdpi } from '../../../tests/ndpi/ndpi-builder.mjs';
import { tissue } from '../../../tests/ndpi/pictures.mjs';
import { parseClasses } from '../../classes/classes.js';
import { readAnnotationLabels } from '../annotations.node.js';

/** Of the slide that `writeNdpi` writes, nanometres. */
const [OFFSET_X, OFFSET_Y, PIXEL] = [1_234_567, -765_432, 250];
const [width, height] = [160, 96];

let folder = '';
let image = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-ndpa-'));
  image = join(folder, 'slide.ndpi');
  await writeNdpi(image, [jpegPage(tissue(width, height, 1), {})]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** On the glass, nanometres from its middle, as the scanner's program writes it. */
const onGlass = (x: number, y: number): [number, number] => [
  Math.round((x - width / 2) * PIXEL + OFFSET_X),
  Math.round((y - height / 2) * PIXEL + OFFSET_Y),
];
const box = (left: number, top: number, side: number): [number, number][] => [
  [left, top],
  [left + side, top],
  [left + side, top + side],
  [left, top + side],
];
const points = (corners: readonly [number, number][]): string => {
  const list = corners.map(([x, y]) => onGlass(x, y)).map(([x, y]) => `<point><x>${x}</x><y>${y}</y></point>`);
  return `<pointlist>${list.join('')}</pointlist>`;
};
const view = (title: string, annotation: string, unit = 'nanometers'): string =>
  `<ndpviewstate id="1"><title>${title}</title><details/><coordformat>${unit}</coordformat><lens>20.0</lens><x>7</x><y>8</y><z>0</z><showtitle>0</showtitle>${annotation}</ndpviewstate>`;
const drawn = (type: string, name: string, inner: string): string =>
  `<annotation type="${type}" displayname="${name}" color="#000000">${inner}</annotation>`;
const file = (...views: string[]): string =>
  `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<annotations>${views.join('')}</annotations>`;

async function labelsOf(text: string, picture = image) {
  const path = join(folder, 'slide.ndpi.ndpa');
  await writeFile(path, text);
  return readAnnotationLabels(path, { id: 'one', image: picture, width, height }, parseClasses('a=*'));
}
const pixels = ({ starts, ends }: { starts: Int32Array; ends: Int32Array }): number =>
  starts.reduce((sum, start, i) => sum + (ends[i] as number) - start, 0);

describe('NDPA', () => {
  it('places outlines, rectangles and circles on the slide, and counts the others', async () => {
    const { labels, report } = await labelsOf(
      file(
        view('Glom &amp; one', drawn('freehand', 'AnnotateFreehand', `<closed>1</closed>${points(box(10, 5, 20))}`)),
        view('Box', drawn('freehand', 'AnnotateRectangle', `<closed>0</closed>${points(box(50, 10, 11))}`)),
        view('Line', drawn('freehand', 'AnnotateFreehandLine', `<closed>0</closed>${points(box(0, 0, 60))}`)),
        view('', drawn('pin', 'AnnotatePin', '<x>1</x><y>1</y>')),
        view('Nothing', ''),
      ),
    );
    expect(report).toMatchObject({ format: 'Hamamatsu NDPA', shapes: 4 });
    expect(report.used.map(({ name }) => name).sort()).toEqual(['Box', 'Glom & one']);
    expect(report.leftOut.map(({ reason }) => reason).sort()).toEqual(['lines', 'points']);
    expect(pixels(labels)).toBe(20 * 20 + 11 * 11);
    const runs = (x: number) =>
      Array.from(labels.starts, (start, i) => [start, labels.ends[i]]).slice(labels.columns[x], labels.columns[x + 1]);
    expect(runs(10)).toEqual([[5, 25]]);
    expect(runs(50)).toEqual([[10, 21]]);
    const [x, y] = onGlass(80, 48);
    const circle = drawn('circle', 'AnnotateCircle', `<x>${x}</x><y>${y}</y><radius>${20 * PIXEL}</radius>`);
    expect(Math.abs(pixels((await labelsOf(file(view('c', circle)))).labels) - Math.PI * 400)).toBeLessThan(10);
  });

  it.each([
    [file(view('a', drawn('freehand', 'x', points(box(0, 0, 9))), 'pixels')), 'in pixels, not in nanometers'],
    [file(view('a', drawn('circle', 'x', '<x>1</x><y>1</y>'))), 'its radius is missing, not a number'],
    [file(view('a', drawn('freehand', 'x', '<pointlist><point><x>u</x></point></pointlist>'))), 'has "u"'],
    [file(view('a', drawn('freehand', 'x', '<pointlist><point><x>1</x></point></pointlist>'))), 'one coordinate'],
  ])('refuses what is no position (%#)', async (text, says) => {
    await expect(labelsOf(text)).rejects.toThrow(says);
  });

  it('needs the slide that it was drawn on', async () => {
    const other = join(folder, 'other.png');
    await sharp({ create: { width, height, channels: 3, background: 'white' } }).toFile(other);
    const text = file(view('a', drawn('freehand', 'x', points(box(0, 0, 9)))));
    await expect(labelsOf(text, other)).rejects.toThrow('slide one does not say where on the glass it lies');
  });
});
