/** Every benchmark at a small size: none may rot while nobody looks at its figures. The peers have to be there: make python-peers. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { long } from './long.js';

const script = fileURLToPath(new URL('../scripts/bench.mjs', import.meta.url));

const has = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;
const peers = 'import torch, torchvision, cv2, openslide, scipy, tifffile';
const hasPeers = long && has('/usr/bin/python3', '-c', peers) && has('vips', '--version');

it.runIf(hasPeers)(
  'runs every benchmark without an error (needs peers: make python-peers)',
  async () => {
    const options = { maxBuffer: 1 << 26 };
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--small'], options);
    expect(stdout.match(/^== packages\//gm)?.length).toBeGreaterThan(30);
  },
  1_200_000,
);
