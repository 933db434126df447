/** Malformed Philips TIFFs and QPTIFFs by name: lies in tags and in the XML, levels that contradict each other or the XML, pictures that are none. */
import { shrink, tissue } from '../ndpi/pictures.mjs';
import { buildPhilips, jpegText, philipsXml } from '../vendors/philips-builder.mjs';
import { buildQptiff, qptiffXml } from '../vendors/qptiff-builder.mjs';

const full = tissue(100, 70);
const levels = [1, 2, 4].map((factor) => ({ factor, picture: factor === 1 ? full : shrink(full, factor) }));
const factors = [1, 2, 4];
const pictures = { LABELIMAGE: jpegText(tissue(24, 16, 2)), MACROIMAGE: jpegText(tissue(16, 24, 3)) };
const parts = [
  { type: 'FullResolution', picture: full },
  { type: 'Thumbnail', picture: shrink(full, 4) },
  { type: 'ReducedResolution', picture: shrink(full, 2) },
  { type: 'Overview', picture: tissue(20, 30, 3) },
  { type: 'Label', picture: tissue(20, 20, 4) },
];

/** Files that are sound: mutations begin with them. */
export const soundPhilips = [
  buildPhilips(levels, { xml: { pictures } }),
  buildPhilips(levels, { big: false, form: 'deflate', sparse: (level, column) => level === 0 && column === 0 }),
];
export const soundQptiffs = [buildQptiff(parts), buildQptiff(parts.map((part) => ({ ...part, form: 'deflate' })))];

const TAGS = [256, 257, 258, 259, 262, 277, 322, 323, 324, 325];
const EXTREME = [0, 7, 65_535, 2 ** 31 - 1, 2 ** 32 - 1];

/** @param build a file, of which a page has other tags */
function* tags(build, pages) {
  for (const page of pages) {
    for (const tag of TAGS) {
      for (const value of EXTREME) {
        yield [`page ${page}: tag ${tag} is ${value}`, build(page, { [tag]: [4, [value]] })];
      }
      yield [`page ${page}: tag ${tag} is missing`, build(page, { [tag]: null })];
      yield [`page ${page}: tag ${tag} claims 2^32 - 1 values`, build(page, { [tag]: [4, [1, 2], 2 ** 32 - 1] })];
      yield [`page ${page}: tag ${tag} is text`, build(page, { [tag]: [2, [0x6d, 0x61, 0x6e, 0x79, 0]] })];
    }
  }
}

function* truncations([whole]) {
  for (let length = 0; length < whole.length; length += 1024) {
    yield [`cut off at ${length} bytes`, whole.slice(0, length)];
  }
}

function* spacings() {
  const good = factors.map((factor) => [factor, factor]);
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 1e-320, '', '"', '2\\2', '2 2', 1.5, 3, 8]) {
    for (const level of [0, 1, 2]) {
      const stated = good.map((pair, i) => (i === level ? [value, value] : pair));
      yield [`level ${level} has a spacing of ${value}`, buildPhilips(levels, { xml: { spacings: stated } })];
    }
  }
  for (let count = 0; count < 3; count++) {
    yield [`${count} spacings`, buildPhilips(levels, { xml: { spacings: good.slice(0, count) } })];
  }
  const many = Array.from({ length: 20_000 }, (_, i) => [i + 1, i + 1]);
  yield ['20,000 spacings', buildPhilips(levels, { xml: { spacings: many } })];
  for (const [name, changed] of [
    ['levels the other way round', levels.toReversed()],
    ['a level twice', [levels[0], levels[1], levels[1]]],
    ['a level of 1/3', [levels[0], { factor: 3, picture: shrink(full, 2) }]],
    ['a level of 1/1000', [levels[0], { factor: 1000, picture: shrink(full, 2) }]],
  ]) {
    yield [name, buildPhilips(changed)];
  }
}

