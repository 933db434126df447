/** Pictures of slides and of labels, by the fixtures of the package. */
import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { FtuError, raster } from '@ftuseg/core';
import { encodePng, readLabelImage } from '@ftuseg/slide';
import { loadFamilies } from '../../../packages/slide/tests/hostile/families.mjs';
import { judge } from '../../../packages/slide/tests/hostile/judge.mjs';
import { buildTiff } from '../../../packages/slide/tests/hostile/tiff-builder.mjs';

const fixtures = new URL('../../../packages/slide/tests/fixtures/', import.meta.url);
const read = (ending) =>
  readdirSync(fixtures)
    .filter((name) => ending.test(name))
    .map((name) => new Uint8Array(readFileSync(new URL(name, fixtures))));

const SIDE = 24;
const labels = raster(
  SIDE,
  SIDE,
  1,
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE > 12 ? 1 + (i % 2) : 0)),
);

/** A label image of one strip, uncompressed or deflated. */
function labelTiff(compression) {
  const block = compression === 8 ? deflateSync(labels.data) : labels.data;
  const tag = (number, type, ...values) => ({ tag: number, type, values });
  const tags = [
    tag(256, 4, SIDE),
    tag(257, 4, SIDE),
    tag(258, 3, 8),
    tag(259, 3, compression),
    tag(262, 3, 1),
    { tag: 273, type: 4, values: 'blocks' },
    tag(277, 3, 1),
    tag(278, 4, SIDE),
    tag(279, 4, block.length),
  ];
  return buildTiff({ tags, blocks: [block] });
}

/** A slide of one file: read, or refused properly. */
const slideOf = (name, ending, originals) => ({
  name,
  ending,
  originals,
  run: async (bytes, { file }) => {
    const { fault, outcome } = await judge(await file(`slide.${ending}`, bytes));
    if (fault !== undefined) throw new Error(fault);
    if (outcome === 'refused') throw new FtuError('bad-input', 'refused');
  },
});

/** Formats whose slides are one file each; those of several are mutated by `packages/slide/scripts/fuzz.mjs --family`. */
const ofOneFile = Object.entries(await loadFamilies()).filter(
  ([, { sound }]) => sound?.every((one) => one instanceof Uint8Array) === true,
);

export const slides = [
  slideOf('slide', 'tif', read(/\.tiff?$/)),
  ...ofOneFile.map(([family, { sound }]) => slideOf(`slide-${family}`, family, sound)),
  {
    name: 'label-tiff',
    ending: 'tif',
    originals: [labelTiff(1), labelTiff(8), ...read(/^(palette|white-is-zero|plain|zstd)\.tif$/)],
    run: async (bytes, { file }) => readLabelImage(await file('labels.tif', bytes)),
  },
  {
    name: 'label-png',
    ending: 'png',
    originals: [await encodePng(labels), await encodePng(labels), ...read(/^(palette|grey|rgba)\.png$/)],
    run: async (bytes, { file }) => readLabelImage(await file('labels.png', bytes)),
  },
];
