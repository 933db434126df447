/** Which labels of a predicted label image belong to which class: such an image names none. */
import { FtuError } from '@ftuseg/core';
import { type ClassMap, showClasses } from '@ftuseg/slide';

export interface LabelReading {
  belongs(label: number, c: number): boolean;
  /** What does not go without saying. */
  readonly note?: string;
}

type Belongs = LabelReading['belongs'];

/** Labels that the map names, and that are no class. */
const besideValues = ({ areas = {} }: ClassMap): number[] => Object.values(areas).flatMap(({ values }) => [...values]);

const everything: Belongs = () => true;
const byOrder: Belongs = (label, c) => label === c + 1;

/** Every label is foreground of a single class, unless there are labels of the class beside others that the map says are none. */
function readSingle(present: readonly number[], classes: ClassMap, byValues: Belongs, subject: string): LabelReading {
  const own = present.filter((label) => byValues(label, 0));
  const beside = besideValues(classes);
  const others = present.filter((label) => beside.includes(label));
  if (own.length > 0 && others.length > 0 && own.length + others.length === present.length) {
    return { belongs: byValues, note: `label images of predictions are read by --classes ${showClasses(classes)}` };
  }
  const background = classes.areas?.background?.values ?? [];
  if (present.length > 0 && present.every((label) => background.includes(label))) {
    throw new FtuError(
      'bad-input',
      `label ${present.join(', ')} may be foreground, or background as in --classes ${showClasses(classes)}`,
      { subject, hint: 'write foreground as 255, or predictions as GeoJSON, which names classes' },
    );
  }
  return { belongs: everything };
}

/**
 * By the values of the class map where those are the labels of the image, else label k is class k - 1, as `ftu predict` writes them.
 *
 * @param present labels that occur, without 0
 * @param subject the image, for errors
 * @throws {FtuError} `bad-input` for labels that are of no class, and those that values and order give to different ones
 */
export function readingOf(present: readonly number[], classes: ClassMap, subject: string): LabelReading {
  const { names, values } = classes;
  const byValues: Belongs = (label, c) => values?.[c]?.includes(label) ?? false;
  if (names.length === 1) return readSingle(present, classes, byValues, subject);
  const known = [...(values?.flat() ?? []), ...besideValues(classes)];
  const hasValues =
    values?.every((some) => some.length > 0) === true && present.every((label) => known.includes(label));
  const beyond = present.find((label) => label > names.length);
  if (beyond !== undefined) {
    if (hasValues) return { belongs: byValues };
    throw new FtuError('bad-input', `label ${beyond} is beyond the ${names.length} classes`, {
      subject,
      hint: 'give --classes as they were in training',
    });
  }
  if (present.length > 0 && !hasValues) {
    const order = names.map((name, c) => `${c + 1} ${name}`).join(', ');
    return {
      belongs: byOrder,
      note: `label images of predictions name no classes; labels are taken in the order of --classes: ${order}`,
    };
  }
  const doubtful = present.find((label) => names.some((_, c) => byValues(label, c) !== byOrder(label, c)));
  if (doubtful === undefined) return { belongs: byOrder };
  throw new FtuError(
    'bad-input',
    `label ${doubtful} is ${names[doubtful - 1]} by the order of --classes, and another by its values (${showClasses(classes)})`,
    {
      subject,
      hint: 'list the classes in the order of their labels, or give predictions that name them: the whole folder of ftu predict, or GeoJSON',
    },
  );
}
