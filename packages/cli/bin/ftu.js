#!/usr/bin/env node
import { readdirSync, statSync } from 'node:fs';

const at = (path) => new URL(path, import.meta.url);
const writtenAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** In the repository, what the compiler wrote after the bundle is newer than it. */
const lastCompiled = () =>
  Math.max(...readdirSync(at('../..')).map((name) => writtenAt(at(`../../${name}/tsconfig.tsbuildinfo`))));

const bundled = at('../bundle/main.js');
const isBundled = writtenAt(bundled) > lastCompiled();
import(isBundled ? bundled : at('../dist/main.js')).catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('ftu: not built yet; run `make build` first.');
  process.exitCode = 1;
});
