/**
 * Converts Aperio slides of JPEG 2000, in each way that it has for colours, to DICOM, and holds their frames against OpenSlide, dcmtk and dciodvfy. Needs
 * libopenjp2-tools, dicom3tools, dcmtk, python3-openslide and python3-pydicom.
 *
 *     node packages/slide/corpus/dicom-jpeg-2000.mjs
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide, writeDicom } from '../dist/index.js';

const script = fileURLToPath(new URL('dicom_jpeg_2000.py', import.meta.url));
const out = await mkdtemp(join(tmpdir(), 'ftuseg-dicom-j2k-'));
const python = (...args) => {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [script, ...args], { encoding: 'utf8' });
  process.stdout.write(stdout);
  if (status !== 0) throw new Error(stderr);
};

async function pixelsOf(path) {
  const slide = await openSlide(path);
  const { width, height } = slide;
  const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
  await slide.close();
  return data;
}

try {
  python('make', out);
  for (const file of (await readdir(out)).sort()) {
    const name = file.replace(/\.svs$/, '');
    const slide = await openSlide(join(out, file));
    const { levels } = await writeDicom(join(out, name), slide, { micronsPerPixel: 0.5, container: name });
    await slide.close();
    python('check', out, name);
    const [before, after] = [await pixelsOf(join(out, file)), await pixelsOf(join(out, name))];
    const most = before.reduce((largest, value, i) => Math.max(largest, Math.abs(value - after[i])), 0);
    console.log(
      `  ${levels[0].copied} tiles copied, ${levels[0].encoded} compressed; our own pixels before and after differ by ${most}`,
    );
    if (levels[0].encoded === 0 && most > (name.startsWith('ycbcr') ? 2 : 0)) throw new Error('too far apart');
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
