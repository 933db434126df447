/** Malformed DICOM slides by name: lies in every element, loops of lengths, sequences without an end, damaged frames and tables. */
import { buildDicom, concat } from '../dicom/dicom-builder.mjs';
import { samples } from '../dicom/samples.mjs';
import { buildSlide, runLengths, SYNTAX } from '../dicom/slide-builder.mjs';

const SIDE = 16;
const tile = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 37) & 255);
const file = (more) =>
  buildSlide({ width: 2 * SIDE, height: SIDE, tile: [SIDE, SIDE], frameData: [tile, tile], ...more });

/** Those that a file cannot do without, with the representation of each. */
const NUMBERED = {
  2621442: 'US',
  2621456: 'US',
  2621457: 'US',
  2621696: 'US',
  2621697: 'US',
  2621698: 'US',
  2621699: 'US',
  4718598: 'UL',
  4718599: 'UL',
  4719363: 'UL',
};
const EXTREME = { US: [0, 1, 7, 255, 32768, 65535], UL: [0, 1, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1] };
const TEXTS = {
  524296: 'CS',
  2621444: 'CS',
  2621448: 'IS',
  2134801: 'CS',
  2097166: 'UI',
  524310: 'UI',
};
const TEXT = ['', '-1', '0', '999999999', '1e308', 'NaN', '\\\\\\\\', 'x'.repeat(3000)];

function* lies() {
  for (const [tag, vr] of Object.entries(NUMBERED)) {
    for (const value of EXTREME[vr]) yield [`${tag} is ${value}`, file({ changes: { [tag]: [vr, [value]] } })];
    yield [`${tag} is missing`, file({ changes: { [tag]: null } })];
    yield [`${tag} has no value`, file({ changes: { [tag]: [vr, []] } })];
    yield [`${tag} is text`, file({ changes: { [tag]: ['LO', 'many'] } })];
    yield [`${tag} is a sequence`, file({ changes: { [tag]: ['SQ', [[]]] } })];
  }
  for (const [tag, vr] of Object.entries(TEXTS)) {
    for (const text of TEXT) yield [`${tag} is ${text.slice(0, 20)}`, file({ changes: { [tag]: [vr, text] } })];
  }
  for (const sequence of [0x00480105, 0x52009229, 0x52009230]) {
    yield [`${sequence} is text`, file({ changes: { [sequence]: ['LO', 'none'] } })];
    yield [`${sequence} is noise`, file({ changes: { [sequence]: ['SQ', []], 593923: ['UN', tile] } })];
  }
  yield [
    'a picture of 2^31 a side in one sparse tile',
    file({
      changes: { 4718598: ['UL', [2 ** 31 - 1]], 4718599: ['UL', [2 ** 31 - 1]] },
      organization: 'TILED_SPARSE',
      positions: [
        { column: 2 ** 31 - 1, row: 1 },
        { column: 1, row: 2 ** 31 - 1 },
      ],
    }),
  ];
  for (const place of [Number.NaN, 0, -15, 2, 2 ** 31 - 1]) {
    yield [
      `a tile at ${place}`,
      file({
        organization: 'TILED_SPARSE',
        positions: [
          { column: place, row: 1 },
          { column: 1, row: place },
        ],
      }),
    ];
  }
}

/** Sequences in sequences. */
function deep(levels) {
  let inner = [[0x00280010, 'US', [1]]];
  for (let i = 0; i < levels; i++) inner = [[0x00480105, 'SQ', [inner]]];
  return inner;
}

function* structures() {
  for (const isOpen of [true, false]) {
    for (const levels of [5, 100, 400]) {
      yield [`sequences ${levels} deep`, buildDicom({ syntax: SYNTAX.explicit, elements: deep(levels), isOpen })];
    }
  }
  const many = Array.from({ length: 20_000 }, () => []);
  yield ['20,000 optical paths', file({ changes: { 4718853: ['SQ', many] } })];
  yield [
    'an element of 4 GB',
    concat([samples.plain.subarray(0, 400), Uint8Array.of(8, 0, 9, 0, 0x4f, 0x42, 0, 0, 254, 255, 255, 255)]),
  ];
  yield ['no pixel data', samples.plain.subarray(0, samples.plain.length - 9 * 576 - 12)];
  yield [
    'an open sequence without an end',
    concat([samples.plain.subarray(0, 400), Uint8Array.of(9, 0, 9, 0, 0x53, 0x51, 0, 0, 255, 255, 255, 255)]),
  ];
}

function* frames() {
  const packed = runLengths([tile.subarray(0, 256), tile.subarray(0, 256), tile.subarray(0, 256)]);
  const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 89) & 255);
  for (const [name, syntax] of Object.entries({ rle: SYNTAX.rle, jpeg: SYNTAX.jpeg, jpeg2000: SYNTAX.jpeg2000 })) {
    for (const [what, frame] of Object.entries({
      noise,
      empty: new Uint8Array(0),
      zeros: new Uint8Array(500),
      one: Uint8Array.of(255),
    })) {
      for (const table of ['basic', 'extended', 'none']) {
        yield [`${name}: ${what}, table ${table}`, file({ syntax, table, frameData: [frame, frame] })];
      }
    }
  }
  for (let at = 0; at < 16; at += 3) {
    for (const value of [0, 65, 255]) {
      const wrong = packed.map((byte, i) => (i === at ? value : byte));
      yield [`rle: byte ${at} of the header is ${value}`, file({ syntax: SYNTAX.rle, frameData: [wrong, wrong] })];
    }
  }
  const huge = { width: 65535, height: 65535, tile: [65535, 65535], frameData: [packed] };
  for (const syntax of [SYNTAX.rle, SYNTAX.jpeg, SYNTAX.explicit])
    yield ['a tile of 65,535 x 65,535', buildSlide({ ...huge, syntax })];
}

function* truncations() {
  for (const [name, bytes] of Object.entries(samples)) {
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 25)) {
      yield [`${name} cut off at ${length} bytes`, bytes.slice(0, length)];
    }
  }
}

export function* malformedDicom() {
  yield* lies();
  yield* structures();
  yield* frames();
  yield* truncations();
}

export const sound = Object.values(samples);
