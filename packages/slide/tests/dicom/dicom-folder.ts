/** Folders of DICOM files for a test file, which go away with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import { afterAll } from 'vitest';
import { openSlide, type Slide } from '../../src/index.js';
import { samplePicture } from '../format-suite.js';
import { buildSlide, type SlideFile, tilesOf } from './slide-builder.mjs';

const made: string[] = [];

/** Call once in a test file. */
export const cleanUp = (): void => {
  afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));
};

/** @returns the folder */
export async function folderOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-dicom-'));
  made.push(folder);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

export const TILE = [16, 12] as const;

/** The picture of tests: 3 x 3 tiles that it does not fill. */
export const PICTURE = samplePicture(45, 31);

/** A file of the picture, or of another, without compression. */
export function slideFile(more: Partial<SlideFile> = {}, picture: Raster = PICTURE): Uint8Array {
  const { width, height } = picture;
  return buildSlide({ width, height, tile: TILE, frameData: tilesOf(picture, ...TILE), ...more });
}

/** Opens a folder or a file, hands it over and closes it. */
export async function withSlide<T>(path: string, work: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(path);
  try {
    return await work(slide);
  } finally {
    await slide.close();
  }
}

/** All pixels of level 0. */
export const wholeOf = ({ width, height, readRegion }: Slide): Promise<Raster> =>
  readRegion({ x: 0, y: 0, width, height, downsample: 1 });

/** The picture of one file. */
export const readOne = async (bytes: Uint8Array): Promise<Raster> =>
  withSlide(`${await folderOf({ 'a.dcm': bytes })}/a.dcm`, wholeOf);

/** What is said of a folder that cannot be opened or read. */
export async function problemOf(files: Readonly<Record<string, Uint8Array>>, name = ''): Promise<string> {
  const folder = await folderOf(files);
  const path = name === '' ? folder : join(folder, name);
  try {
    await withSlide(path, wholeOf);
  } catch (error) {
    return `${error instanceof Error && 'code' in error ? error.code : 'crash'}: ${String(
      error instanceof Error ? error.message : error,
    )
      .replaceAll(`${folder}/`, '')
      .replace(folder, 'FOLDER')}`;
  }
  return 'read';
}
