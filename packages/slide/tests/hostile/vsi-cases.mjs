/** Malformed VSI slides by name: lies in every word of both headers, of the table and of the tags, missing companions, tiles that lie elsewhere. */
import { buildVsi, sceneOf } from '../vsi/vsi-builder.mjs';

/** By the names that the hostile tests and the fuzzer give their files. */
const NAMES = ['case', 'mutated'];
const small = { scene: sceneOf(40, 24), tile: { width: 16, height: 16 }, levels: 2 };
const fileOf = (name) => `_${name}_/stack10001/frame_t.ets`;
const ETS = fileOf('case');

async function slide(stack, edit = (_files) => undefined, names = NAMES) {
  const all = new Map();
  for (const name of names) {
    const { files } = await buildVsi({ name, stacks: [{ ...small, ...stack }] });
    edit(files);
    for (const [file, bytes] of files) all.set(file, bytes);
  }
  return all;
}

const kinds = [
  {},
  { origin: [-6, -10], isBlueFirst: true },
  { sizeIn: 'vsi', dimensions: [{ kind: 'z', size: 2 }], planes: [[0], [1]] },
];

export const soundVsis = [];
/** Mutations are of files that are read. */
export const mutableVsis = [];
for (const kind of kinds) {
  soundVsis.push(await slide(kind));
  mutableVsis.push(await slide(kind, undefined, ['mutated']));
}

const one = (edit, stack = {}) => slide(stack, edit, ['case']);

/** Sets a whole number of 32 bits in a file. */
const word = (name, at, value) => (files) => {
  const bytes = Buffer.from(files.get(name));
  bytes.writeInt32LE(value, at);
  files.set(name, Uint8Array.from(bytes));
};

const sound = soundVsis[0];
const view = Buffer.from(sound.get(ETS));
const tableAt = Number(view.readBigUInt64LE(32));
const tiles = view.readUInt32LE(40);
const entryBytes = (view.length - tableAt) / tiles;
const entry = (tile, at) => tableAt + tile * entryBytes + at;
/** Places in an entry. */
const At = { column: 4, row: 8, level: 16, offset: 20, bytes: 28 };

const LIES = [0, -1, 1, 2, 7, 1000, 2 ** 31 - 1, -(2 ** 31)];

/** Words that decide something: sizes, places and counts of the headers. */
function* headers() {
  const words = { sis: [0, 4, 12, 16, 20, 24, 32, 36, 40], ets: [0, 8, 12, 16, 20, 28, 32, 184, 188, 192] };
  for (const at of [...words.sis, ...words.ets.map((place) => 64 + place)]) {
    for (const value of LIES) {
      if (view.readInt32LE(at) !== value) yield [`word ${at} of the .ets is ${value}`, word(ETS, at, value)];
    }
  }
}

function* table() {
  for (let tile = 0; tile < tiles; tile++) {
    for (const [name, place] of Object.entries({ mark: 0, ...At, high: 24 })) {
      for (const value of LIES) {
        const at = entry(tile, place);
        if (view.readInt32LE(at) !== value) yield [`${name} of tile ${tile} is ${value}`, word(ETS, at, value)];
      }
    }
  }
}

function* tags() {
  const { length } = sound.get('case.vsi');
  for (let at = 0; at + 4 <= length; at += 16) {
    for (const value of [0, -1, 2 ** 31 - 1]) yield [`word ${at} of the .vsi is ${value}`, word('case.vsi', at, value)];
  }
}

function* files() {
  for (const name of ['case.vsi', ETS]) {
    const { length } = sound.get(name);
    yield [`${name} is missing`, (all) => all.delete(name)];
    yield [`${name} is empty`, (all) => all.set(name, new Uint8Array())];
    yield [`${name} has 2 MB of zeros`, (all) => all.set(name, new Uint8Array(2 << 20))];
    for (let part = 1; part < 40; part++) {
      const bytes = Math.floor((length * part) / 40);
      yield [`the first ${bytes} bytes of ${name}`, (all) => all.set(name, all.get(name).slice(0, bytes))];
    }
  }
}

/** Parts of the slide that are left out or lie elsewhere, in files that are sound otherwise. */
function* losses() {
  for (let left = 1; left < tiles; left++) yield [`the table ends after ${left} tiles`, word(ETS, 40, left)];
  for (let tile = 0; tile < tiles; tile++) {
    for (const [column, row] of [
      [0, 0],
      [5, 0],
      [-1, 0],
      [1, 2],
      [0, -3],
    ]) {
      const at = [entry(tile, At.column), entry(tile, At.row)];
      if (view.readInt32LE(at[0]) === column && view.readInt32LE(at[1]) === row) continue;
      yield [
        `tile ${tile} lies at ${column}, ${row}`,
        (all) => {
          word(ETS, at[0], column)(all);
          word(ETS, at[1], row)(all);
        },
      ];
    }
    const level = view.readInt32LE(entry(tile, At.level));
    for (const other of [1 - level, 2, 5])
      yield [`tile ${tile} is of level ${other}`, word(ETS, entry(tile, At.level), other)];
    const next = (tile + 1) % tiles;
    yield [
      `tile ${tile} has the bytes of tile ${next}`,
      word(ETS, entry(tile, At.offset), view.readInt32LE(entry(next, At.offset))),
    ];
    yield [
      `tile ${tile} begins later`,
      word(ETS, entry(tile, At.offset), view.readInt32LE(entry(tile, At.offset)) + 3),
    ];
    yield [
      `tile ${tile} has fewer bytes`,
      word(ETS, entry(tile, At.bytes), view.readInt32LE(entry(tile, At.bytes)) - 3),
    ];
  }
}

/** Slides that lack something, or have it elsewhere: each must be refused, or say so. */
export async function* lossyVsis() {
  for (const [name, edit] of losses()) yield [name, await one(edit)];
}

export async function* malformedVsi() {
  for (const [name, edit] of [...headers(), ...table(), ...tags(), ...files()]) yield [name, await one(edit)];
  yield* lossyVsis();
  const vast = (all) => {
    for (const [at, value] of [
      [64 + 188, 2 ** 21],
      [64 + 192, 2 ** 21],
    ]) {
      word(ETS, at, value)(all);
    }
  };
  yield ['one tile for a vast picture', await one(vast, { sizeIn: 'ets', levels: 1 })];
}
