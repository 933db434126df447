/**
 * Mutates slides for as long as it is told and stops at the first that is neither read nor refused properly; that file is kept.
 *
 *     node packages/slide/scripts/fuzz.mjs [--seconds 60 | --count 2000] [--seed 1] [--family ndpi | FILE...]
 *
 * Without files it takes the package's fixtures, and the slides of ../shared/data where they are.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadFamily } from '../tests/hostile/families.mjs';
import { judge } from '../tests/hostile/judge.mjs';
import { mutated } from '../tests/hostile/mutate.mjs';
import { put } from '../tests/hostile/put.mjs';

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string' },
  },
  allowPositionals: true,
});
const until = performance.now() + 1000 * Number(values.seconds ?? (values.count === undefined ? 60 : 1e9));
const most = Number(values.count ?? Number.POSITIVE_INFINITY);

const under = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))) : [];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const files = (
  positionals.length > 0
    ? positionals
    : [...under(here('../tests/fixtures')), ...under(here('../../../../shared/data/slides'))]
).filter((path) => /\.(tiff?|svs|qptiff)$/.test(path));
const made = values.family === undefined ? undefined : (await loadFamily(values.family)).sound;
const originals = made ?? (await Promise.all(files.map((path) => readFile(path))));
const nameOf = (n) => (made === undefined ? files[n] : `${values.family} ${n}`);

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-fuzz-'));
const path = join(folder, `mutated.${values.family ?? 'tif'}`);
const counts = { read: 0, refused: 0 };
let seed = Number(values.seed);
const memoryBefore = process.memoryUsage().rss;
for (let n = 0; n < most && performance.now() < until; n++, seed++) {
  const original = originals[n % originals.length];
  await put(path, mutated(original, seed));
  const { outcome, fault } = await judge(path);
  counts[outcome]++;
  if (fault !== undefined) {
    console.error(`seed ${seed}, ${nameOf(n % originals.length)}: ${fault}\nkept as ${path}`);
    process.exit(1);
  }
}
await rm(folder, { recursive: true });
const grown = (process.resourceUsage().maxRSS / 1024 - memoryBefore / 2 ** 20).toFixed(0);
console.log(
  `${counts.read + counts.refused} mutations of ${originals.length} files: ${counts.read} read, ${counts.refused} refused, none failed; memory grew by at most ${grown} MB`,
);
