/** The packages on every supported version of Node: installed with and without a compiler, as root and as another user, and used. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { importAll, install, makePlace, type Place, packAll, packageFolders, reachesRegistry, root } from './place.js';

const LINES = [20, 22, 24, 26];
const isRoot = process.getuid?.() === 0;
const bridge = join(root, 'packages/torch/build/Release/ftuseg_torch.node');
const reachable = reachesRegistry();
let tarballs: string[] = [];
beforeAll(() => {
  if (reachable) tarballs = packAll();
});

async function trainAndPredict(place: Place): Promise<string> {
  const env = { FTUSEG_TORCH_ADDON: join(place.folder, 'bridge.node'), OMP_NUM_THREADS: '1' };
  copyFileSync(bridge, env.FTUSEG_TORCH_ADDON);
  const ftu = (line: string) => place.run('npx', ['--no-install', 'ftuseg', ...line.split(' ')], env);
  await ftu('synth --count 2 --width 640 --height 640 --microns-per-pixel 4 --seed 7 --out slides');
  await ftu('prepare --slides slides/slides.csv --out data --microns-per-pixel 4');
  await ftu(
    'train --data data --out run --epochs 1 --fold-count 2 --encoder-weights none --encoder resnet18 --tile-size 64 --samples-per-epoch 16',
  );
  await ftu('predict --model run/model.onnx --slides slides/slides.csv --out out');
  return (await ftu('evaluate --truth slides/slides.csv --predictions out')).stdout;
}

describe.skipIf(!reachable).each(LINES)('Node %i', (line) => {
  it('installs, imports and runs the whole way', async () => {
    const place = makePlace({ node: line, compiler: true });
    await install(place, tarballs);
    expect(place.nodeVersion).toMatch(new RegExp(`^v${line}\\.`));
    expect((await importAll(place)).names).toHaveLength(packageFolders.length);
    if (existsSync(bridge)) expect(await trainAndPredict(place)).toMatch(/Dice/i);
  });

  it.skipIf(!isRoot)(
    'does so for another user, without a compiler and without a network for ONNX Runtime',
    async () => {
      const place = makePlace({ node: line, compiler: false, asNobody: true });
      await install(place, tarballs, true);
      const { addons } = await importAll(place);
      expect(addons.map((path) => basename(path)).sort()).toEqual(['ftuseg_files.node', 'ftuseg_slide.node']);
      const { stdout } = await place.run('npx', ['--no-install', 'ftuseg', 'doctor']);
      expect(stdout).toMatch(
        /prediction +.*not installed[\s\S]*ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node/,
      );
    },
  );
});

describe.skipIf(!reachable)('where it is installed', () => {
  it('builds its addons from source', async () => {
    const place = makePlace({ compiler: true });
    await install(place, tarballs);
    const libtorch = execFileSync('node', [join(root, 'packages/torch/scripts/build.mjs'), '--optional'], {
      encoding: 'utf8',
    });
    const names = ['files', 'slide', 'cli', ...(/libtorch \d/.test(libtorch) ? ['torch'] : [])];
    for (const name of names) await place.run('node', [`node_modules/@ftuseg/${name}/scripts/build.mjs`]);
    const { addons } = await importAll(place);
    expect(addons.filter((path) => path.includes('/build/Release/'))).toHaveLength(2);
    if (names.includes('torch')) {
      expect(existsSync(join(place.folder, 'node_modules/@ftuseg/torch/build/Release/ftuseg_torch.node'))).toBe(true);
    }
  });
});
