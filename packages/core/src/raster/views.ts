/**
 * The eight symmetries of the square, for test-time augmentation: tissue has no up, so a network should say the same about
 * every view, and the mean over views is steadier than any one of them.
 */
import { allocateLike } from './allocate.js';
import { type PixelData, type Raster, raster } from './raster.js';

/** How an image is turned before prediction; `rotate90` is counter-clockwise (NumPy's rot90). */
export type TestTimeView =
  | 'identity'
  | 'rotate90'
  | 'rotate180'
  | 'rotate270'
  | 'flipHorizontal'
  | 'flipVertical'
  | 'transpose'
  | 'antiTranspose';

export const viewsNone: readonly TestTimeView[] = ['identity'];

/** Identity, both flips and the transpose: what the reference pipeline averages. */
export const viewsReference: readonly TestTimeView[] = ['identity', 'flipHorizontal', 'flipVertical', 'transpose'];

/** All eight symmetries (the dihedral group D4). */
export const viewsD4: readonly TestTimeView[] = [
  'identity',
  'rotate90',
  'rotate180',
  'rotate270',
  'flipHorizontal',
  'flipVertical',
  'transpose',
  'antiTranspose',
];

/** Where the output's pixel (0, 0) comes from and how far one step in x or y moves in the input, in pixels. */
function strides(view: TestTimeView, width: number, height: number): { start: number; x: number; y: number } {
  const last = width * height - 1;
  switch (view) {
    case 'identity':
      return { start: 0, x: 1, y: width };
    case 'rotate90':
      return { start: width - 1, x: width, y: -1 };
    case 'rotate180':
      return { start: last, x: -1, y: -width };
    case 'rotate270':
      return { start: width * (height - 1), x: -width, y: 1 };
    case 'flipHorizontal':
      return { start: width - 1, x: -1, y: width };
    case 'flipVertical':
      return { start: width * (height - 1), x: 1, y: -width };
    case 'transpose':
      return { start: 0, x: width, y: 1 };
    case 'antiTranspose':
      return { start: last, x: -width, y: -1 };
  }
}

const swapsAxes = (view: TestTimeView): boolean =>
  view === 'rotate90' || view === 'rotate270' || view === 'transpose' || view === 'antiTranspose';

/**
 * A copy of the image seen in `view`; width and height swap for quarter turns and transposes.
 *
 * @example
 * const logits = invertView(await predict(applyView(tile, view)), view);
 */
export function applyView<D extends PixelData>(image: Raster<D>, view: TestTimeView): Raster<D> {
  const { channels } = image;
  const [width, height] = swapsAxes(view) ? [image.height, image.width] : [image.width, image.height];
  const out = raster(width, height, channels, allocateLike(image.data, image.data.length));
  const source: PixelData = image.data;
  const stored: PixelData = out.data;
  const step = strides(view, image.width, image.height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    let from = (step.start + y * step.y) * channels;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) stored[at++] = source[from + c] as number;
      from += step.x * channels;
    }
  }
  return out;
}

/** Undoes `applyView`: `invertView(applyView(image, view), view)` is the image again. */
export function invertView<D extends PixelData>(image: Raster<D>, view: TestTimeView): Raster<D> {
  const inverse = view === 'rotate90' ? 'rotate270' : view === 'rotate270' ? 'rotate90' : view;
  return applyView(image, inverse);
}