function* texts() {
  const whole = philipsXml({ factors, pictures });
  const file = (xmlText) => buildPhilips(levels, { xmlText });
  for (let length = 100; length < whole.length; length += 100) {
    yield [`an XML of ${length} letters`, file(whole.slice(0, length))];
  }
  const begin = '<DataObject ObjectType="DPUfsImport">';
  yield ['a million elements', file(`${begin}${'<Attribute Name="a"/>'.repeat(50_000)}`)];
  yield ['elements in each other', file(begin.repeat(50_000))];
  yield ['attributes in each other', file(`${begin}${'<Attribute Name="a">'.repeat(50_000)}`)];
  yield ['an entity', file(whole.replace('PHILIPS', '&lol;'))];
  const entity = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]>';
  yield ['entities of its own', file(whole.replace('?>', `?>${entity}`).replace('PHILIPS', '&c;'))];
  const scans = [
    `<DataObject ObjectType="DPScannedImage"><Attribute Name="PIM_DP_IMAGE_TYPE">WSI</Attribute></DataObject>`,
  ];
  yield ['two slides', buildPhilips(levels, { xml: { scans } })];
  const jpeg = Buffer.from(pictures.LABELIMAGE, 'base64');
  for (let length = 1; length < jpeg.length; length += 37) {
    const cut = jpeg.subarray(0, length).toString('base64');
    yield [`a label of ${length} bytes`, buildPhilips(levels, { xml: { pictures: { LABELIMAGE: cut } } })];
  }
  for (const data of ['=', '%', 'a'.repeat(1 << 20), Buffer.alloc(1 << 20, 0xff).toString('base64')]) {
    const name = `a label of ${data.length} letters that is none`;
    yield [name, buildPhilips(levels, { xml: { pictures: { LABELIMAGE: data } } })];
  }
  const huge = Buffer.from(jpeg);
  const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
  huge.fill(0xff, frame + 5, frame + 9);
  const LABELIMAGE = huge.toString('base64');
  yield ['a label of 65,535 x 65,535', buildPhilips(levels, { xml: { pictures: { LABELIMAGE } } })];
}

/** @type {() => Generator<[name: string, bytes: Uint8Array]>} */
export function* malformedPhilips() {
  yield* tags((page, changed) => buildPhilips(levels, { tags: { [page]: changed } }), [0, 2]);
  yield* spacings();
  yield* texts();
  yield* truncations(soundPhilips);
}

/** @type {() => Generator<[name: string, bytes: Uint8Array]>} */
export function* malformedQptiffs() {
  const changed = (page, change) => buildQptiff(parts.map((part, i) => (i === page ? { ...part, ...change } : part)));
  yield* tags((page, tagsOfPage) => changed(page, { tags: tagsOfPage }), [0, 2]);
  const [slide, , reduced] = parts;
  for (const [name, several] of [
    ['two slides', [slide, slide]],
    ['no slide', parts.slice(1)],
    ['two levels of one size', [slide, reduced, reduced]],
    ['a level as large as the slide', [slide, { ...slide, type: 'ReducedResolution' }]],
    ['a level of another shape', [slide, { type: 'ReducedResolution', picture: tissue(50, 60) }]],
  ]) {
    yield [name, buildQptiff(several)];
  }
  const xml = qptiffXml('FullResolution');
  for (let length = 80; length < xml.length; length += 12) {
    for (const page of [0, 2])
      yield [`page ${page}: an XML of ${length} letters`, changed(page, { xml: xml.slice(0, length) })];
  }
  const root = '<PerkinElmer-QPI-ImageDescription>';
  yield ['elements in each other', changed(0, { xml: root.repeat(30_000) })];
  yield ['30,000 elements', changed(0, { xml: `${root}${'<ImageType>Label</ImageType>'.repeat(30_000)}` })];
  yield ['an entity', changed(0, { xml: xml.replace('VectraScan', '&lol;') })];
  yield* truncations(soundQptiffs);
}
