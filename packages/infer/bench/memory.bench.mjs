/**
 * Peak memory of `ftu predict` as the operating system counts it, on slides of growing size (EfficientNet-B0 Unet, 1024 -> 256, every
 * output): it must not grow with them. The large slides repeat the tiles of a small pyramid.
 *
 *     node packages/infer/bench/memory.bench.mjs [sides]      default: 10000,40000; 100000 takes about ten minutes
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repeatSlide } from './repeat_slide.mjs';
import { cli, pyramid, timed, trainedModel } from './subjects.mjs';

const WANTED = 1500;
const sides = (process.argv[2] ?? '10000,40000').split(',').map(Number);
const work = mkdtempSync(join(tmpdir(), 'ftuseg-memory-'));
const source = pyramid(Math.min(20000, Math.max(...sides)));
const { model } = trainedModel();
try {
  for (const side of sides) {
    const slide = join(work, `${side}.tif`);
    await repeatSlide(source, side, slide);
    const [table, out] = [join(work, 'slides.csv'), join(work, `out-${side}`)];
    writeFileSync(table, `id,image\nslide,${slide}\n`);
    const args = ['predict', '--model', model, '--slides', table, '--out', out];
    const { seconds, megabytes } = timed('node', [cli, ...args]);
    const [{ tiles, facts }] = JSON.parse(readFileSync(join(out, 'predictions.json'), 'utf8')).slides;
    console.log(
      `memory: ${side} x ${side}: peak ${megabytes.toFixed(0)} MB, ${seconds.toFixed(0)} s, ${tiles} tiles, ${facts.count} objects (wanted < ${WANTED} MB: ${megabytes < WANTED ? 'met' : 'missed'})`,
    );
    rmSync(slide);
    rmSync(out, { recursive: true });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
