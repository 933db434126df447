/**
 * VSI slides of known pictures, after the descriptions of the format in docs/formats.md: a scene is halved for each further level, and each level is cut into
 * tiles, of which some may be left out. What lies in a tile beside the picture has a colour of its own, which must never be seen.
 */
import { encodeEts } from './ets-writer.mjs';
import {
  double,
  doubles,
  encodeVsi,
  inline,
  int,
  perDimension,
  rectangle,
  text,
  truth,
  volume,
} from './tag-writer.mjs';

/** A picture in which no two tiles are alike, smooth enough for JPEG. */
export function sceneOf(width, height, seed = 0) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      data[at] = (x * 2 + seed * 50) & 255;
      data[at + 1] = (y * 2 + seed * 20) & 255;
      data[at + 2] = ((x + y) * 3) & 255;
    }
  }
  return { width, height, channels: 3, data };
}

/** Means of four pixels; at an odd border the last one counts twice. */
function halved({ width, height, data }) {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = new Uint8Array(columns * rows * 3);
  const at = (x, y, c) => data[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3 + c];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < 3; c++) {
        const sum =
          at(2 * x, 2 * y, c) + at(2 * x + 1, 2 * y, c) + at(2 * x, 2 * y + 1, c) + at(2 * x + 1, 2 * y + 1, c);
        out[(y * columns + x) * 3 + c] = (sum + 2) >> 2;
      }
    }
  }
  return { width: columns, height: rows, channels: 3, data: out };
}

const BESIDE = [3, 200, 90];

function cut({ width, height, data }, left, top, tile) {
  const out = new Uint8Array(tile.width * tile.height * 3);
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      const isInside = left + x >= 0 && top + y >= 0 && left + x < width && top + y < height;
      const from = ((top + y) * width + left + x) * 3;
      out.set(isInside ? data.subarray(from, from + 3) : BESIDE, (y * tile.width + x) * 3);
    }
  }
  return { width: tile.width, height: tile.height, data: out };
}

function paste(tile, left, top, { width, height, data }) {
  const first = Math.max(0, -left);
  const end = Math.min(tile.width, width - left);
  if (end <= first) return;
  for (let y = Math.max(0, -top); y < Math.min(tile.height, height - top); y++) {
    const row = tile.data.subarray((y * tile.width + first) * 3, (y * tile.width + end) * 3);
    data.set(row, ((top + y) * width + left + first) * 3);
  }
}

function plain({ data }, { samples, isBlueFirst }) {
  if (samples === 1) return data.filter((_, i) => i % 3 === 0);
  return isBlueFirst ? data.map((_, i) => data[i - (i % 3) + 2 - (i % 3)]) : data;
}

const nearest = (value) => Math.sign(value) * Math.ceil(Math.abs(value) - 0.5) + 0;

/** Tiles of a stack in the order of levels, and what is to be seen of each level. */
async function tilesOf(options) {
  const { scene, tile, levels, origin, background, isStored, encode, dimensions, planes } = options;
  const shown = [];
  const tiles = [];
  const others = planes ?? [dimensions.length === 0 ? [0] : dimensions.map(({ at = 0 }) => at)];
  let picture = scene;
  const first = new Set();
  for (let level = 0; level < levels; level++) {
    const factor = 2 ** level;
    const [x, y] = origin.map((value) => nearest(value / factor));
    const { width, height } = picture;
    const blank = new Uint8Array(width * height * 3).map((_, i) => background[i % background.length]);
    const seen = { width, height, channels: 3, data: blank };
    const over = new Set(
      [...first].map((key) =>
        key
          .split(',')
          .map((n) => Math.floor(n / factor))
          .join(),
      ),
    );
    const [left, top] = [Math.floor(-x / tile.width), Math.floor(-y / tile.height)];
    for (let row = top; row * tile.height + y < height; row++) {
      for (let column = left; column * tile.width + x < width; column++) {
        if (level === 0 && !isStored(column, row)) continue;
        if (level === 0) first.add(`${column},${row}`);
        else if (!over.has(`${column},${row}`)) continue;
        const piece = cut(picture, column * tile.width + x, row * tile.height + y, tile);
        for (const [i, other] of others.entries()) {
          const own = i === (options.readPlane ?? 0) ? piece : { ...piece, data: piece.data.map((v) => 255 - v) };
          tiles.push({ at: [column, row, ...other, level], data: await encode(own, options) });
        }
        paste(piece, column * tile.width + x, row * tile.height + y, seen);
      }
    }
    shown.push(seen);
    picture = halved(seen);
  }
  return { tiles, shown };
}

