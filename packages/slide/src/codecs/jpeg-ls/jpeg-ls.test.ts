/** JPEG-LS as dcmtk writes it (`corpus/jpeg-ls.mjs --fixtures`), and streams that promise what they are not. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cleanUp, problemOf, readOne } from '../../../tests/dicom/dicom-folder.js';
import { samples } from '../../../tests/dicom/samples.mjs';

cleanUp();

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(
    await readFile(fileURLToPath(new URL(`../../../tests/fixtures/dicom/jpeg-ls-${name}.dcm`, import.meta.url))),
  );
const plain = async (): Promise<Uint8Array> => {
  const bytes = samples.plain;
  if (bytes === undefined) throw new RangeError('the sample is missing');
  return (await readOne(bytes)).data;
};

/** A file whose first frame has other bytes from a marker on. */
async function changed(marker: number, ahead: number, ...values: readonly number[]): Promise<Uint8Array> {
  const bytes = await fixture('lines');
  const start = bytes.findIndex((_, i) => bytes[i] === 0xff && bytes[i + 1] === 0xd8 && bytes[i + 2] === 0xff);
  const at = bytes.findIndex((_, i) => i > start && bytes[i] === 0xff && bytes[i + 1] === marker);
  bytes.set(values, at + ahead);
  return bytes;
}

describe('JPEG-LS', () => {
  it.each(['lines', 'planes'])('gives back what was compressed, in %s', async (name) => {
    expect((await readOne(await fixture(name))).data).toEqual(await plain());
  });

  it('comes near to it where that was wanted', async () => {
    const [near, exact] = [(await readOne(await fixture('near-10'))).data, await plain()];
    expect(Math.max(...near.map((value, i) => Math.abs(value - (exact[i] ?? 0))))).toBe(10);
  });

  it.each<[string, number, number, readonly number[], RegExp]>([
    ['other sizes', 0xf7, 5, [0xff, 0xff, 0xff, 0xff], /it has 65535 x 65535 x 3 where the block has 16 x 12 x 3/],
    ['other components', 0xf7, 9, [1], /it has 16 x 12 x 1 where/],
    ['other samples', 0xf7, 4, [12], /its samples of 12 bits do not fit into 8/],
    ['subsampled chroma', 0xf7, 11, [0x22], /subsampled chroma inside JPEG-LS is not supported/],
    ['a mapping table', 0xda, 6, [1], /mapping tables of JPEG-LS are not supported/],
    ['no frame', 0xf7, 1, [0xfe], /its frame is missing/],
    ['no end of its header', 0xf7, 2, [0xff, 0xff], /its header is damaged or cut off/],
    ['an early end', 0xda, 20, Array.from({ length: 300 }, () => 0xff), /CharLS cannot decode it/],
    ['no start', 0xd8, 0, [0, 0], /it does not start as a JPEG-LS stream/],
  ])('is refused with %s', async (_, marker, ahead, values, problem) => {
    expect(await problemOf({ 'a.dcm': await changed(marker, ahead, ...values) })).toMatch(problem);
    expect((await readOne(await fixture('lines'))).data).toEqual(await plain());
  });
});
