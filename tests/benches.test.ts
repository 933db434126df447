/** Every benchmark at a small size: none may rot while nobody looks at its figures. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { long } from './long.js';

const script = fileURLToPath(new URL('../scripts/bench.mjs', import.meta.url));

it.runIf(long)(
  'runs every benchmark without an error',
  async () => {
    const options = { maxBuffer: 1 << 26 };
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--small'], options);
    expect(stdout.match(/^== packages\//gm)?.length).toBeGreaterThan(30);
  },
  1_200_000,
);
