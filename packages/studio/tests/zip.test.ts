import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../src/page/local/zip/crc32.js';
import { readZip } from '../src/page/local/zip/read-zip.js';
import { writeZip } from '../src/page/local/zip/write-zip.js';

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);
const files = [
  { name: 'slides/a/slide.json', data: new Blob([text('{"name":"Ä"}')]) },
  { name: 'slides/a/bands/0.bin', data: new Blob([Uint8Array.from({ length: 70_000 }, (_, i) => i % 251)]) },
  { name: 'leer.txt', data: new Blob([]) },
];

describe('crc32', () => {
  it('gives the check value of the standard, in one part or in two', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    expect(crc32(text('6789'), crc32(text('12345')))).toBe(0xcbf43926);
  });
});

describe('a ZIP', () => {
  it('gives back the files that it was made of', async () => {
    const found = await readZip(await writeZip(files));
    expect(found.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
    for (const [i, file] of found.entries()) {
      expect(await file.read()).toEqual(new Uint8Array((await files[i]?.data.arrayBuffer()) ?? new ArrayBuffer(0)));
    }
  });

  it("is read by Python's zipfile, and reads what that compressed", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ftuseg-zip-'));
    try {
      const [ours, theirs] = [join(folder, 'ours.zip'), join(folder, 'theirs.zip')];
      await writeFile(ours, new Uint8Array(await (await writeZip(files)).arrayBuffer()));
      const script = `import sys, zipfile
a = zipfile.ZipFile(sys.argv[1]); assert a.testzip() is None
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as b:
    for name in a.namelist(): b.writestr(name, a.read(name))`;
      execFileSync('python3', ['-c', script, ours, theirs]);
      const found = await readZip(new Blob([await readFile(theirs)]));
      expect(new TextDecoder().decode(await found[0]?.read())).toBe('{"name":"Ä"}');
      expect((await found[1]?.read())?.length).toBe(70_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says what is wrong with a damaged one', async () => {
    const bytes = new Uint8Array(await (await writeZip(files)).arrayBuffer());
    await expect(readZip(new Blob([bytes.subarray(0, 500)]))).rejects.toThrow('its end is missing');
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    const [first] = await readZip(new Blob([bytes]));
    await expect(first?.read()).rejects.toThrow('"slides/a/slide.json" is damaged');
  });
});
