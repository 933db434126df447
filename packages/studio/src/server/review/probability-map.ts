/** A class's map of probabilities out of its TIFF. */
import { openSlide } from '@ftuseg/slide';
import type { ProbabilityMap } from '../../review/measuring/measure-map.js';

export interface OpenMap extends ProbabilityMap {
  readonly close: () => Promise<void>;
}

/**
 * @param size of the slide, level-0 pixels
 * @throws FtuError `not-found`, `io`; SlideError for a file that is no picture
 */
export async function openProbabilityMap(
  path: string,
  size: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): Promise<OpenMap> {
  const picture = await openSlide(path);
  const octets: OpenMap['octets'] = async (rect, downsample) => {
    const { width, height, channels, data } = await picture.readRegion({ ...rect, downsample }, { signal });
    // A grey picture comes with equal channels.
    const grey = new Uint8Array(width * height);
    for (let i = 0; i < grey.length; i++) grey[i] = data[i * channels] ?? 0;
    return { width, height, data: grey };
  };
  return {
    width: picture.width,
    height: picture.height,
    scale: { x: picture.width / size.width, y: picture.height / size.height },
    octets,
    close: () => picture.close(),
  };
}
