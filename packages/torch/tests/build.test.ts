/** The build script finds the right libtorch, reads how it was built, and says what is wrong in one sentence. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scripts = fileURLToPath(new URL('../scripts/', import.meta.url));

function run(args: readonly string[], libtorch: string) {
  return spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: scripts,
    env: { ...process.env, LIBTORCH: libtorch },
  });
}

function find(libtorch: string): Record<string, unknown> {
  const code = "import('./libtorch.mjs').then((m) => console.log(JSON.stringify(m.findLibtorch())))";
  return JSON.parse(run(['-e', code], libtorch).stdout);
}

describe('build script', () => {
  let folder = '';
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const version = (major: number, minor: number) =>
    `#define TORCH_VERSION_MAJOR ${major}\n#define TORCH_VERSION_MINOR ${minor}\n#define TORCH_VERSION_PATCH 1\n`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftuseg-libtorch-'));
    put('include/ATen/ATen.h', '');
    put('lib/libtorch.so', '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads an old libtorch for the CPU with the old C++ ABI', () => {
    put('include/torch/csrc/api/include/torch/version.h', version(2, 1));
    put('share/cmake/Torch/TorchConfig.cmake', 'set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")');
    expect(find(folder)).toMatchObject({ root: folder, version: '2.1.1', abi: 0, cuda: false, standard: 'c++17' });
  });

  it('reads a new libtorch with CUDA', () => {
    put('include/torch/headeronly/version.h', version(2, 13));
    put('include/ATen/ATen.h', '#error C++20 or later compatible compiler is required to use ATen.');
    put('lib/libtorch_cuda.so', '');
    expect(find(folder)).toMatchObject({ version: '2.13.1', abi: 1, cuda: true, standard: 'c++20' });
  });

  it('does not pass over a wrong LIBTORCH', () => {
    for (const script of ['build.mjs', 'install-libtorch.mjs']) {
      const { status, stderr } = run([script, '--optional'], '/nowhere');
      expect([status, stderr]).toEqual([
        1,
        'LIBTORCH=/nowhere holds no libtorch (no include/ATen/ATen.h or lib/libtorch.so)\n',
      ]);
    }
  });
});
