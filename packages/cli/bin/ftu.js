#!/usr/bin/env node
import('../dist/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('ftu: not built yet; run `make build` first.');
  process.exitCode = 1;
});
