/**
 * Writing a JPEG pyramid from an uncompressed planar slide: `ftu convert` against `vips copy`, the same tiles and quality, each as
 * a whole process.
 *
 *     node packages/slide/bench/write.bench.mjs [side] [rounds]
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasVips, median, planar, timed } from './slides.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [side = 10000, rounds = 3] = process.argv.slice(2).map(Number);
if (!hasVips) {
  console.log('write: skipped, it compares with: apt-get install libvips-tools');
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-write-'));
try {
  const input = planar(side);
  const [ours, theirs] = ['ours.tif', 'theirs.tif'].map((name) => join(folder, name));
  const commands = {
    ftuseg: ['node', [here('../../cli/bin/ftu.js'), 'convert', input, ours, '--quality', '85', '--overwrite']],
    libvips: [
      'vips',
      ['copy', input, `${theirs}[tile,pyramid,compression=jpeg,Q=85,tile-width=256,tile-height=256,bigtiff]`],
    ],
  };
  const seconds = { ftuseg: [], libvips: [] };
  const megabytes = { ftuseg: 0, libvips: 0 };
  for (let round = 0; round < rounds; round++) {
    for (const [name, [command, args]] of Object.entries(commands)) {
      const took = timed(command, args);
      seconds[name].push(took.seconds);
      megabytes[name] = Math.max(megabytes[name], took.megabytes);
    }
  }
  const [mine, other] = [median(seconds.ftuseg), median(seconds.libvips)];
  console.log(`write: planar ${side} x ${side} to a JPEG pyramid, median of ${rounds}, whole processes`);
  console.log(
    `  ftuseg ${mine.toFixed(2)} s, ${megabytes.ftuseg.toFixed(0)} MB  libvips ${other.toFixed(2)} s, ${megabytes.libvips.toFixed(0)} MB  ratio libvips / ours ${(other / mine).toFixed(2)}`,
  );
  console.log(
    `  file ${((await stat(ours)).size / 1e6).toFixed(0)} MB, libvips ${((await stat(theirs)).size / 1e6).toFixed(0)} MB`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
