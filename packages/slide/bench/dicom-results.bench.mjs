/**
 * Sizes, seconds of processor time and peak memory of DICOM results of a slide with very many objects: discs on a grid, of the size of glomeruli at half a micrometre per pixel.
 *
 *     node packages/slide/bench/dicom-results.bench.mjs [side] [objects]      default: 100000 24000
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachOutline, objectsOf, RunMaskBuilder, simplifyOutline } from '@ftuseg/core';
import { concept, writeAnnotations, writeReport, writeSegmentation } from '@ftuseg/slide';

const [side, count] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 24_000)];
const RADIUS = 180;
/** Level-0 pixels, as the default of `ftu predict` for a network at 2 micrometres. */
const TOLERANCE = 2;

/** Discs whose centres are on a square grid. */
function discs() {
  const across = Math.ceil(Math.sqrt(count));
  const step = side / across;
  if (step < 2 * RADIUS + 2) throw new RangeError(`${count} discs do not fit`);
  const builder = new RunMaskBuilder(side, side);
  for (let x = 0; x < side; x++) {
    const column = Math.floor(x / step);
    const reach = RADIUS ** 2 - (x + 0.5 - (column + 0.5) * step) ** 2;
    if (reach <= 0) continue;
    const half = Math.sqrt(reach);
    for (let row = 0; row < across && row * across + column < count; row++) {
      const y = (row + 0.5) * step;
      builder.push(x, Math.round(y - half), Math.max(Math.round(y - half) + 1, Math.round(y + half)));
    }
  }
  return builder.finish();
}

const peak = () => process.resourceUsage().maxRSS / 1024;
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-results-'));
try {
  const mask = discs();
  const found = objectsOf(mask);
  const code = concept('0', '99BENCH', 'bench');
  const source = {
    name: 'bench',
    study: '1.2.3',
    series: '1.2.4',
    instances: ['1.2.5'],
    frameOfReference: '1.2.6',
    positionReference: [0x00201040, 'LO', 'SLIDE_CORNER'],
    place: {
      width: side,
      height: side,
      spacing: { x: 0.0005, y: 0.0005 },
      origin: { x: 20, y: 40 },
      orientation: [0, -1, 0, -1, 0, 0],
    },
    sliceThickness: 0.001,
    isLossy: true,
    identity: [],
    specimen: [],
    characterSet: undefined,
  };
  const classes = [{ name: 'glomerulus', category: code, type: code, modifier: undefined, colour: [0, 255, 0] }];
  const series = {
    source,
    classes,
    algorithm: { name: 'bench', version: '1', parameters: `SHA-256 ${'0'.repeat(64)}` },
  };
  function* objects() {
    const outlines = eachOutline(mask, found);
    for (const [i, { area }] of found.objects.entries()) {
      const [{ rings }] = simplifyOutline(outlines.next().value, TOLERANCE);
      const id = `00000000-0000-5000-8000-${String(i).padStart(12, '0')}`;
      yield { id, label: 1, outline: rings[0], area: area / 4, diameter: Math.sqrt(area / Math.PI), probability: 0.9 };
    }
  }
  console.log(
    `${side} x ${side} pixels, ${found.objects.length} objects: ${peak().toFixed(0)} MB before anything is written`,
  );
  const work = {
    seg: (path) => writeSegmentation(path, mask, series),
    sr: (path) => writeReport(path, objects(), [count], series),
    ann: (path) => writeAnnotations(path, objects(), series),
  };
  for (const [kind, write] of Object.entries(work)) {
    const path = join(folder, `${kind}.dcm`);
    const began = process.cpuUsage();
    await write(path);
    const { user, system } = process.cpuUsage(began);
    const seconds = (user + system) / 1e6;
    console.log(
      `${kind}: ${(statSync(path).size / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s of processor time, peak ${peak().toFixed(0)} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
