/** Files that lie or are damaged, judged in processes of their own: a crash is a failed test, not a lost one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { few, long } from '../../../tests/long.js';

const run = promisify(execFile);
const script = (name: string): string => fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));

/** All of them by `make test-all`, and by hand, as docs/slides.md says. */
const EVERY = long ? 1 : 12;
const MUTATIONS = long ? 200 : 40;

/** Families of parsers; a family's files lie about what no one needs as well: a tag that counts nothing, a list of tiles that are found without it. */
const families = [
  { family: 'tiff', least: 300, share: 0.8, fuzz: [] },
  { family: 'czi', least: 300, share: 0.8, fuzz: ['--family', 'czi'] },
  { family: 'dicom', least: 300, share: 0.7, fuzz: ['--family', 'dicom'] },
  { family: 'vendors', least: 300, share: 0.8, fuzz: ['--family', 'vendors'] },
  { family: 'mrxs', least: 300, share: 0.7, fuzz: ['--family', 'mrxs'] },
  { family: 'vsi', least: 600, share: 0.7, fuzz: ['--family', 'vsi'] },
  { family: 'ndpi', least: 200, share: 0.6, fuzz: ['--family', 'ndpi'] },
  { family: 'philips', least: 300, share: 0.9, fuzz: ['--family', 'philips'] },
  { family: 'qptiff', least: 250, share: 0.95, fuzz: ['--family', 'qptiff'] },
  { family: 'ozx', least: 300, share: 0.9, fuzz: ['--family', 'ozx'] },
];

describe.each(few(families, 3))('hostile files: $family', ({ family, least, share, fuzz }) => {
  it('end in an error that names the file, in two seconds and 64 MB', { timeout: 120_000 }, async () => {
    const { stdout } = await run(process.execPath, [script('hostile.mjs'), family, String(EVERY)]);
    const { cases, refused, faults }: { cases: number; refused: number; faults: string[] } = JSON.parse(stdout);
    expect(faults).toEqual([]);
    expect(cases).toBeGreaterThanOrEqual(Math.floor(least / EVERY));
    expect(refused / cases).toBeGreaterThan(share);
  });

  it(`survives ${MUTATIONS} mutations`, { timeout: 120_000 }, async () => {
    const { stdout } = await run(process.execPath, [script('fuzz.mjs'), '--count', String(MUTATIONS), ...fuzz]);
    expect(stdout).toContain(`${MUTATIONS} mutations`);
    expect(stdout).toContain('none failed');
  });
});
