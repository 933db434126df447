/** What two programs that check packages say of ours: publint, and "are the types wrong" for packages that are ES modules. */
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makePlace, packAll, reachesRegistry } from './place.js';

const reachable = reachesRegistry();
const place = makePlace({ compiler: false });
let tarballs: string[] = [];
beforeAll(async () => {
  if (!reachable) return;
  tarballs = packAll();
  const programs = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'];
  await place.run('npm', ['install', '--prefer-offline', '--ignore-scripts', ...programs]);
});

describe.skipIf(!reachable)('every package', () => {
  it('is clean for publint', async () => {
    for (const tarball of tarballs) {
      const { stdout } = await place.run('npx', ['publint', 'run', tarball, '--strict']);
      expect(stdout, basename(tarball)).toMatch(/All good/);
    }
  });

  it('has types where an import finds them', async () => {
    for (const tarball of tarballs) {
      // It ends with 1 where there is a problem.
      const said = place.run('npx', ['attw', tarball, '--profile', 'esm-only', '--no-emoji', '--no-color']);
      await expect(said, basename(tarball)).resolves.toMatchObject({ stderr: '' });
    }
  });
});
