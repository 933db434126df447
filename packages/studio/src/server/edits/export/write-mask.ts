/** A slide's corrected objects as a label image of level 0, as `ftu predict` writes masks: 0 and 255 for one class, label values for several. */
import { type LabelledRings, runsOfPolygons } from '@ftuseg/core';
import { maskValues, writeMaskPyramid } from '@ftuseg/slide';
import type { SlideDocument, StudioContext, StudioSlide } from '../../context.js';
import { scaleInStudio } from '../../measures/slide-facts.js';

/**
 * @param classes whose objects are painted, in the order of their labels; areas and other classes are not
 * @throws FtuError `io`, `cancelled`; what the slide throws if it cannot be opened
 */
export async function writeMask(
  path: string,
  slide: StudioSlide,
  document: SlideDocument,
  classes: readonly string[],
  context: Pick<StudioContext, 'signal' | 'predictions'>,
): Promise<void> {
  const polygons: LabelledRings[] = [];
  for await (const object of document.objects()) {
    const label = classes.indexOf(object.class) + 1;
    if (label === 0) continue;
    for (const rings of object.polygons) {
      polygons.push({ label, rings: rings.map((ring) => Float64Array.from(ring)) });
    }
  }
  const { width, height } = await slide.use(async (open) => ({ width: open.width, height: open.height }));
  const micronsPerPixel = await scaleInStudio(context, slide);
  const mask = runsOfPolygons(polygons, width, height);
  await writeMaskPyramid(path, mask, { valueFor: maskValues(classes), micronsPerPixel, signal: context.signal });
}
