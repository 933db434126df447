/**
 * A slide of any size from a smaller pyramid: its tiles over and over, each stored once, so that a slide of 100,000 x 100,000 takes as
 * little room as the pyramid that it repeats.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openTiff } from '../../slide/dist/formats/tiff/open-tiff.js';
import { nodeRuntime } from '../../slide/dist/node-runtime.node.js';
import { bigTiffHeader, encodeDirectory } from '../../slide/dist/pyramid/directory.js';
import { openFileSource } from '../../slide/dist/source/file-source.node.js';

const TILE = 256;
const short = (...values) => ({ type: 'short', values });
const long = (...values) => ({ type: 'long', values });

/** @param source a JPEG pyramid that `writePyramid` wrote @param side of the new slide, pixels */
export async function repeatSlide(source, side, path) {
  const file = await openFileSource(source);
  const { levels } = await openTiff(file, { codecs: nodeRuntime.codecs, content: 'picture' });
  const parts = [readFileSync(source)];
  let end = parts[0].length;
  const append = (bytes) => {
    parts.push(bytes);
    end += bytes.length;
  };
  append(new Uint8Array(8 - (end % 8)));
  const header = bigTiffHeader(end);
  for (const [number, { downsample, pages }] of levels.entries()) {
    const [page] = pages;
    const size = Math.ceil(side / Math.round(downsample));
    const count = Math.ceil(size / TILE);
    // Whole tiles of the source only; a level of less than one is its own.
    const whole = Math.max(1, Math.floor(page.width / TILE));
    const [offsets, counts] = [new Float64Array(count ** 2), new Float64Array(count ** 2)];
    const blocks = await Promise.all(Array.from({ length: page.index.length }, (_, i) => page.index.locate(i)));
    for (let y = 0; y < count; y++) {
      for (let x = 0; x < count; x++) {
        const { offset, bytes } = blocks[(y % whole) * page.across + (x % whole)];
        offsets[y * count + x] = offset;
        counts[y * count + x] = bytes;
      }
    }
    const perCentimetre = 10_000 / (0.5 * Math.round(downsample));
    const fields = {
      NewSubfileType: long(number === 0 ? 0 : 1),
      ImageWidth: long(size),
      ImageLength: long(size),
      BitsPerSample: short(8, 8, 8),
      Compression: short(7),
      PhotometricInterpretation: short(6),
      SamplesPerPixel: short(3),
      PlanarConfiguration: short(1),
      TileWidth: long(TILE),
      TileLength: long(TILE),
      TileOffsets: { type: 'long8', values: offsets },
      TileByteCounts: { type: 'long8', values: counts },
      YCbCrSubSampling: short(2, 2),
      XResolution: { type: 'rational', values: [perCentimetre] },
      YResolution: { type: 'rational', values: [perCentimetre] },
      ResolutionUnit: short(3),
    };
    append(encodeDirectory(fields, end, number === levels.length - 1));
  }
  await file.close();
  parts[0].set(header, 0);
  writeFileSync(path, Buffer.concat(parts));
}
