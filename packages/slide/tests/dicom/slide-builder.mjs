/** Whole slides of a known picture as DICOM files. Source: PS3.3, A.32.8 (VL Whole Slide Microscopy Image). */
import { buildDicom, concat } from './dicom-builder.mjs';

export const SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  jpeg: '1.2.840.10008.1.2.4.50',
  jpeg2000: '1.2.840.10008.1.2.4.90',
  rle: '1.2.840.10008.1.2.5',
  encapsulated: '1.2.840.10008.1.2.1.98',
};

/** RGB of each tile, row by row; beyond the picture lies `fill`. */
export function tilesOf({ width, height, data }, tileWidth, tileHeight, fill = 0) {
  const tiles = [];
  for (let top = 0; top < height; top += tileHeight) {
    for (let left = 0; left < width; left += tileWidth) {
      const tile = new Uint8Array(tileWidth * tileHeight * 3).fill(fill);
      for (let y = 0; y < Math.min(tileHeight, height - top); y++) {
        const from = ((top + y) * width + left) * 3;
        tile.set(data.subarray(from, from + 3 * Math.min(tileWidth, width - left)), y * tileWidth * 3);
      }
      tiles.push(tile);
    }
  }
  return tiles;
}

/** Samples as one plane after the other. */
export const planes = (tile, samples = 3) =>
  Array.from({ length: samples }, (_, c) => tile.filter((_, i) => i % samples === c));

function packPlane(plane) {
  const out = [];
  for (let at = 0; at < plane.length; ) {
    let run = 1;
    while (run < 128 && at + run < plane.length && plane[at + run] === plane[at]) run++;
    if (run > 2) out.push(257 - run, plane[at]);
    else {
      run = Math.min(128, plane.length - at, 5);
      out.push(run - 1, ...plane.subarray(at, at + run));
    }
    at += run;
  }
  if (out.length % 2 === 1) out.push(128);
  return Uint8Array.from(out);
}

/** A frame in DICOM's run lengths (PS3.5, annex G). @param parts the planes of bytes, the highest byte of each sample first */
export function runLengths(parts) {
  const packed = parts.map(packPlane);
  const head = new DataView(new ArrayBuffer(64));
  head.setUint32(0, packed.length, true);
  let at = 64;
  packed.forEach((part, i) => {
    head.setUint32(4 + 4 * i, at, true);
    at += part.length;
  });
  const out = new Uint8Array(at);
  out.set(new Uint8Array(head.buffer));
  at = 64;
  for (const part of packed) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The functional groups of a frame that lies at a place of the whole picture, from 1. */
export const positioned = ({ column, row, z = 0, path }) => [
  ...(path === undefined ? [] : [[0x00480207, 'SQ', [[[0x00480106, 'SH', path]]]]]),
  [
    0x0048021a,
    'SQ',
    [
      [
        [0x0040072a, 'DS', '1.5'],
        [0x0040074a, 'DS', String(z)],
        [0x0048021e, 'SL', [column]],
        [0x0048021f, 'SL', [row]],
      ],
    ],
  ],
];

const opticalPath = ({ id, illumination = '111744', power = '20', profile = false }) => [
  [
    0x00220016,
    'SQ',
    [
      [
        [0x00080100, 'SH', illumination],
        [0x00080102, 'SH', 'DCM'],
      ],
    ],
  ],
  ...(profile ? [[0x00282000, 'OB', new Uint8Array(300)]] : []),
  [0x00480106, 'SH', id],
  [0x00480112, 'DS', power],
];

/**
 * The elements of a slide's data set.
 * @param options `width`, `height`, `tile` [across, down], `frames`, and what is unusual; `changes` replace elements by tag, or with null remove them
 */
export function slideElements(options) {
  const { width, height, tile, frames, changes = {} } = options;
  const {
    type = 'DERIVED\\PRIMARY\\VOLUME\\NONE',
    uid = '1.2.3.4',
    series = '1.2.3.100',
    spacing = '0.0005\\0.0005',
  } = options;
  const {
    photometric = 'RGB',
    samples = 3,
    bits = 8,
    usedBits = bits,
    planar = 0,
    organization = 'TILED_FULL',
  } = options;
  const { paths = [{ id: '1' }], positions, part } = options;
  const elements = [
    [0x00080008, 'CS', type],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.77.1.6'],
    [0x00080018, 'UI', uid],
    [0x00080060, 'CS', 'SM'],
    [0x00080070, 'LO', 'a test'],
    // A private sequence that nobody wants, and one of unknown representation.
    [0x00091001, 'SQ', [[[0x00091002, 'LO', 'private']], []]],
    [0x0020000d, 'UI', '1.2.3.99'],
    [0x0020000e, 'UI', series],
    [0x00200052, 'UI', '1.2.3.98'],
    ...(part === undefined
      ? []
      : [
          [0x00209161, 'UI', part.uid ?? '1.2.3.97'],
          [0x00209162, 'US', [part.number]],
          ...(part.total === undefined ? [] : [[0x00209163, 'US', [part.total]]]),
          [0x00209228, 'UL', [part.firstFrame]],
        ]),
    ...(organization === undefined ? [] : [[0x00209311, 'CS', organization]]),
    [0x00280002, 'US', [samples]],
    [0x00280004, 'CS', photometric],
    ...(samples === 3 ? [[0x00280006, 'US', [planar]]] : []),
    [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', [tile[1]]],
    [0x00280011, 'US', [tile[0]]],
    [0x00280100, 'US', [bits]],
    [0x00280101, 'US', [usedBits]],
    [0x00280102, 'US', [usedBits - 1]],
    [0x00280103, 'US', [0]],
    [0x00480001, 'FL', [1.5]],
    [0x00480006, 'UL', [width]],
    [0x00480007, 'UL', [height]],
    [0x00480105, 'SQ', paths.map(opticalPath)],
    ...(options.focalPlanes === undefined ? [] : [[0x00480303, 'UL', [options.focalPlanes]]]),
    [
      0x52009229,
      'SQ',
      [
        [
          [
            0x00289110,
            'SQ',
            [
              [
                [0x00180050, 'DS', '0.01'],
                [0x00280030, 'DS', spacing],
              ],
            ],
          ],
        ],
      ],
    ],
    ...(positions === undefined ? [] : [[0x52009230, 'SQ', positions.map(positioned)]]),
  ];
  const changed = elements.flatMap((element) => {
    const change = changes[element[0]];
    return change === null ? [] : [change === undefined ? element : [element[0], ...change]];
  });
  const known = new Set(elements.map(([tag]) => tag));
  const added = Object.entries(changes)
    .map(([tag, change]) => [Number(tag), change])
    .filter(([tag, change]) => change !== null && !known.has(tag));
  return [...changed, ...added.map(([tag, change]) => [tag, ...change])].sort(([a], [b]) => a - b);
}

/**
 * A file of a slide.
 * @param options those of `slideElements`, `syntax`, `frameData` (an array of a frame's bytes, or of its pieces), `table`, `isOpen`
 */
export function buildSlide(options) {
  const { syntax = SYNTAX.explicit, frameData } = options;
  const frames = options.frames ?? frameData.length;
  const elements = slideElements({ ...options, frames });
  const isPlain = syntax === SYNTAX.explicit || syntax === SYNTAX.implicit;
  const pieces = frameData.map((frame) => (frame instanceof Uint8Array ? [frame] : frame));
  const { table, isOpen } = options;
  return isPlain
    ? buildDicom({ syntax, elements, isOpen, pixels: concat(pieces.flat()) })
    : buildDicom({ syntax, elements, isOpen, table, frames: pieces });
}
