/** The picture of a slide by itself, for slides whose labels come from somewhere else, or from nowhere. */
import { writeNpyHeader } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import type { Slide } from '@ftuseg/slide';
import { bilinearBands } from './bilinear-bands.js';
import { imageBands, type WorkingSize } from './image-bands.js';
import type { SetOptions } from './prepare-set.js';

/** Writes `<path>` (uint8, H x W x 3, RGB) band by band. */
export async function writeImage(
  path: string,
  slide: Slide,
  size: WorkingSize,
  { resize, signal }: Pick<SetOptions, 'resize' | 'signal'>,
): Promise<void> {
  const bands = resize === 'bilinear' && size.downsample !== 1 ? bilinearBands : imageBands;
  await writeAtomically(path, async (image) => {
    await image.writeFile(writeNpyHeader({ shape: [size.height, size.width, 3], dtype: 'uint8' }));
    for await (const { picture } of bands(slide, size, signal)) await image.writeFile(picture.data);
  });
}
