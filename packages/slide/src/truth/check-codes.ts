/**
 * Whether run-length codes fit their slides, told from the slides' headers: before hours of preparation depend on it, and before a mask
 * that was coded the other way round, or at another size, teaches noise.
 */
import { rleRuns } from '@ftuseg/core';
import { type ClassMap, classTable } from '../classes/classes.js';
import { openSlide } from '../open-slide.node.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from '../table/slide-row.js';
import { otherStride } from './code-stride.js';
import { truthSource } from './source.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Refuses a code whose foreground belongs to no class for certain: it has one kind, and the map has several classes, or takes its label 1 for none.
 *
 * @param code without anything in it, it says the same to every map
 * @throws SlideError `bad-input`
 */
export function refuseForClasses(code: string, classes: ClassMap, subject: string): void {
  const { names } = classes;
  if (code.trim() === '') return;
  if (names.length > 1) {
    throw new SlideError(
      'bad-input',
      `it has one kind of object, and the class map has ${names.length} classes: ${names.join(', ')}`,
      {
        subject,
        hint: 'give --classes of one class, such as --classes glomerulus, or label images or drawn objects, which say which is which',
      },
    );
  }
  if (classTable(classes, subject).member[1] === 1) return;
  throw new SlideError('bad-input', `its objects have the label 1, which is not ${names.join()} by the class map`, {
    subject,
    hint: `leave the label values out, as in --classes ${names.join()}, or give ${names.join()}=1`,
  });
}

/** What a code is called in errors. */
export const codeSubject = ({ id, image }: Pick<SlideRow, 'id' | 'image'>): string =>
  `run-length code of slide ${id} (${image})`;

/**
 * Refuses a code that was written for a picture of another height, as one of the transposed slide or of a smaller level is: no run leaves the slide, but its
 * objects hold together only at that height. Codes that are too little to tell pass.
 *
 * @param runs begin and length of each, as `rleRuns` gives them
 * @throws SlideError `bad-input` that names the height
 * @example
 * refuseOtherHeight(rleRuns(code, 600, 500), { width: 600, height: 500 }, 'train.csv, slide a');
 */
export function refuseOtherHeight(runs: Float64Array, size: Size, subject: string): void {
  const { width, height } = size;
  const stride = otherStride(runs, size);
  if (stride === undefined) return;
  if (stride === width) {
    throw new SlideError(
      'bad-input',
      `its objects hold together in a picture of ${height} x ${width}, and the slide is ${width} x ${height}`,
      {
        subject,
        hint: 'width and height were exchanged when the mask was coded: runs go down the columns; or give the mask as a picture',
      },
    );
  }
  throw new SlideError(
    'bad-input',
    `its objects hold together in a picture that is ${stride} pixels high, and the slide is ${width} x ${height}`,
    { subject, hint: 'code the mask at the size of the slide, or give it as a picture of that size' },
  );
}

/**
 * Checks the run-length codes of a table, slide by slide; rows with a mask or polygons are passed over.
 *
 * @throws SlideError `bad-input` that names the slide, for a row with two sources of truth, for a code that is malformed, leaves its slide or fits only a picture of another height;
 * as `openSlide` for a slide with a code that cannot be opened
 * @example
 * await checkCodes(await readSlideTable('hubmap'));
 */
export async function checkCodes(rows: readonly SlideRow[]): Promise<void> {
  for (const row of rows) {
    const source = truthSource(row);
    if (source?.kind !== 'rle') continue;
    const slide = await openSlide(row.image);
    try {
      const subject = codeSubject(row);
      refuseOtherHeight(rleRuns(source.code, slide.width, slide.height, { subject }), slide, subject);
    } finally {
      await slide.close();
    }
  }
}
