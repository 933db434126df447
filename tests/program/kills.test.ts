/** Some random stops of the script that `make kills N=1000` runs: every output is that of an undisturbed run. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { torchAvailable } from '@ftuseg/torch';
import { expect, it } from 'vitest';
import { long } from '../long.js';

const script = fileURLToPath(new URL('../../packages/cli/scripts/kills.mjs', import.meta.url));
// The model that is predicted with is trained first; trainings and recipes have kills in tests of their own.
const commands = ['prepare', ...(long ? ['convert', 'tiles'] : []), ...(long && torchAvailable() ? ['predict'] : [])];

it.skipIf(process.platform === 'win32')(
  'gives the same bytes after stops at random moments',
  async () => {
    // How long a stop takes says nothing on a machine that runs other tests.
    const args = [script, '--kills', long ? '20' : '2', '--seed', '1', '--within', '60', '--only', commands.join(',')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        said += String(text);
      });
    }
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(', 0 scenarios failed') });
  },
  300_000,
);
