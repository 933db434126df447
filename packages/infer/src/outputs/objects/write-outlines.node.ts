/** The objects of a slide as annotations for QuPath, in a file. */
import { createGeoJsonWriter } from '@ftuseg/slide';
import { type OutlinesToWrite, outlineFeatures } from './outline-features.js';

/** @throws {FtuError} `io` */
export async function writeOutlines(path: string, outlines: OutlinesToWrite): Promise<void> {
  const writer = await createGeoJsonWriter(path);
  try {
    for (const feature of outlineFeatures(outlines)) await writer.write(feature);
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
