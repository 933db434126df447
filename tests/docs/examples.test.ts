/** The `ts` examples of each package's README are compiled as a stranger would compile them, and run in an empty folder. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { writeSyntheticSlides } from '@ftuseg/synth';
import { torchAvailable } from '@ftuseg/torch';
import { expect, it } from 'vitest';
import { randomModelCard } from '../random-model.js';
import { fencedBlocks, root } from './shell-blocks.js';

const run = promisify(execFile);

/** What the examples name: `slides.csv` with one small slide, and a network with random weights, `model.onnx`. */
async function fixtures(folder: string): Promise<void> {
  await writeSyntheticSlides({
    out: join(folder, 'slides'),
    count: 1,
    width: 256,
    height: 256,
    micronsPerPixel: 4,
    seed: 7,
  });
  const table = await readFile(join(folder, 'slides/slides.csv'), 'utf8');
  await writeFile(join(folder, 'slides.csv'), table.replaceAll(/(images|masks)\//g, 'slides/$1/'));
  const network = createModel({ decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 });
  await writeFile(join(folder, 'model.onnx'), exportOnnx(network, initialState(network, 1), randomModelCard));
}

const NEEDS_TORCH = new Set(['torch', 'train']);

it('every example in a README of a package compiles and runs', { timeout: 180_000 }, async () => {
  // Inside the repository, so that imports find the packages as an installation would.
  const code = await mkdtemp(join(root, 'node_modules/.ftuseg-examples-'));
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-examples-'));
  try {
    await fixtures(folder);
    const names: string[] = [];
    for (const name of await readdir(join(root, 'packages'))) {
      const readme = join(root, 'packages', name, 'README.md');
      if (!existsSync(readme)) continue;
      const blocks = fencedBlocks(await readFile(readme, 'utf8'), 'ts');
      for (const [i, block] of blocks.entries()) {
        await writeFile(join(code, `${name}-${i}.ts`), block);
        names.push(`${name}-${i}`);
      }
    }
    const options = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { composite: false, outDir: 'out', types: ['node'], rootDir: '.' },
      include: ['*.ts'],
    };
    await writeFile(join(code, 'tsconfig.json'), JSON.stringify(options));
    await writeFile(join(code, 'package.json'), '{"type":"module"}');
    const failure = await run(join(root, 'node_modules/.bin/tsc'), ['-p', code]).then(
      () => '',
      (error: { stdout?: string }) => error.stdout ?? String(error),
    );
    expect(failure).toBe('');
    await mkdir(join(folder, 'results'), { recursive: true });
    for (const name of names) {
      if (NEEDS_TORCH.has(name.replace(/-\d+$/, '')) && !torchAvailable()) continue;
      await run('node', [join(code, 'out', `${name}.js`)], { cwd: folder });
    }
  } finally {
    await rm(code, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});
