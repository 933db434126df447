#!/usr/bin/env node
import { readdirSync, statSync } from 'node:fs';

const at = (path) => new URL(path, import.meta.url);
const writtenAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** In the repository, what the compiler wrote after the bundle is newer than it. */
const lastCompiled = () =>
  Math.max(...readdirSync(at('../..')).map((name) => writtenAt(at(`../../${name}/tsconfig.tsbuildinfo`))));

const bundled = at('../bundle/main.js');
const isBundled = writtenAt(bundled) > lastCompiled();
/** Why the program cannot be loaded, by the error's code. */
const problems = {
  ERR_MODULE_NOT_FOUND: 'not built yet; run `make build` first',
  EMFILE: 'cannot start: too few files may be open at a time; raise the limit (ulimit -n 1024)',
};
import(isBundled ? bundled : at('../dist/main.js')).catch((error) => {
  const problem = problems[error.code];
  if (problem === undefined) throw error;
  console.error(`ftu: ${problem}.`);
  process.exitCode = 1;
});
