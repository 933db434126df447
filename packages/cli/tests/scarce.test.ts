/** A machine that gives too little: files that may be open, space on the disk. One sentence, whatever ran out. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../bin/ftu.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ftu-scarce-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param limit a command of the shell before `ftu` */
function ftuWithin(limit: string, args: readonly string[]) {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  const { status, stderr } = spawnSync('bash', ['-c', `${limit}; ${quoted}`], { encoding: 'utf8', cwd: folder });
  return { status, stderr };
}

/** The fewest open files with which Node starts an empty program: more where its own parts are files, as Debian 13's. */
function fewestForNode(): number {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const starts = (files: number): boolean =>
    spawnSync('bash', ['-c', `ulimit -n ${files}; exec '${process.execPath}' '${empty}'`]).status === 0;
  let files = 12;
  while (!starts(files)) files++;
  return files;
}

describe('too few open files', () => {
  it('is said where not even the program can be loaded', () => {
    const files = fewestForNode();
    const { status, stderr } = ftuWithin(`ulimit -n ${files}`, ['--version']);
    expect(stderr).toMatch(
      /^ftu: cannot start: too few files may be open at a time; raise the limit \(ulimit -n 1024\)\.\n$/,
    );
    expect(status).toBe(1);
  });

  it.each([26, 32])('is said where a command cannot be loaded (%i)', (files) => {
    const { status, stderr } = ftuWithin(`ulimit -n ${files}`, ['predict', '--help']);
    expect(stderr).toMatch(/^ftu: .*too (?:few|many).* files.*\(ulimit -n[^)]*\)\.\n$/);
    expect(status).toBe(1);
  });

  it('does not matter from 256 on', () => {
    expect(ftuWithin('ulimit -n 256', ['predict', '--help']).status).toBe(0);
  });
});

describe('too small files', () => {
  it('are said by name', () => {
    // The signal of the system is ignored, so that the call fails.
    const size = ['--width', '1000', '--height', '1000', '--microns-per-pixel', '1'];
    const { status, stderr } = ftuWithin("trap '' XFSZ; ulimit -f 128", ['synth', ...size, 'large.tif']);
    expect(stderr).toMatch(/ftu: large\.tif: cannot be written: .*\.\n$/);
    expect(status).toBe(1);
  });
});
