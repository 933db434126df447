/** The picture of a slide's true positives and false negatives as a file. */
import { join } from 'node:path';
import { makeFolder } from '@ftuseg/files';
import { type Slide, writeJpeg } from '@ftuseg/slide';
import { readAround } from '../tiles/read-window.js';
import { type ComparedClass, drawMatches } from './draw-matches.js';

const PICTURE_WIDTH = 1600;
/** From 90 on colours keep the full resolution, which thin outlines need. */
const PICTURE_QUALITY = 90;

/**
 * Writes `<folder>/<id>.jpg`, at most 1600 pixels wide; see `drawMatches`.
 * @throws {FtuError} `io`, `cancelled`, or what the slide throws
 */
export async function writePicture(
  folder: string,
  id: string,
  slide: Slide,
  classes: readonly ComparedClass[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const width = Math.min(slide.width, PICTURE_WIDTH);
  const size = { width, height: Math.max(1, Math.round((slide.height * width) / slide.width)) };
  const image = await readAround(slide, size, { x: 0, y: 0, ...size }, signal, () => undefined);
  await makeFolder(folder);
  await writeJpeg(join(folder, `${id}.jpg`), drawMatches(image, classes), PICTURE_QUALITY);
}
