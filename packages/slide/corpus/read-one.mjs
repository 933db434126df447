/**
 * Reads one file in a process of its own, as programs do: what it is, windows of it, all of it. Pixels go to a file for the peers; one line of JSON
 * says how it ended.
 *
 *     node read-one.mjs FILE PIXELS
 */
import { writeFile } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { openSlide, readAnnotations } from '@ftuseg/slide';

/** Pictures up to this size are compared as a whole, larger ones in windows. */
const WHOLE = 16e6;
const WINDOWS = 12;
const SIDE = 512;

const [path, pixels] = process.argv.slice(2);

/** Windows are the same for the same size of picture. */
function windowsOf(width, height) {
  if (width * height <= WHOLE) return [{ x: 0, y: 0, width, height }];
  let state = width * 31 + height;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: WINDOWS }, () => {
    const [columns, rows] = [Math.min(SIDE, width), Math.min(SIDE, height)];
    return { x: below(width - columns + 1), y: below(height - rows + 1), width: columns, height: rows };
  });
}

/** Random windows must be those of the whole, whichever was read first. */
async function compareWindows(slide, whole, { width, height }) {
  for (let n = 0; n < 6; n++) {
    const columns = 1 + ((n * 53) % Math.min(width, 97));
    const rows = 1 + ((n * 37) % Math.min(height, 89));
    const x = Math.floor(((width - columns) * n) / 5);
    const y = Math.floor(((height - rows) * (5 - n)) / 5);
    const { data } = await slide.readRegion({ x, y, width: columns, height: rows, downsample: 1 });
    for (let row = 0; row < rows; row++) {
      const from = ((y + row) * width + x) * 3;
      const wanted = whole.subarray(from, from + columns * 3);
      if (Buffer.compare(wanted, data.subarray(row * columns * 3, (row + 1) * columns * 3)) !== 0) {
        throw new Error(`the window ${columns} x ${rows} at (${x}, ${y}) is not what the whole picture has there`);
      }
    }
  }
}

async function readPicture() {
  const fresh = async (use) => {
    const slide = await openSlide(path);
    try {
      return await use(slide);
    } finally {
      await slide.close();
    }
  };
  return fresh(async (slide) => {
    const { width, height, info } = slide;
    const windows = windowsOf(width, height);
    const parts = [];
    for (const window of windows) parts.push((await slide.readRegion({ ...window, downsample: 1 })).data);
    await writeFile(pixels, Buffer.concat(parts));
    if (windows.length === 1) await fresh((other) => compareWindows(other, parts[0], slide));
    // All of it, small: every block of the level that is used is decoded.
    const shrink = Math.max(1, Math.max(width, height) / 256);
    await slide.readRegion({ x: 0, y: 0, width, height, downsample: shrink });
    for (const name of info.associated) await slide.readAssociated(name);
    return { kind: 'picture', width, height, windows, levels: info.levels, pixels: info.pixels };
  });
}

async function main() {
  try {
    if (/\.(geojson|json|xml)$/i.test(path))
      return { outcome: 'read', kind: 'labels', labels: (await readAnnotations(path)).length };
    return { outcome: 'read', ...(await readPicture()) };
  } catch (error) {
    if (error instanceof FtuError)
      return { outcome: 'refused', code: error.code, message: error.message.replace(`${path}: `, '') };
    return { outcome: 'crash', message: error instanceof Error ? error.message : String(error) };
  }
}

console.log(JSON.stringify(await main()));
