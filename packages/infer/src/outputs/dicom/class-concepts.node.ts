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
  const concepts = names.map(conceptsOf);
  const codeOf = ({ type, modifier }: ClassConcepts): string => `${type.value} ${modifier?.value}`;
  const isShared = (one: ClassConcepts): boolean =>
    concepts.filter((other) => codeOf(other) === codeOf(one)).length > 1;
  return names.map((name, c) => {
    const own = concepts[c] ?? ownConcepts(name);
    return {
      name,
      // Readers tell classes by their codes: of two with one code they would make one.
      ...(isShared(own) ? ownConcepts(name) : own),
      colour: classColours[c % classColours.length] ?? [0, 0, 0],
    };
  });
}

type ClassConcepts = Pick<ResultClass, 'category' | 'type' | 'modifier'>;

const ownConcepts = (name: string): ClassConcepts => ({
  category: ANATOMICAL,
  type: concept(name, OWN_SCHEME, name),
  modifier: undefined,
});

function conceptsOf(name: string): ClassConcepts {
  if (isSclerotic(name)) return { category: ABNORMAL, type: GLOMERULUS, modifier: SCLEROTIC };
  const isNormal = /^(normal|healthy)\b|\b(normal|healthy) glomerul|non.?sclero/i.test(name);
  if (isNormal) return { category: ANATOMICAL, type: GLOMERULUS, modifier: NORMAL };
  if (/glomerul/i.test(name)) return { category: ANATOMICAL, type: GLOMERULUS, modifier: undefined };
  return ownConcepts(name);
}
