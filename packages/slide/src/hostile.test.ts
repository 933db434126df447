/** Files that lie or are damaged, judged in processes of their own: a crash is a failed test, not a lost one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const script = (name: string): string => fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));

describe('hostile files', () => {
  it('end in an error that names the file, in two seconds and 64 MB', { timeout: 120_000 }, async () => {
    const { stdout } = await run(process.execPath, [script('hostile.mjs')]);
    const { cases, refused, faults }: { cases: number; refused: number; faults: string[] } = JSON.parse(stdout);
    expect(faults).toEqual([]);
    expect(cases).toBeGreaterThanOrEqual(300);
    // The others lie about what no one needs: a tag that counts nothing, a tile larger than the picture.
    expect(refused / cases).toBeGreaterThan(0.8);
  });

  it('survives 2,000 mutations', { timeout: 120_000 }, async () => {
    const { stdout } = await run(process.execPath, [script('fuzz.mjs'), '--count', '2000']);
    expect(stdout).toContain('2000 mutations');
    expect(stdout).toContain('none failed');
  });
});
