/**
 * Finds libtorch: LIBTORCH, else an installed Python torch, else the system's.
 * Reads its version, C++ ABI and language standard from its own files, so that the bridge is compiled to match.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Libtorch
 * @property {string} root folder, or 'system'
 * @property {string} version
 * @property {string[]} include folders beyond the compiler's own
 * @property {string} lib folder of libtorch.so
 * @property {boolean} cuda
 * @property {boolean} gloo its process groups can be compiled against: their headers and Gloo's are there
 * @property {boolean} nccl and NCCL's
 * @property {0 | 1} abi _GLIBCXX_USE_CXX11_ABI
 * @property {string} standard
 */

/**
 * The libtorch to build against; undefined when there is none.
 * Throws when LIBTORCH is set but holds no libtorch: a wrong setting must not be passed over.
 * @returns {Libtorch | undefined}
 */
export function findLibtorch() {
  const chosen = process.env.LIBTORCH;
  if (chosen) {
    const found = inFolder(chosen);
    if (found === undefined) {
      throw new Error(`LIBTORCH=${chosen} holds no libtorch (no include/ATen/ATen.h or lib/libtorch.so)`);
    }
    return found;
  }
  const python = pythonTorch();
  return (python === undefined ? undefined : inFolder(python)) ?? inSystem();
}

/** The folder of Python's torch package, without importing it (which takes seconds). */
function pythonTorch() {
  const code =
    'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")';
  const run = spawnSync('python3', ['-c', code], { encoding: 'utf8' });
  return run.status === 0 && run.stdout.trim() !== '' ? run.stdout.trim() : undefined;
}

/** A libtorch archive or a Python package: both hold include/, lib/ and share/. */
function inFolder(root) {
  const include = join(root, 'include');
  const lib = join(root, 'lib');
  if (!existsSync(join(include, 'ATen/ATen.h')) || !existsSync(join(lib, 'libtorch.so'))) return undefined;
  const api = join(include, 'torch/csrc/api/include');
  return describe(root, include, [include, api], lib, join(root, 'share/cmake'));
}

/** A distribution's package, as Debian's libtorch-dev. */
function inSystem() {
  for (const prefix of ['/usr/local', '/usr']) {
    const include = join(prefix, 'include');
    if (!existsSync(join(include, 'ATen/ATen.h'))) continue;
    const base = join(prefix, 'lib');
    const multiarch = existsSync(base) ? readdirSync(base).map((name) => join(base, name)) : [];
    const lib = [base, join(prefix, 'lib64'), ...multiarch].find((folder) => existsSync(join(folder, 'libtorch.so')));
    if (lib === undefined) continue;
    const api = join(include, 'torch/csrc/api/include');
    return describe('system', include, [api], lib, join(lib, 'cmake'));
  }
  return undefined;
}

function describe(root, headers, include, lib, cmake) {
  const config = join(cmake, 'Torch/TorchConfig.cmake');
  const text = existsSync(config) ? readFileSync(config, 'utf8') : '';
  // What the library was built with, and what its headers refuse ("#error C++20 or later compatible compiler").
  const builtWith = /CXX_STANDARD\s+(\d+)/.exec(text)?.[1];
  const needed = /#error C\+\+(\d+) or later/.exec(readFileSync(join(headers, 'ATen/ATen.h'), 'utf8'))?.[1];
  const cuda = existsSync(join(lib, 'libtorch_cuda.so'));
  const has = (name) => existsSync(join(headers, name));
  const gloo = has('torch/csrc/distributed/c10d/ProcessGroupGloo.hpp') && has('gloo/context.h');
  return {
    root,
    version: readVersion(headers),
    include,
    lib,
    cuda,
    gloo,
    nccl: gloo && cuda && has('torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp') && has('nccl.h'),
    abi: /_GLIBCXX_USE_CXX11_ABI=0/.test(text) ? 0 : 1,
    standard: `c++${Math.max(17, Number(builtWith ?? 0), Number(needed ?? 0))}`,
  };
}

function readVersion(headers) {
  const places = ['torch/headeronly/version.h', 'torch/csrc/api/include/torch/version.h'];
  for (const place of places.map((name) => join(headers, name))) {
    const text = existsSync(place) ? readFileSync(place, 'utf8') : '';
    const [major, minor, patch] = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1],
    );
    if (major !== undefined) return `${major}.${minor}.${patch}`;
  }
  return 'unknown';
}

/** The commands that the build needs and this machine lacks. */
export function missingTools() {
  return ['c++'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
}
