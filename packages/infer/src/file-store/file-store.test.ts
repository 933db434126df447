import { expect, it } from 'vitest';
import { readText, writeText } from './file-store.js';
import { memoryStore } from './memory-store.js';

it('writes a text of more pieces than a call takes arguments', async () => {
  const store = memoryStore();
  const pieces = Array.from({ length: 400_000 }, (_, i) => `${i} µm\n`);
  await writeText(store, 'a.txt', pieces);
  expect((await readText(store, 'a.txt')) === pieces.join('')).toBe(true);
});

it('writes a file without text, too', async () => {
  const store = memoryStore();
  await writeText(store, 'a.txt', []);
  expect(await store.size('a.txt')).toBe(0);
});
