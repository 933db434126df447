/**
 * Judges every malformed file of a family of tests/hostile in one process and prints what failed, as JSON, for the test beside them.
 * Peak memory only ever grows, so a case that raises it by more than it may is the case that took it.
 *
 *     node packages/slide/scripts/hostile.mjs [FAMILY] [EVERY]    # every third, say
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadFamily } from '../tests/hostile/families.mjs';
import { judge } from '../tests/hostile/judge.mjs';
import { put } from '../tests/hostile/put.mjs';

const MAX_MEGABYTES = 64;
const peak = () => process.resourceUsage().maxRSS / 1024;

const fixtures = fileURLToPath(new URL('../tests/fixtures/', import.meta.url));

/** Every fixture, cut off at every kibibyte. */
async function* cutOff() {
  for (const name of (await readdir(fixtures)).filter((file) => file.endsWith('.tif'))) {
    const bytes = await readFile(join(fixtures, name));
    for (let length = 0; length < bytes.length; length += 1024) {
      yield [`${name} cut off at ${length} bytes`, bytes.subarray(0, length)];
    }
  }
}

const [name = 'tiff', every = '1'] = process.argv.slice(2);
const family = await loadFamily(name);

async function* all() {
  yield* family.malformed();
  if (family.fixtures) yield* cutOff();
}

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-hostile-'));
const path = join(folder, `case.${name === 'tiff' ? 'tif' : name}`);
const faults = [];
let cases = 0;
let given = 0;
let refused = 0;
const read = [];
for (const [name, bytes] of family.read()) {
  await put(path, bytes);
  const { outcome, fault } = await judge(path);
  if (outcome !== 'read') faults.push(`${name}: refused, ${fault ?? ''}`);
}
for await (const [name, content] of all()) {
  if (given++ % Number(every) !== 0) continue;
  await put(path, typeof content === 'function' ? content() : content);
  const before = peak();
  const { outcome, fault } = await judge(path);
  cases++;
  if (outcome === 'refused') refused++;
  else read.push(name);
  if (fault !== undefined) faults.push(`${name}: ${fault}`);
  if (peak() - before > MAX_MEGABYTES) faults.push(`${name}: it took ${(peak() - before).toFixed(0)} MB`);
}
await rm(folder, { recursive: true });
console.log(JSON.stringify({ cases, refused, read, faults }, null, 1));
