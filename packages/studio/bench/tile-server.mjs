/** The studio's server in a process of its own, for benches: prints where its tiles are, and after each line of input what memory it holds. */
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { startStudio } from '../dist/index.js';

const [path, work, cacheBytes] = process.argv.slice(2);
const studio = await startStudio({
  input: path,
  work,
  cacheBytes: Number(cacheBytes),
  ftu: [],
  version: '0',
  signal: new AbortController().signal,
  onNote: (sentence) => process.stderr.write(`${sentence}\n`),
});
const entered = await fetch(studio.address);
const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
const origin = new URL(studio.address).origin;
const [slide] = await (await fetch(`${origin}/api/slides`, { headers: { cookie } })).json();
console.log(JSON.stringify({ base: `${origin}/slides/${slide.id}_files`, cookie }));
createInterface({ input: process.stdin }).on('line', async () => {
  // What holds pixels is let go by finalisers, which run after a collection: the second one sees what they left.
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await setTimeout(200);
  }
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  console.log(JSON.stringify({ resident: rss / 1e6, held: (heapUsed + external) / 1e6 }));
});
