/**
 * Looks at damaged MIRAX slides pixel by pixel: every case of the hostile tests, at every level, beside the sound slide. A slide that is shown otherwise than
 * it should be, without a note, is a fault.
 *
 *     node packages/slide/corpus/mirax-damage.mjs
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSlide } from '../dist/index.js';
import { malformedMirax, soundMiraxes } from '../tests/hostile/mirax-cases.mjs';
import { put } from '../tests/hostile/put.mjs';

async function look(path) {
  const slide = await openSlide(path);
  try {
    const levels = [];
    for (const { width, height } of slide.levels) {
      levels.push(Buffer.from((await slide.readRows({ width, height, top: 0, rows: height })).data));
    }
    return { levels, notes: slide.info.notes ?? [] };
  } finally {
    await slide.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-damage-'));
const path = join(folder, 'case.mrxs');
await put(path, new Map([...soundMiraxes[0]].filter(([name]) => name.startsWith('case'))));
const sound = await look(path);
const counts = { refused: 0, asItShouldBe: 0, otherwiseAndSaid: 0, otherwiseUnsaid: 0 };
const faults = [];
for await (const [name, files] of malformedMirax()) {
  await put(path, files);
  const found = await look(path).catch(() => undefined);
  if (found === undefined) counts.refused++;
  else if (sound.levels.every((level, i) => found.levels[i]?.equals(level))) counts.asItShouldBe++;
  else if (found.notes.length > 0) counts.otherwiseAndSaid++;
  else {
    counts.otherwiseUnsaid++;
    faults.push(name);
  }
}
await rm(folder, { recursive: true });
console.log(JSON.stringify({ ...counts, faults }));
process.exit(faults.length === 0 && counts.refused > 0 ? 0 : 1);
