/** WebP streams by libwebp in WebAssembly: the browser's own decoder gives pixels only through a canvas, which may change them. */
import { lazyLibrary } from '../library.js';

const library = lazyLibrary(() => import('../../../wasm/libwebp.js'));

/**
 * @returns width x height x 4: RGB and opacity, not premultiplied
 * @throws {Error} for damaged data, and for another size than the header's
 */
export async function decodeLibwebp(
  stream: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8ClampedArray> {
  return library.use(({ decode }) => {
    const picture = decode(stream);
    if (picture === null) throw new Error('libwebp cannot decode it');
    if (picture.width === width && picture.height === height) return picture.data;
    throw new Error(`it has ${picture.width} x ${picture.height} pixels, not ${width} x ${height}`);
  });
}
