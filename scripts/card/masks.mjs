/** Label images of two predictions, compared pixel by pixel. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readLabelImage } from '@ftuseg/slide';

/**
 * Counts the pixels whose labels differ, and those that have a label in either folder.
 * @param found folder with label images
 * @param wanted folder with images of the same names and sizes
 * @throws Error where they have not
 */
export async function countDifferences(found, wanted) {
  const names = readdirSync(wanted);
  if (readdirSync(found).join() !== names.join()) throw new Error('the two predictions have masks of other slides');
  let [different, labelled] = [0, 0];
  for (const name of names) {
    const [a, b] = [await readLabelImage(join(found, name)), await readLabelImage(join(wanted, name))];
    if (a.width !== b.width || a.height !== b.height)
      throw new Error(`${name} has another size in the two predictions`);
    for (let i = 0; i < a.data.length; i++) {
      if (a.data[i] !== b.data[i]) different++;
      if (a.data[i] !== 0 || b.data[i] !== 0) labelled++;
    }
  }
  return { different, labelled };
}
