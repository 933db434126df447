/**
 * Converts slides of every format into every format that is written, and holds level 0 of each output against its source: through our own reader, and
 * through tifffile, OpenSlide, pydicom with Pillow and python3-zarr, where these are installed. Level 0 must be the same to the last bit where tiles were
 * copied or every pixel is kept; where tiles were compressed it must be near.
 *
 *     node packages/slide/corpus/convert.mjs [SLIDE...]    the slides of our own generators and the tests' fixtures; and these
 *     OME_XSD=ome.xsd node packages/slide/corpus/convert.mjs    checks the XML of OME-TIFFs against the schema as well (needs python3-lxml)
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide, writeDicom, writeTiff, writeZarr } from '../dist/index.js';
import { loadFamilies } from '../tests/hostile/families.mjs';

const fixtures = fileURLToPath(new URL('../tests/fixtures/', import.meta.url));
const script = fileURLToPath(new URL('convert_peer.py', import.meta.url));
/** Mean distance of samples up to which a picture is the one that was compressed, whatever it shows. */
const MOST = 12;

const tiff = (layout, compression, more) => (out, slide, options) =>
  writeTiff(out, slide, { ...options, layout, compression, ...more });
const zarr = (version, container, more) => (out, slide, options) =>
  writeZarr(out, slide, { ...options, version, container, ...more });
const targets = [
  { name: 'jpeg.tif', peer: 'openslide', write: tiff('tiff', 'jpeg') },
  { name: 'factor.tif', peer: 'openslide', write: tiff('tiff', 'jpeg', { factor: 4, levels: 3 }) },
  { name: 'deflate.tif', peer: 'tifffile', isLossless: true, write: tiff('tiff', 'deflate') },
  { name: 'jpeg.ome.tif', peer: 'openslide', isOme: true, keepsPower: true, write: tiff('ome-tiff', 'jpeg') },
  {
    name: 'deflate.ome.tif',
    peer: 'tifffile',
    isOme: true,
    keepsPower: true,
    isLossless: true,
    write: tiff('ome-tiff', 'deflate'),
  },
  { name: 'keep.ome.tif', keepsPower: true, mayRefuse: true, write: tiff('ome-tiff', 'keep') },
  {
    name: 'dicom',
    peer: 'pydicom',
    keepsPower: true,
    needsScale: true,
    write: (out, slide, options) => writeDicom(out, slide, { ...options, container: 'c' }),
  },
  { name: '04.ome.zarr', peer: 'zarr', isLossless: true, write: zarr('0.4', 'folder', { tileSize: 64 }) },
  { name: '05.ome.zarr', isLossless: true, write: zarr('0.5', 'folder', { sharded: true, tileSize: 32 }) },
  { name: '05.ozx', isLossless: true, write: zarr('0.5', 'zip', { tileSize: 64 }) },
];

async function writeFiles(folder, files) {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** Paths of slides of all families and of the fixtures. */
async function* sources(folder) {
  for (const [family, { sound }] of Object.entries(await loadFamilies())) {
    for (const [i, made] of (sound ?? []).entries()) {
      const place = join(folder, `${family}-${i}`);
      await mkdir(place);
      const ending = { vendors: 'tif', philips: 'tiff', qptiff: 'qptiff', dicom: 'dcm' }[family] ?? family;
      if (made instanceof Uint8Array) {
        await writeFile(join(place, `slide.${ending}`), made);
        yield join(place, `slide.${ending}`);
      } else {
        await writeFiles(place, made);
        const name = [...(made instanceof Map ? made.keys() : Object.keys(made))].find((one) => one.endsWith('.mrxs'));
        if (name !== undefined) yield join(place, name);
      }
    }
  }
  for (const name of (await readdir(fixtures)).filter((one) => one.endsWith('.tif')).sort()) yield join(fixtures, name);
  yield* process.argv.slice(2);
}

const wholeOf = (slide) => slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 1 });
const meanDistance = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
const sum = (levels, key) => levels.reduce((total, level) => total + (level[key] ?? 0), 0);

/** Noise is far from itself after JPEG, and farther from itself mirrored or turned. */
function isNear(wanted, found, { width, height }) {
  const distance = meanDistance(wanted, found);
  if (distance <= MOST) return true;
  const turned = (mirrorX, mirrorY) =>
    Uint8Array.from(found, (_, i) => {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return found[((mirrorY ? height - 1 - y : y) * width + (mirrorX ? width - 1 - x : x)) * 3 + c];
    });
  return [turned(true, false), turned(false, true), turned(true, true)].every(
    (other) => meanDistance(wanted, other) > distance * 1.2,
  );
}

