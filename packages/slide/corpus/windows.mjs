/** Where a level is compared: whole where it is small, and at its corners and at random places, so that parts of tiles are asked for. */
const WHOLE = 4e6;
const WINDOWS = 40;
/** Beside the whole. */
const FEW_WINDOWS = 6;
const SIDE = 512;
/** Pixels around a place where one is looked for that is a whole pixel of level 0: elsewhere OpenSlide interpolates. */
const AROUND = 4096;
const TOLERANCE = 1e-9;

/** @returns the place itself or one near it, with the place on level 0 */
function wholePlace(wanted, limit, downsample) {
  for (let step = 0; step <= Math.min(AROUND, limit); step++) {
    for (const place of [wanted - step, wanted + step]) {
      const exact = place * downsample;
      if (place >= 0 && place <= limit && Math.abs(exact - Math.round(exact)) < TOLERANCE)
        return [place, Math.round(exact)];
    }
  }
  return [0, 0];
}

/**
 * @param downsample of the level, as OpenSlide has it
 * @returns windows in pixels of the level, with `left` and `top` in those of level 0
 */
export function windowsOf({ width, height }, downsample) {
  const isWhole = width * height <= WHOLE;
  let state = width * 31 + height;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const [columns, rows] = [width, height].map((length) => Math.min(SIDE, Math.ceil(length / 2)));
  const corner = { x: width - columns, y: height - rows };
  const at = (column, row) => {
    const [x, left] = wholePlace(column, corner.x, downsample);
    const [y, top] = wholePlace(row, corner.y, downsample);
    return { x, y, left, top, width: columns, height: rows };
  };
  const windows = [
    ...(isWhole ? [{ x: 0, y: 0, left: 0, top: 0, width, height }] : []),
    at(0, 0),
    at(corner.x, corner.y),
    at(corner.x, 0),
    at(0, corner.y),
    ...Array.from({ length: isWhole ? FEW_WINDOWS : WINDOWS }, () => at(below(corner.x + 1), below(corner.y + 1))),
  ];
  return [...new Map(windows.map((window) => [JSON.stringify(window), window])).values()];
}
