/** A built package in a place of its own, for tests that add something to it. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies what a package is made of when it runs. Its maps of sources stay behind, and so do the lines that name them. */
export function copyBuilt(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !/node_modules|[.]map$|\/(src|tests|bench)$/.test(path),
  });
  const dist = join(to, 'dist');
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const path = join(dist, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  }
}
