/** The objects of a slide as annotations for QuPath, in a file. */
import { createGeoJsonWriter } from '@ftuseg/slide';
import { type OutlinesToWrite, outlineFeatures, type QuPathCorner } from './outline-features.js';

/** @throws {FtuError} `io` */
export async function writeOutlines(
  path: string,
  outlines: OutlinesToWrite,
  corner: QuPathCorner | undefined,
): Promise<void> {
  const writer = await createGeoJsonWriter(path, corner && [corner.pixels.x, corner.pixels.y]);
  try {
    for (const feature of outlineFeatures(outlines, corner)) await writer.write(feature);
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
