/** Writes Trestle files as their public readers describe them: a classic TIFF whose pages are levels, with tiles that overlap by what the description says. */
import { shrink, tissue } from '../ndpi/pictures.mjs';
import { buildPages, text } from './tiff-pages.mjs';

/**
 * A page whose tiles are cut from the picture at steps of `side - overlap`.
 */
function overlappedPage(picture, side, overlap, tags) {
  const step = side - overlap;
  const count = (length) => Math.max(1, Math.ceil((length - overlap) / step));
  const [across, down] = [count(picture.width), count(picture.height)];
  const tiles = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const tile = new Uint8Array(side * side * 3);
      for (let y = 0; y < side && row * step + y < picture.height; y++) {
        const from = ((row * step + y) * picture.width + column * step) * 3;
        const columns = Math.min(side, picture.width - column * step);
        tile.set(picture.data.subarray(from, from + columns * 3), y * side * 3);
      }
      tiles.push(tile);
    }
  }
  const width = picture.width + (across - 1) * overlap;
  return { width, height: picture.height + (down - 1) * overlap, side, tiles, tags };
}

/** @param overlaps of each level, pixels; one picture is half as large as the one before */
export function buildTrestle({ picture, side = 64, overlaps, change = {} }) {
  const {
    stated = overlaps.map((overlap) => `${overlap} ${overlap}`).join(' '),
    background = 'E6DCD2',
    software = 'MedScan 2.0',
  } = change;
  const description = `Background Color=${background};Objective Power=10;OverlapsXY= ${stated}`;
  const pages = overlaps.map((overlap, i) => {
    const small = i === 0 ? picture : shrink(picture, 2 ** i);
    const microns = [625 * 2 ** i, 1000];
    const resolution = { 282: [5, [microns]], 283: [5, [microns]] };
    const names = i === 0 ? { 270: [2, text(description)], 305: [2, text(software)] } : {};
    return overlappedPage(small, side, overlap, { ...resolution, ...names });
  });
  return buildPages(pages, { big: false });
}

/** Levels with different overlaps, and one without. */
export const threeLevels = { picture: tissue(296, 232), side: 32, overlaps: [6, 4, 0] };
