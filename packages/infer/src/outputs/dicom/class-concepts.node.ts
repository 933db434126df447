/** What the classes of a model are in DICOM's coded words. */
import { concept, OWN_SCHEME, type ResultClass } from '@ftuseg/slide';
import { isSclerotic } from '../glomerulus-classes.js';
import { classColours } from '../overlay.js';

const ANATOMICAL = concept('91723000', 'SCT', 'Anatomical Structure');
const ABNORMAL = concept('49755003', 'SCT', 'Morphologically Abnormal Structure');
const GLOMERULUS = concept('UBERON:0000074', 'UBERON', 'renal glomerulus');
const SCLEROTIC = concept('sclerotic', OWN_SCHEME, 'Sclerotic');
const NORMAL = concept('17621005', 'SCT', 'Normal');

/**
 * Glomeruli, also those that a model calls only normal or sclerotic, have the code of the Uberon ontology. Of a name that is none of these the code is
 * the name itself, in a scheme of our own: a wrong public code would be worse than none.
 * @param names of the classes, in the order of labels
 */
export function resultClasses(names: readonly string[]): ResultClass[] {
  return names.map((name, c) => ({
    name,
    ...conceptsOf(name),
    colour: classColours[c % classColours.length] ?? [0, 0, 0],
  }));
}

function conceptsOf(name: string): Pick<ResultClass, 'category' | 'type' | 'modifier'> {
  if (isSclerotic(name)) return { category: ABNORMAL, type: GLOMERULUS, modifier: SCLEROTIC };
  const isNormal = /^(normal|healthy)\b|\b(normal|healthy) glomerul|non.?sclero/i.test(name);
  if (isNormal) return { category: ANATOMICAL, type: GLOMERULUS, modifier: NORMAL };
  if (/glomerul/i.test(name)) return { category: ANATOMICAL, type: GLOMERULUS, modifier: undefined };
  return { category: ANATOMICAL, type: concept(name, OWN_SCHEME, name), modifier: undefined };
}
