/** A slide's corrected objects as QuPath reads them: classes in their colours, ids kept, what was decided as metadata. */
import { type CoordinateOrigin, collectionText } from '@ftuseg/slide/browser';
import type { EditState } from '../../../edits/edit-state.js';
import type { SlideObject } from '../../../protocol/objects.js';
import type { StudioClass } from '../../../protocol/slides.js';

/** Of classes that the session does not know. */
const OTHER_COLOUR = [255, 255, 0] as const;

/**
 * @param origin of `qupathOrigin`
 * @returns a FeatureCollection's text, piece by piece
 */
export function correctedFeatures(
  objects: AsyncIterable<SlideObject>,
  { decisions }: Pick<EditState, 'decisions'>,
  classes: readonly StudioClass[],
  origin: CoordinateOrigin | undefined,
): AsyncGenerator<string> {
  const colours = new Map(classes.map(({ name, colour }) => [name, colour]));
  const features = async function* () {
    for await (const { id, class: name, polygons } of objects) {
      const decision = decisions.get(id);
      yield {
        id,
        name,
        polygons: polygons.map((rings) => ({ rings: rings.map((ring) => Float64Array.from(ring)) })),
        colour: colours.get(name) ?? OTHER_COLOUR,
        metadata: decision === undefined ? undefined : { Review: decision },
      };
    }
  };
  return collectionText(features(), origin);
}