const near = (a, b) => (a === undefined ? b === undefined : b !== undefined && Math.abs(a / b - 1) < 1e-6);

/** What is wrong with an output, in clauses. */
async function wrongs(out, source, target, written, scale) {
  const slide = await openSlide(out);
  const found = [];
  const say = (isWrong, text) => void (isWrong && found.push(text));
  try {
    say(slide.width !== source.slide.width || slide.height !== source.slide.height, 'its size');
    const { data } = await wholeOf(slide);
    const [first] = written.levels;
    // A tile that was never written is compressed: then level 0 is only near.
    const isExact = target.isLossless || (first.copied > 0 && first.encoded === 0);
    if (isExact) say(Buffer.compare(data, source.pixels) !== 0, 'level 0');
    else say(!isNear(source.pixels, data, slide), 'level 0, which is far from its source');
    say(!near(scale, slide.micronsPerPixel), `its scale (${slide.micronsPerPixel} for ${scale})`);
    say(slide.info.associated.length > 0, `pictures beside it: ${slide.info.associated}`);
    say(slide.levels.length !== written.levels.length, `${slide.levels.length} levels of ${written.levels.length}`);
    const power = source.slide.info.objectivePower;
    say(
      target.keepsPower && slide.info.objectivePower !== power,
      `its magnification (${slide.info.objectivePower} for ${power})`,
    );
    return { found, pixels: data };
  } finally {
    await slide.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-convert-'));
const jobs = [];
const counts = { slides: 0, outputs: 0, refused: 0, copied: 0, encoded: 0, different: 0 };
try {
  for await (const path of sources(folder)) {
    const slide = await openSlide(path).catch(() => undefined);
    if (slide === undefined) continue;
    counts.slides++;
    try {
      const { data: pixels } = await wholeOf(slide);
      const scale = slide.pixelSize ?? slide.micronsPerPixel;
      for (const [i, target] of targets.entries()) {
        const out = join(folder, `${counts.slides}-${i}`, target.name);
        await mkdir(dirname(out));
        const micronsPerPixel = target.needsScale ? (scale ?? 0.5) : scale;
        const written = await target.write(out, slide, { micronsPerPixel, name: 'a & <b>' }).catch((error) => {
          if (!target.mayRefuse) throw error;
        });
        if (written === undefined) {
          counts.refused++;
          continue;
        }
        counts.outputs++;
        counts.copied += sum(written.levels, 'copied');
        counts.encoded += sum(written.levels, 'encoded') + (written.chunks ?? 0);
        const area =
          typeof micronsPerPixel === 'object' ? Math.sqrt(micronsPerPixel.x * micronsPerPixel.y) : micronsPerPixel;
        const { found, pixels: read } = await wrongs(out, { slide, pixels }, target, written, area);
        if (found.length > 0) {
          counts.different++;
          console.log(`${basename(dirname(path))}/${basename(path)} as ${target.name}: ${found.join(', ')}`);
        }
        if (target.peer === undefined) continue;
        const raw = `${out}.raw`;
        await writeFile(raw, read);
        const { width, height } = slide;
        jobs.push({
          from: `${basename(dirname(path))}/${basename(path)}`,
          path: out,
          raw,
          width,
          height,
          peer: target.peer,
          levels: written.levels.length,
          microns: micronsPerPixel ?? null,
          isOme: target.isOme ?? false,
        });
      }
    } finally {
      await slide.close();
    }
  }
  console.log(
    `${counts.slides} slides, ${counts.outputs} outputs (${counts.refused} refused by --compression keep), ${counts.copied} tiles copied, ${counts.encoded} compressed: ${counts.different} different for our reader`,
  );
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [script], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`the peers did not answer: ${stderr.trim().split('\n').at(-1)}`);
  const { asked, wrong } = JSON.parse(stdout);
  for (const line of wrong) console.log(line);
  console.log(
    `peers: ${Object.entries(asked)
      .map(([peer, count]) => `${peer} ${count}`)
      .join(', ')}; ${wrong.length} different`,
  );
  process.exitCode = counts.different + wrong.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
