/**
 * Writes Hamamatsu VMS slides: a text of keys names JPEGs that lie side by side, each with restart markers, and a smaller map of the whole. Source of the
 * layout: openslide.org/formats/hamamatsu.
 */
import { jpegPage } from '../ndpi/ndpi-builder.mjs';

/**
 * @param {object} options
 * @param {readonly (readonly { width: number, height: number, data: Uint8Array }[])[]} options.pictures RGB, rows of pictures of one size
 * @param {{ width: number, height: number, data: Uint8Array }} options.map the same, smaller
 * @param {number} options.interval units of 8 x 8 pixels between restart markers; divides a row of units of every picture
 * @param {number} [options.micronsPerPixel]
 * @returns {Map<string, Uint8Array>} files by name
 */
export function buildVms({ pictures, map, interval, micronsPerPixel = 0.5 }) {
  const encode = (picture) => jpegPage(picture, { sampling: [1, 1], interval }).jpeg;
  const named = pictures.flatMap((row, y) =>
    row.map((picture, x) => ({
      key: x + y === 0 ? 'ImageFile' : `ImageFile(${x},${y})`,
      name: `slide_${x}_${y}.jpg`,
      picture,
    })),
  );
  const nanometres = (lengths) => Math.round(lengths.reduce((sum, length) => sum + length, 0) * micronsPerPixel * 1000);
  const lines = [
    '[Virtual Microscope Specimen]',
    'NoLayers=1',
    `NoJpegColumns=${pictures[0].length}`,
    `NoJpegRows=${pictures.length}`,
    ...named.map(({ key, name }) => `${key}=${name}`),
    'MapFile=slide_map.jpg',
    'SourceLens=20',
    `PhysicalWidth=${nanometres(pictures[0].map(({ width }) => width))}`,
    `PhysicalHeight=${nanometres(pictures.map(([{ height }]) => height))}`,
    '',
  ];
  return new Map([
    ['slide.vms', new TextEncoder().encode(lines.join('\r\n'))],
    ...named.map(({ name, picture }) => [name, encode(picture)]),
    ['slide_map.jpg', encode(map)],
  ]);
}
