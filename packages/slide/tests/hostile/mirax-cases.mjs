/** Malformed MIRAX slides by name: lies in every key, missing companions, an index that leads anywhere, damaged positions and images. */
import { buildMirax } from '../mirax/mirax-builder.mjs';

/** By the names that the hostile tests and the fuzzer give their files. */
const NAMES = ['case', 'mutated'];
const small = { photosAcross: 2, photosDown: 2, levels: 3, side: 16, overlap: 4 };

async function slide(options, edit = (_files, _name) => undefined, names = NAMES) {
  const all = new Map();
  for (const name of names) {
    const { files } = await buildMirax({ ...small, ...options, name });
    edit(files, name);
    for (const [file, bytes] of files) all.set(file, bytes);
  }
  return all;
}

export const soundMiraxes = [
  await slide({}),
  await slide({ positions: 'packed', perPage: 3 }),
  await slide({ positions: 'none', divisions: 1 }),
];

/** Mutations are of files that are read. */
export const mutableMiraxes = [];
for (const options of [{}, { positions: 'packed', perPage: 3 }, { positions: 'none', divisions: 1 }]) {
  mutableMiraxes.push(await slide(options, undefined, ['mutated']));
}

const one = (options, edit) => slide(options, edit, ['case']);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const LIES = ['', '-1', '0', '0.5', '1e300', 'many', '2147483647', '4294967296', '999999'];

function* keys() {
  const text = decoder.decode(soundMiraxes[0].get('case/Slidedat.ini'));
  const lines = text.split('\r\n');
  for (const [number, line] of lines.entries()) {
    const [key] = line.split(' = ');
    if (!line.includes(' = ') || /SLIDE_VERSION|OBJECTIVE|VAL_\d+ |OVERLAP|MICROMETER|Something|OTHER/.test(line))
      continue;
    const changed = (replacement) => (files) => {
      const others = replacement === undefined ? [] : [replacement];
      const all = [...lines.slice(0, number), ...others, ...lines.slice(number + 1)];
      files.set('case/Slidedat.ini', new TextEncoder().encode(all.join('\r\n')));
    };
    yield [`line ${number} without ${key}`, changed()];
    for (const value of LIES) {
      if (line === `${key} = ${value}` || /FILL_COLOR/.test(key)) continue;
      yield [`line ${number}: ${key} is ${JSON.stringify(value)}`, changed(`${key} = ${value}`)];
    }
  }
}

function* files() {
  for (const name of ['Slidedat.ini', 'Index.dat', 'Data0000.dat', 'Data0001.dat']) {
    yield [`${name} is missing`, (all) => all.delete(`case/${name}`)];
    yield [`${name} is empty`, (all) => all.set(`case/${name}`, new Uint8Array())];
    yield [`${name} has 2 MB of zeros`, (all) => all.set(`case/${name}`, new Uint8Array(2 << 20))];
  }
  const { length: indexBytes } = soundMiraxes[0].get('case/Index.dat');
  for (const value of [0, -1, 1, 2 ** 31 - 1, 1000]) {
    for (let at = 0; at + 17 <= indexBytes; at += 20) {
      yield [`the index at ${at} is ${value}`, word('Index.dat', 13 + at, value)];
    }
  }
  for (let length = 0; length < indexBytes; length += 30) {
    yield [
      `the first ${length} bytes of the index`,
      (all) => all.set('case/Index.dat', all.get('case/Index.dat').slice(0, length)),
    ];
  }
}

/** Sets a whole number in a file. */
const word = (name, at, value) => (all) => {
  const bytes = Buffer.from(all.get(`case/${name}`));
  bytes.writeInt32LE(value, at);
  all.set(`case/${name}`, Uint8Array.from(bytes));
};

/** Parts of the slide that are left out or lie elsewhere, in files that are sound otherwise. */
function* losses() {
  const index = Buffer.from(soundMiraxes[0].get('case/Index.dat'));
  for (let page = 21, number = 0; index.readInt32LE(page + 4) !== 0; page = index.readInt32LE(page + 4), number++) {
    yield [`the images of the first level end after page ${number}`, word('Index.dat', page + 4, 0)];
    yield [
      `page ${number} of the first level lacks its last image`,
      word('Index.dat', page, index.readInt32LE(page) - 1),
    ];
  }
  for (const other of [0, 1, 3, 4]) yield [`image 2 of the first level is image ${other}`, record(index, 2, other)];
  yield ['two images share some bytes', word('Index.dat', 21 + 8 + 2 * 16 + 4, index.readInt32LE(21 + 8 + 4) + 9)];
  const data = soundMiraxes[0].get('case/Data0000.dat');
  const at = data.length - 36;
  for (const [photo, x, y] of [
    [1, 0, 0],
    [1, -500, 0],
    [1, 0, 60],
    [2, 100, 100],
    [3, 2 ** 31 - 1, 5],
    [3, -28, -28],
  ]) {
    yield [
      `photo ${photo} lies at ${x}, ${y}`,
      (all) => {
        word('Data0000.dat', at + photo * 9 + 1, x)(all);
        word('Data0000.dat', at + photo * 9 + 5, y)(all);
      },
    ];
  }
  for (const [key, value] of [
    ['HIER_0_COUNT', 2],
    ['FILE_COUNT', 1],
    ['NONHIER_COUNT', 1],
    ['NONHIER_0_COUNT', 2],
  ]) {
    yield [`${key} is ${value}`, edit(new RegExp(`${key} = \\d+`), `${key} = ${value}`)];
  }
  yield [
    'images of a level stand for more than they do',
    edit(/(LEVEL_2_SECTION\]\r\nIMAGE_CONCAT_FACTOR = )1/, '$12'),
  ];
}

const edit = (from, to) => (all) => {
  const text = decoder.decode(all.get('case/Slidedat.ini'));
  all.set('case/Slidedat.ini', new TextEncoder().encode(text.replace(from, to)));
};

/** Gives an image of the first page the bytes of another. */
const record = (index, image, other) => (all) => {
  for (const at of [4, 8, 12]) {
    word('Index.dat', 29 + image * 16 + at, index.readInt32LE(29 + other * 16 + at))(all);
  }
};

/** Slides that lack something, or have it elsewhere: each must be refused, or say so in its notes. */
export async function* lossyMiraxes() {
  for (const [name, edit] of losses()) yield [name, await one({}, edit)];
}

/** Whether an edit changed nothing: a number that was set to what it is. */
function isSound(files) {
  return [...files].every(([name, bytes]) => Buffer.compare(bytes, soundMiraxes[0].get(name)) === 0);
}

export async function* malformedMirax() {
  for (const [name, edit] of [...keys(), ...files()]) {
    const made = await one({}, edit);
    if (made.size < soundMiraxes[0].size / NAMES.length || !isSound(made)) yield [name, made];
  }
  yield* lossyMiraxes();
  const few = { photosAcross: 1, photosDown: 1, levels: 2 };
  const vast = (all) => {
    const text = decoder.decode(all.get('case/Slidedat.ini'));
    const lie = text
      .replace(/IMAGENUMBER_X = \d+/, 'IMAGENUMBER_X = 2000')
      .replace(/IMAGENUMBER_Y = \d+/, 'IMAGENUMBER_Y = 2000');
    all.set('case/Slidedat.ini', new TextEncoder().encode(lie.replace(/CONCAT_FACTOR = \d/g, 'CONCAT_FACTOR = 11')));
  };
  yield ['one image for a million photos', await one({ ...few, positions: 'none' }, vast)];
}
