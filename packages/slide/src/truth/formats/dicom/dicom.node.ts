/** Outlines in DICOM: Microscopy Bulk Simple Annotations, and structured reports whose measurement groups have regions (TID 1500). */

import {
  BELONGING,
  checkBelongs,
  isDicomStart,
  slideOfResult,
} from '../../../dicom-results/reading/result-of-slide.node.js';
import { ANNOTATIONS, REPORTS, SEGMENTATIONS } from '../../../dicom-results/sop-classes.js';
import { textOf } from '../../../formats/dicom/structure/data-set.js';
import { readAttributes } from '../../../formats/dicom/structure/read-file.js';
import { Tag } from '../../../formats/dicom/structure/tags.js';
import { SlideError } from '../../../slide-error.js';
import { openFileSource } from '../../../source/file-source.node.js';
import type { AnnotationFormat } from '../format.js';
import { annotationShapes } from './annotation-groups.js';
import { reportShapes } from './report-outlines.js';

function refuse(uid: string | undefined, path: string): SlideError {
  const isMask = uid !== undefined && SEGMENTATIONS.includes(uid);
  const problem = isMask
    ? 'this is a DICOM segmentation, no drawn objects'
    : `this is DICOM of another kind (${uid ?? 'unknown'}), no annotations`;
  const hint = isMask ? 'give it in the column "mask"' : 'give bulk annotations or a report with regions (TID 1500)';
  return new SlideError('unsupported', problem, { subject: path, hint });
}

export const dicom: AnnotationFormat = {
  name: 'DICOM',
  closed: false,
  namesPicture: true,
  recognises: ({ bytes }) => isDicomStart(bytes),
  async *read(path, { image }) {
    const file = await openFileSource(path);
    try {
      const set = await readAttributes(file, BELONGING);
      const kind = textOf(set, Tag.SopClassUid);
      if (kind !== ANNOTATIONS && !(kind !== undefined && REPORTS.includes(kind))) throw refuse(kind, path);
      const slide = await slideOfResult(image, path);
      checkBelongs(set, slide, path);
      yield* kind === ANNOTATIONS ? annotationShapes(file, slide) : reportShapes(file, slide);
    } finally {
      await file.close();
    }
  },
};
