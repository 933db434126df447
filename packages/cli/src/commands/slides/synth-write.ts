/** What `ftu synth` writes: Kaggle's folder, a folder of small slides, or one slide of any size. */
import { counted } from '@ftuseg/core';
import {
  type StainChoice,
  writeHubmapFolder,
  writeStarterSlides,
  writeSyntheticSlide,
  writeSyntheticSlides,
} from '@ftuseg/synth';
import type { CommandContext } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';

/** Sides that a picture in a folder may have, pixels: it is drawn in memory. */
const MAX_PICTURE_SIDE = 20_000;

export interface SynthOptions {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly micronsPerPixel: number;
  readonly seed: number;
  readonly stain: StainChoice | undefined;
  readonly casts: number;
  readonly scars: number;
  readonly variants: number;
  readonly cores: boolean;
  readonly medulla: number | undefined;
  readonly sclerotic: number;
  readonly pen: number;
  readonly folds: number;
  readonly blur: number;
}

export async function writeHubmap(
  { out, seed, statedScale }: { readonly out: string; readonly seed: number; readonly statedScale: boolean },
  { signal, progress, print }: CommandContext,
): Promise<object> {
  const files = await writeHubmapFolder({
    out,
    seed,
    statedScale,
    signal,
    onProgress: (done, total) => progress(`synthesising ${done}/${total}`),
  });
  print(
    `the competition in ${files.competition}, external tiles in ${files.external}, further slides in ${files.extra}; truth of the test slides in ${files.truth}`,
  );
  return { files };
}

export async function writeStarter(out: string, { signal, progress, print }: CommandContext): Promise<object> {
  const onProgress = (done: number, total: number): void => progress(`synthesising ${done}/${total}`);
  const { table, slides } = await writeStarterSlides({ out, signal, onProgress });
  print(`${counted(slides.length, 'slide')} in ${table}`);
  return { table, slides };
}

export async function writeFolder(
  out: string,
  options: SynthOptions,
  { signal, progress, print }: CommandContext,
): Promise<object> {
  const { count, width, height, micronsPerPixel, seed, stain, ...features } = options;
  if (Math.max(width, height) > MAX_PICTURE_SIDE) {
    throw new UsageError(
      `slides of more than ${MAX_PICTURE_SIDE} pixels a side are written one by one: ftu synth ... big.tif`,
    );
  }
  const { table, slides } = await writeSyntheticSlides({
    out,
    count,
    width,
    height,
    micronsPerPixel,
    seed,
    stain,
    features,
    signal,
    onProgress: ({ done, total }) => progress(`synthesising ${done}/${total}`),
  });
  print(`${counted(count, 'slide')} in ${table}`);
  return { table, slides };
}

export async function writeOne(
  path: string,
  options: SynthOptions,
  { signal, progress, print }: CommandContext,
): Promise<object> {
  const { count: _, width, height, micronsPerPixel, seed, stain: asked, ...features } = options;
  const began = Date.now();
  const files = await writeSyntheticSlide({
    path,
    slideWidth: width,
    slideHeight: height,
    micronsPerPixel,
    seed,
    stain: asked,
    features,
    signal,
    onProgress: (rows) => {
      const left = Math.round(((Date.now() - began) / 1000) * (height / rows - 1));
      progress(`synthesising ${Math.floor((100 * rows) / height)} %, ${left} s to go`);
    },
  });
  const { glomeruli, sclerotic, stain, table, ...others } = files;
  print(
    `${width} x ${height} pixels with ${counted(glomeruli, 'glomerulus', 'glomeruli')}, ${sclerotic} of them sclerotic, in ${path}; truth in ${files.mask}, ${files.rle}, ${files.annotations}; slide table ${table}`,
  );
  return { table, glomeruli, sclerotic, stain, files: others };
}
