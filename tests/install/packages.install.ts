/** The short form of the tests of installing: what packages say of themselves, and one installation. `make test-install` does all of them. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { importAll, install, makePlace, type Place, packAll, packageFolders, reachesRegistry, root } from './place.js';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().min(20),
  keywords: z.array(z.string()).min(3),
  license: z.literal('MIT'),
  repository: z.object({ directory: z.string() }),
  type: z.literal('module'),
  engines: z.object({ node: z.string() }),
  sideEffects: z.union([z.literal(false), z.array(z.string())]),
  exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })])),
  files: z.array(z.string()),
});
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe.each(packageFolders.map((folder) => basename(folder)))('the package %s', (name) => {
  const parsed = manifest.parse(JSON.parse(read(`packages/${name}/package.json`)));

  it('says what npm and bundlers ask', () => {
    const { engines, version } = z
      .object({ engines: z.object({ node: z.string() }), version: z.string() })
      .parse(JSON.parse(read('package.json')));
    expect(parsed).toMatchObject({ engines, version, repository: { directory: `packages/${name}` } });
    expect(parsed.exports['./package.json']).toBe('./package.json');
    expect(read(`packages/${name}/LICENSE`)).toBe(read('LICENSE'));
    expect(parsed.files).toContain('!src/**/*.test.ts');
  });

  it('has no binding.gyp, which npm would build by itself', () => {
    expect(() => read(`packages/${name}/binding.gyp`)).toThrow();
  });
});

describe.skipIf(!reachesRegistry())('all packages in an empty folder, without a compiler', () => {
  let place: Place;
  let said: string;
  beforeAll(async () => {
    place = makePlace({ compiler: false });
    said = await install(place, packAll());
  }, 300_000);

  it('install without a warning', () => {
    // npm 11 names every package with an install script; the one here is ONNX Runtime's.
    const others = said.split('\n').filter((line) => /npm (?:warn|error) (?!install-scripts)/i.test(line));
    expect(others).toEqual([]);
  });

  it('are imported, with the addons that they bring', async () => {
    const { names, addons } = await importAll(place);
    expect(names).toHaveLength(packageFolders.length);
    const prebuilt = `${process.platform}-${process.arch}` === 'linux-x64';
    expect(addons.map((path) => basename(path)).sort()).toEqual(
      prebuilt ? ['ftuseg_files.node', 'ftuseg_slide.node'] : [],
    );
  });

  it('have the command', async () => {
    const { stdout, stderr } = await place.run('npx', ['--no-install', 'ftuseg', '--help']);
    expect(stdout).toMatch(/^Usage: ftu /);
    expect(stderr).toBe('');
  });
});
