/** Malformed MIRAX slides by name: lies in every key, missing companions, an index that leads anywhere, damaged positions and images. */
import { buildMirax } from '../mirax/mirax-builder.mjs';

/** By the names that the hostile tests and the fuzzer give their files. */
const NAMES = ['case', 'mutated'];
const small = { photosAcross: 2, photosDown: 2, levels: 3, side: 16, overlap: 4 };

async function slide(options, edit = () => undefined, names = NAMES) {
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
  for (const value of [0, -1, 1, 2 ** 31 - 1, 1000]) {
    for (let at = 0; at < 700; at += 20) {
      yield [
        `the index at ${at} is ${value}`,
        (all) => {
          const bytes = Buffer.from(all.get('case/Index.dat'));
          if (at + 17 <= bytes.length) bytes.writeInt32LE(value, 13 + at);
          all.set('case/Index.dat', Uint8Array.from(bytes));
        },
      ];
    }
  }
  for (let length = 0; length < 700; length += 30) {
    yield [
      `the first ${length} bytes of the index`,
      (all) => all.set('case/Index.dat', all.get('case/Index.dat').slice(0, length)),
    ];
  }
}

export async function* malformedMirax() {
  for (const [name, edit] of keys()) yield [name, await one({}, edit)];
  for (const [name, edit] of files()) yield [name, await one({}, edit)];
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
