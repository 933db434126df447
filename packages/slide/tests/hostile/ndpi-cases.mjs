/** Malformed NDPIs by name: lies in their tags, in the list of restart intervals, in the JPEG and its markers; levels that contradict each other. */
import { encodeIntervals, joinJpeg, jpegHeader } from '../ndpi/jpeg-encoder.mjs';
import { buildNdpi, jpegPage } from '../ndpi/ndpi-builder.mjs';
import { shrink, tissue } from '../ndpi/pictures.mjs';

const picture = tissue(128, 96);
const small = shrink(picture, 4);
const coding = { sampling: [2, 1], step: 8, interval: 4 };
const full = jpegPage(picture, { ...coding });
const reduced = jpegPage(small, { lens: 5, step: 8 });
const macro = jpegPage(tissue(40, 20, 3), { lens: -1, step: 8 });

/** Files that are sound: mutations begin with them. */
export const sound = [
  buildNdpi([full, reduced, macro]),
  buildNdpi([{ ...full, listed: undefined }]),
  buildNdpi([jpegPage(picture, { sampling: [2, 2], interval: 4, step: 8 }), reduced]),
];

const TAGS = [256, 257, 258, 259, 262, 273, 277, 278, 279, 65421, 65424, 65426];
const EXTREME = [0, 1, 255, 65_535, 2 ** 31 - 1, 2 ** 32 - 1];

function* tags() {
  const changed = (tag, value) => buildNdpi([{ ...full, tags: { [tag]: value } }, reduced]);
  for (const tag of TAGS) {
    for (const value of EXTREME) yield [`tag ${tag} is ${value}`, changed(tag, [4, [value]])];
    yield [`tag ${tag} is missing`, changed(tag, null)];
    yield [`tag ${tag} claims 2^32 - 1 values`, changed(tag, [4, [1, 2], 2 ** 32 - 1])];
    yield [`tag ${tag} is text`, changed(tag, [2, [0x6d, 0x61, 0x6e, 0x79, 0]])];
  }
  for (const [width, height] of [
    [2 ** 31 - 1, 2 ** 31 - 1],
    [2 ** 31 - 1, 1],
    [1, 2 ** 31 - 1],
    [65_600, 65_600],
  ]) {
    const size = { 256: [4, [width]], 257: [4, [height]], 278: [4, [height]] };
    yield [`${width} x ${height} pixels in a few bytes`, buildNdpi([{ ...full, tags: size }])];
  }
}

function* contradictions() {
  const level = (width, height, lens = 5) => jpegPage(tissue(width, height), { lens, step: 8 });
  yield ['a second level that is larger', buildNdpi([reduced, full])];
  yield ['two levels of one size', buildNdpi([full, full])];
  yield ['a level of another shape', buildNdpi([full, level(32, 80)])];
  yield ['no level in the focal plane 0', buildNdpi([{ ...full, plane: 1000 }])];
  yield ['nothing but a macro picture', buildNdpi([macro])];
  for (const lens of [0, Number.NaN, -7, Number.NEGATIVE_INFINITY]) {
    yield [`a magnification of ${lens}`, buildNdpi([{ ...full, lens }])];
  }
}

function* streams() {
  const intervals = encodeIntervals(picture, coding);
  const size = { width: 128, height: 96 };
  const header = (changes = {}) => jpegHeader({ ...size, ...coding, ...changes });
  const file = (jpeg, starts = full.starts) => buildNdpi([{ ...full, jpeg, starts }]);
  for (const interval of [1, 3, 5, 7, 9, 65_535]) {
    yield [`a restart interval of ${interval} units`, file(joinJpeg(header({ interval }), intervals).jpeg)];
  }
  for (const stated of [
    [0, 0],
    [128, 95],
    [127, 96],
    [65_535, 65_535],
  ]) {
    yield [`a frame of ${stated.join(' x ')}`, file(joinJpeg(header({ stated }), intervals).jpeg)];
  }
  for (const count of [0, 1, 5, intervals.length - 1]) {
    yield [`${count} of its intervals`, file(joinJpeg(header(), intervals.slice(0, count)).jpeg)];
  }
  yield ['two intervals exchanged for one', file(joinJpeg(header(), [...intervals.slice(1), new Uint8Array()]).jpeg)];
  const damaged = (change) => {
    const jpeg = full.jpeg.slice();
    change(jpeg);
    return file(jpeg);
  };
  const at = full.starts[5] ?? 0;
  for (const marker of [0x00, 0xd0, 0xd9, 0xda, 0xff, 0x01, 0xc4]) {
    yield [`0x${marker.toString(16)} for the fifth restart marker`, damaged((jpeg) => jpeg.fill(marker, at - 1, at))];
  }
  yield ['zeros for its samples', damaged((jpeg) => jpeg.fill(0, full.starts[0]))];
  yield ['ones for its samples', damaged((jpeg) => jpeg.fill(0xff, full.starts[0]))];
  yield ['a megabyte of fill bytes', file(new Uint8Array(1 << 20).fill(0xff))];
  yield ['fill bytes behind the start', file(Uint8Array.from({ length: 1 << 20 }, (_, i) => (i === 1 ? 0xd8 : 0xff)))];
  const remarks = new Uint8Array(2 << 20);
  for (let i = 2; i + 4 < remarks.length; i += 4) remarks.set([0xff, 0xfe, 0, 2], i);
  remarks.set([0xff, 0xd8]);
  yield ['a header of remarks only', file(remarks)];
  for (let i = 2; i < header().length; i += 7) {
    yield [`a header of ${i} bytes`, file(header().slice(0, i))];
    yield [`a header without byte ${i}`, damaged((jpeg) => jpeg.copyWithin(i, i + 1))];
  }
}

function* truncations() {
  const [whole] = sound;
  for (let length = 0; length < whole.length; length += 512)
    yield [`cut off at ${length} bytes`, whole.slice(0, length)];
}

/** @type {() => Generator<[name: string, bytes: Uint8Array]>} */
export function* malformedNdpi() {
  yield* tags();
  yield* contradictions();
  yield* streams();
  yield* truncations();
}
