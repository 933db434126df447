/** The work that slides make whoever needs them: reading, labels, writing what was found, scoring. */
import type { OutputName } from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import type { SurveyedSlide } from './survey.js';
import type { Work } from './work.js';

const megapixels = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  (width * height) / 1e6;

/** Reading at a smaller size costs by how much smaller it is, in powers of two. */
const nearestPower = (downsample: number): number => 2 ** Math.round(Math.log2(Math.max(downsample, 1)));

/** Of a slide read once, at the size of `working`. */
export function readingWork(
  slide: SurveyedSlide,
  working: { readonly width: number; readonly height: number },
  measured: number | undefined,
): Work {
  const downsample = nearestPower(slide.width / working.width);
  return {
    unit: 'read megapixel',
    facts: { format: slide.format, downsample },
    count: megapixels(working),
    measured,
    // Whatever is shrunk has to be decoded at level 0, in files without a pyramid.
    typical: 0.02 * downsample ** 2,
  };
}

function truthKind({ mask, rle, annotations }: SlideRow): string {
  if (mask !== undefined) return 'mask';
  if (rle !== undefined) return 'run lengths';
  return annotations === undefined ? 'none' : 'annotations';
}

/** Labels of a slide brought to the working resolution, and rasters written. */
export function labellingWork(slide: SurveyedSlide): Work[] {
  return [
    { unit: 'labelled megapixel', facts: { truth: truthKind(slide.row) }, count: megapixels(slide), typical: 0.02 },
    { unit: 'prepared slide', facts: {}, count: 1, typical: 0.02 },
  ];
}

/** From probabilities to the files of a slide. */
export function finishingWork(slide: SurveyedSlide, outputs: readonly OutputName[]): Work[] {
  const facts = { outputs: [...outputs].sort().join(' ') };
  return [
    { unit: 'finished megapixel', facts, count: megapixels(slide), typical: 0.005 + 0.02 * outputs.length },
    { unit: 'finished slide', facts, count: 1, typical: 0.03 + 0.03 * outputs.length },
  ];
}

/** Scores of a slide, with or without its picture. */
export function scoringWork(slide: SurveyedSlide, pictures: boolean): Work[] {
  const facts = { truth: truthKind(slide.row), pictures };
  return [
    { unit: 'scored megapixel', facts, count: megapixels(slide), typical: 0.02 },
    { unit: 'scored slide', facts, count: 1, typical: pictures ? 0.1 : 0.02 },
  ];
}
