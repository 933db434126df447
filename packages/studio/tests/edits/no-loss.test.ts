/** Servers that are killed, and disks that fill, under edits: what was acknowledged is there, what was not is refused with the reason. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { long } from '../../../../tests/long.js';
import { brushStroke } from '../../src/geometry/drawn.js';
import { put } from './small-context.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);

// Programs are started, killed and started again.
vi.setConfig({ testTimeout: 300_000 });

let folder = '';
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-full-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

it('loses nothing that was acknowledged when servers and writers are killed', async () => {
  const kills = long ? '3' : '1';
  const { stdout } = await run(process.execPath, [at('../../scripts/edit-kills.mjs'), '--kills', kills, '--seed', '3']);
  expect(stdout).toMatch(/^\d kills? of the server, .* nothing lost\n$/);
});

/** `ftu studio` whose files may grow to so many blocks of 1024 bytes. */
async function startStudio(table: string, blocks: number | 'unlimited') {
  const command = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
  const child = spawn('bash', [
    '-c',
    command,
    process.execPath,
    at('../../../cli/bin/ftu.js'),
    'studio',
    table,
    '--no-open',
  ]);
  children.push(child);
  let said = '';
  const address = await new Promise<string>((found, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        const [match] = /http:\S+/.exec(said) ?? [];
        if (match !== undefined) found(match);
      });
    }
    child.once('exit', () => failed(new Error(said)));
  });
  const cookie = (await fetch(address)).headers.get('set-cookie')?.split(';')[0] ?? '';
  const { origin } = new URL(address);
  const slides = (await (await fetch(`${origin}/api/slides`, { headers: { cookie } })).json()) as { id: string }[];
  const edits = `${origin}/api/slides/${slides[0]?.id}/edits`;
  return {
    read: async () => (await (await fetch(edits, { headers: { cookie } })).json()) as { revision: number },
    post: async (edit: unknown, revision: number) => {
      const headers = { cookie, 'If-Match': `"${revision}"`, 'Content-Type': 'application/json' };
      const answer = await fetch(edits, { method: 'POST', headers, body: JSON.stringify(edit) });
      return { status: answer.status, body: await answer.json() };
    },
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

it.skipIf(process.platform === 'win32')(
  'refuses an edit that the disk has no place for, and leaves the log whole',
  async () => {
    await writePng(join(folder, 'a.png'), raster(512, 512, 3, new Uint8Array(512 * 512 * 3)));
    await writeFile(join(folder, 'slides.csv'), 'id,image\na,a.png\n');
    const table = join(folder, 'slides.csv');
    const log = join(folder, 'slides-studio/corrections/a/edits.jsonl');
    const shape = (id: string, radius: number) => ({
      id,
      class: 'glomerulus',
      polygons: brushStroke([256, 256, 300, 280], radius),
    });
    const studio = await startStudio(table, 32);
    let revision = 0;
    let refused: Awaited<ReturnType<typeof studio.post>> | undefined;
    while (refused === undefined && revision < 200) {
      const answer = await studio.post(put(shape(`large-${revision}`, 200)), revision);
      if (answer.status === 201) revision++;
      else refused = answer;
    }
    expect(revision).toBeGreaterThan(3);
    expect(refused).toEqual({
      status: 507,
      body: { problem: 'the disk is full: nothing of this was kept', hint: 'free some space, then try again' },
    });
    const whole = await readFile(log, 'utf8');
    expect(whole.endsWith('}\n')).toBe(true);
    expect(whole.split('\n')).toHaveLength(revision + 2);
    // What is small enough is kept, after all.
    expect(await studio.post({ kind: 'undo' }, revision)).toEqual({ status: 201, body: { revision: revision + 1 } });
    await studio.end();
    const again = await startStudio(table, 'unlimited');
    expect((await again.read()).revision).toBe(revision + 1);
    expect((await again.post(put(shape('after', 200)), revision + 1)).status).toBe(201);
    await again.end();
  },
);
