/**
 * Reads every picture and label file below a folder, compares with GDAL, OpenSlide, Pillow and pydicom where they are installed, and prints counts by verdict
 * and each disagreement. Exit code 1 for wrong pixels, crashes, and valid files that are called damaged.
 *
 *     node packages/slide/corpus/corpus.mjs FOLDER [--out report.json] [--jobs 2] [--seconds 60] [--gigabytes 3]
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Peers, readOurs } from './readers.mjs';
import { judge, VERDICTS } from './verdict.mjs';

const FILES = /\.(tiff?|tf8|btf|svs|scn|qptiff|ndpi|bif|png|jpe?g|jpe|jfif|webp|dcm|jp2|j2k|geojson|json|xml)$/i;
const LABELS = /\.(geojson|json|xml)$/i;
const PACKAGES = {
  gdal: 'python3-gdal',
  openslide: 'python3-openslide',
  pillow: 'python3-pil',
  pydicom: 'python3-pydicom',
};

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: '60' },
    gigabytes: { type: 'string', default: '3' },
  },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined || !existsSync(folder)) {
  console.error('corpus: give a folder with pictures that exists: make corpus DIR=FOLDER');
  process.exit(2);
}
const seconds = Number(values.seconds);
const limits = { seconds, bytes: Number(values.gigabytes) * 1e9 };

async function digestOf(result, pixels) {
  if (result.outcome !== 'read' || result.kind !== 'picture') return result;
  return {
    ...result,
    digest: createHash('sha256')
      .update(await readFile(pixels))
      .digest('hex')
      .slice(0, 12),
  };
}

async function examine(path, pixels, peers) {
  const ours = await digestOf(await readOurs(path, pixels, { ...limits, native: true }), pixels);
  if (LABELS.test(path)) {
    return ours.outcome === 'refused'
      ? { verdict: 'labels refused', why: ours.message, ours }
      : { ...judge(ours, undefined, {}), ours };
  }
  const compressions = (ours.levels ?? []).map(({ compression }) => compression.toLowerCase());
  const jpeg = compressions.includes('jpeg') || /jpe?g/i.test(ours.message ?? '');
  const isTiff = !/\.(png|jpe?g|jpe|jfif|webp)$/i.test(path);
  const lossy = compressions.some((name) => name === 'jpeg' || name === 'webp' || name.startsWith('jpeg-2000'));
  const request = { path };
  if (ours.outcome === 'read') {
    const bits = Number(/\((\d+) used\)/.exec(ours.pixels)?.[1] ?? /^(\d+)-bit/.exec(ours.pixels)?.[1] ?? 16);
    Object.assign(request, { raw: pixels, size: [ours.width, ours.height], windows: ours.windows, lossy, bits });
  }
  const answers = ['crash', 'timeout', 'memory'].includes(ours.outcome) ? {} : await peers.ask(request, seconds);
  const plain =
    jpeg && isTiff
      ? await digestOf(await readOurs(path, `${pixels}.plain`, { ...limits, native: false }), `${pixels}.plain`)
      : undefined;
  return { ...judge(ours, plain, answers), ours, plain, peers: answers };
}

const started = performance.now();
const found = await readdir(folder, { recursive: true, withFileTypes: true });
const files = found
  .filter((entry) => entry.isFile() && FILES.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
const scratch = await mkdtemp(join(tmpdir(), 'ftuseg-corpus-'));
const results = [];
let next = 0;
async function worker(number) {
  const peers = new Peers();
  await peers.start();
  if (number === 0) {
    const missing = Object.keys(PACKAGES).filter((name) => !peers.names.includes(name));
    const install = missing.map((name) => PACKAGES[name]).join(' ');
    console.log(
      `${files.length} files; peers: ${peers.names.join(', ') || 'none'}${missing.length > 0 ? `; for ${missing.join(', ')}: sudo apt-get install ${install}` : ''}`,
    );
  }
  while (next < files.length) {
    const path = files[next++];
    results.push({ file: relative(folder, path), ...(await examine(path, join(scratch, String(number)), peers)) });
    if (results.length % 100 === 0)
      console.log(`${results.length} of ${files.length}, ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  peers.stop();
}
await Promise.all(
  Array.from({ length: Math.max(1, Math.min(Number(values.jobs), files.length)) }, (_, i) => worker(i)),
);
await rm(scratch, { recursive: true });

const agreed = new Set(['same as a peer', 'refused by all', 'labels read']);
results.sort((a, b) => (a.file < b.file ? -1 : 1));
for (const verdict of Object.keys(VERDICTS)) {
  if (agreed.has(verdict)) continue;
  for (const { file, why } of results.filter((result) => result.verdict === verdict))
    console.log(`${verdict}\t${file}\t${why}`);
}
console.log();
for (const verdict of Object.keys(VERDICTS)) {
  const count = results.filter((result) => result.verdict === verdict).length;
  if (count > 0) console.log(`${String(count).padStart(6)}  ${verdict}`);
}
if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(results, null, 1)}\n`);
process.exit(results.some(({ verdict }) => VERDICTS[verdict]) ? 1 : 0);
