/**
 * Holds the properties of DICOM slides against pydicom: of the tests' samples, of one with names in several alphabets, and of further files, each with one
 * instance of a slide. Needs python3-pydicom.
 *
 *     node packages/slide/corpus/dicom-properties.mjs [FILE...]
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanValue } from '../dist/formats/properties/properties.js';
import { openSlide } from '../dist/index.js';
import { samples } from '../tests/dicom/samples.mjs';
import { buildSlide, SYNTAX } from '../tests/dicom/slide-builder.mjs';

/** Text of one octet for each letter, as the builder writes it. */
const octets = (text, encoding) => Buffer.from(text, encoding).toString('latin1');

function named(characterSet, name, syntax) {
  const changes = {
    524293: ['CS', characterSet],
    524320: ['DA', '20260102'],
    528528: ['LO', 'a model '],
    1048592: ['PN', name],
    1576992: ['LO', 'one\\two'],
    2113536: ['LT', 'a\\b\r\nc'],
    4195602: ['LO', 'container'],
    4718595: ['FL', [0.1]],
  };
  const frameData = [new Uint8Array(16 * 16 * 3)];
  return buildSlide({ width: 16, height: 16, tile: [16, 16], frameData, syntax, changes });
}

const slides = {
  ...samples,
  'utf-8': named('ISO_IR 192', octets('Müller^Ольга', 'utf8'), SYNTAX.explicit),
  'latin-1': named('ISO_IR 100', octets('Müller^Zoë', 'latin1'), SYNTAX.implicit),
};
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-dicom-properties-'));
const paths = process.argv.slice(2);
let [compared, different] = [0, 0];
try {
  for (const [name, bytes] of Object.entries(slides)) {
    // One file of a series to a folder.
    await mkdir(join(folder, name));
    paths.push(join(folder, name, 'slide.dcm'));
    await writeFile(join(folder, name, 'slide.dcm'), bytes);
  }
  for (const path of paths) {
    const script = fileURLToPath(new URL('dicom_properties.py', import.meta.url));
    const { stdout, stderr } = spawnSync('/usr/bin/python3', [script, path], { encoding: 'utf8' });
    if (stdout === '') throw new Error(`pydicom did not answer: ${stderr.trim().split('\n').at(-1)}`);
    const theirs = JSON.parse(stdout);
    const slide = await openSlide(path);
    const ours = await slide.readProperties().finally(() => slide.close());
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const [a, b] = [ours[name], theirs[name] === undefined ? undefined : cleanValue(theirs[name])];
      if (a === b) compared++;
      else {
        different++;
        console.log(`${path}: ${name}: ${JSON.stringify(a)} here, ${JSON.stringify(b)} in pydicom`);
      }
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
console.log(`${paths.length} slides, ${compared} properties the same, ${different} different`);
process.exit(different === 0 && compared > 0 ? 0 : 1);
