import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import * as entry from './index.js';

it('exports the folder of the files, beside its sources', () => {
  expect(Object.keys(entry)).toEqual(['staticFiles']);
  expect(existsSync(join(dirname(entry.staticFiles), 'package.json'))).toBe(true);
});