const MEANINGS = { z: 1, t: 2, lambda: 3, c: 4, phase: 9 };

/** What the tags say of a stack. */
function tagsOf(number, options) {
  const { scene, name, type, origin, microns, unit, magnification, sizeIn, dimensions } = options;
  const { isTransmission, isExternal, light, otherLayout } = options;
  const layout = [
    ...(sizeIn === 'ets' ? [] : [rectangle(2053, [0, 0, scene.width, scene.height])]),
    ...(otherLayout ? [] : [perDimension(2410, [...origin, 0])]),
    truth(20005, isExternal),
  ];
  const optics = [double(120060, magnification), double(120061, 0.75), text(120063, 'UPLXAPO')];
  const camera = volume(0, [text(120116, 'VS-264C'), volume(120114, [int(100002, 4997)])], { index: 0 });
  const objective = volume(3, [text(120116, 'objective'), volume(120114, optics)]);
  const settings = [
    text(2030, name),
    ...(type === undefined ? [] : [inline(2074, type)]),
    ...(microns === undefined ? [] : [doubles(2019, [microns, microns])]),
    ...(unit === undefined ? [] : [text(2020, unit)]),
    ...(light === undefined ? [] : [text(2419, light)]),
    truth(20035, isTransmission),
    volume(2043, [camera, ...(magnification === undefined ? [] : [objective])]),
  ];
  const meanings = dimensions.map(({ kind }, i) =>
    volume(2007, [volume(2008, kind === undefined ? [] : [inline(2023, MEANINGS[kind])], { index: 0 })], {
      index: i,
      type: 0,
    }),
  );
  const frame = volume(2002, [volume(otherLayout ? 2037 : 2018, layout)], { index: 0, type: 0 });
  // The frame comes first: Bio-Formats takes all that follows for its picture.
  const sizes = perDimension(
    2003,
    dimensions.map(({ size }) => size),
  );
  return volume(2001, [sizes, frame, volume(2005, settings), ...meanings], { index: number, type: 2 });
}

const defaults = {
  name: '20x_BF_01',
  type: 0,
  tile: { width: 32, height: 32 },
  levels: 3,
  origin: [0, 0],
  background: [238, 238, 238],
  isStored: () => true,
  compression: 'none',
  encode: plain,
  samples: 3,
  isBlueFirst: false,
  microns: 0.25,
  unit: '10^-6m^1',
  magnification: 20,
  sizeIn: 'both',
  dimensions: [],
  isTransmission: true,
  isExternal: true,
  otherLayout: false,
  hasLevels: true,
  frame: 'frame_t.ets',
};

/**
 * @param {import('./vsi-builder.d.mts').VsiOptions} [options]
 * @returns {Promise<import('./vsi-builder.d.mts').BuiltVsi>}
 */
export async function buildVsi(options = {}) {
  const { name = 'scan', stacks = [{}], thumbnail } = options;
  const files = new Map();
  const records = [];
  const levels = [];
  for (const [i, given] of stacks.entries()) {
    const stack = { ...defaults, number: 10001 + i, scene: sceneOf(152, 100, i), ...given };
    const { tiles, shown } = await tilesOf(stack);
    levels.push(shown);
    records.push(tagsOf(stack.number, stack));
    const { dimensions, sizeIn, scene, tile } = stack;
    const sizes = [scene.width, scene.height, ...dimensions.map(({ size }) => size)];
    const ets = encodeEts(tiles, {
      ...stack,
      coordinates: 3 + Math.max(1, dimensions.length),
      tileWidth: tile.width,
      tileHeight: tile.height,
      sizes: sizeIn === 'vsi' ? [] : sizes,
    });
    if (stack.isExternal) files.set(`_${name}_/stack${stack.number}/${stack.frame}`, ets);
  }
  const document = volume(2004, [volume(2109, [text(34, 'OLYMPUS VS200 ASW'), text(35, '4.1')])]);
  const tags = [volume(2000, [...records, document], { type: 0 })];
  return { files: new Map([[`${name}.vsi`, encodeVsi(tags, thumbnail)], ...files]), levels };
}
