/** Classes of a session: those of its predictions and models, and those that people may draw, each in the colour that QuPath gives it. */
import { classColours } from '@ftuseg/infer';
import { COMPLETE_AREA, IGNORED_AREA } from '../protocol/objects.js';
import type { StudioClass } from '../protocol/slides.js';

/** Where nothing says what is drawn. */
const USUAL_CLASS = 'glomerulus';

const AREAS: readonly StudioClass[] = [
  { name: COMPLETE_AREA, colour: [150, 150, 150] },
  { name: IGNORED_AREA, colour: [90, 90, 90] },
];

/** @param names of all predictions, in their order */
export function studioClasses(names: readonly string[]): readonly StudioClass[] {
  const found = [...new Set(names)].filter((name) => !AREAS.some((area) => area.name === name));
  const classes = (found.length === 0 ? [USUAL_CLASS] : found).map(
    (name, c): StudioClass => ({ name, colour: classColours[c % classColours.length] ?? [0, 0, 0] }),
  );
  return [...classes, ...AREAS];
}
