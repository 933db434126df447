/** A class's map of probabilities, read window by window: a slide's map may be larger than memory. */
import { createColumnRunEncoder, type Rect, type RunMask, raster } from '@ftuseg/core';
import { openSlide } from '@ftuseg/slide';

export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  /** Map pixels per level-0 pixel of the slide. */
  readonly scale: { readonly x: number; readonly y: number };
  /**
   * @param downsample map pixels per pixel of the result, 1 or more
   * @returns octets, row by row, 255 for 1
   */
  readonly octets: (rect: Rect, downsample: number) => Promise<{ width: number; height: number; data: Uint8Array }>;
  readonly close: () => Promise<void>;
}

/** Pixels that are decoded at one time. */
const MAX_BAND_PIXELS = 1 << 22;

/**
 * @param size of the slide, level-0 pixels
 * @throws FtuError `not-found`, `io`; SlideError for a file that is no picture
 */
export async function openProbabilityMap(
  path: string,
  size: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): Promise<ProbabilityMap> {
  const picture = await openSlide(path);
  const octets: ProbabilityMap['octets'] = async (rect, downsample) => {
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

/** @returns label 1 where the probability is at least `low`, 0 to 1 */
export async function runsFrom(map: ProbabilityMap, low: number): Promise<RunMask> {
  const { width, height } = map;
  const encoder = createColumnRunEncoder(width, height);
  const columns = Math.max(1, Math.floor(MAX_BAND_PIXELS / height));
  for (let x = 0; x < width; x += columns) {
    const rect = { x, y: 0, width: Math.min(columns, width - x), height };
    const { data } = await map.octets(rect, 1);
    encoder.push(
      raster(
        rect.width,
        height,
        1,
        data.map((octet) => (octet >= low * 255 ? 1 : 0)),
      ),
    );
  }
  return encoder.finish();
}
