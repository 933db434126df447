/** The DICOM slide that results belong to, looked at before the first tile: hours of work are not to end in a refusal. */
import { createRequire } from 'node:module';
import { FtuError, pixelSize } from '@ftuseg/core';
import { type DicomSource, type ResultAlgorithm, type ResultSeries, readDicomSource, type Slide } from '@ftuseg/slide';
import { z } from 'zod';
import type { SlidePlan } from '../../plan/plan.js';
import { dicomOutputs, type OutputName } from '../output-names.js';
import { resultClasses } from './class-concepts.node.js';

const manifest = z.object({ version: z.string() }).parse(createRequire(import.meta.url)('../../../package.json'));

/** How far the scale of a prediction may be from the slide's PixelSpacing: the rounding of decimals. */
const MAX_DRIFT = 0.001;

/**
 * @param image where the slide was opened from
 * @returns undefined where no output is DICOM
 * @throws {FtuError} `unsupported` for a slide that is no DICOM, `bad-input` for one whose PixelSpacing is not the scale of the prediction; what
 * `readDicomSource` throws
 */
export async function resultSeries(
  slide: Slide,
  image: string,
  plan: SlidePlan,
  outputs: readonly OutputName[],
): Promise<ResultSeries | undefined> {
  const output = dicomOutputs.find((name) => outputs.includes(name));
  if (output === undefined) return undefined;
  if (slide.info.format !== 'DICOM') {
    const problem = `${output} belongs to a DICOM slide, and this is ${slide.info.format}`;
    const hint = 'convert it first (`ftu convert SLIDE FOLDER --format dicom`), and predict the folder';
    throw new FtuError('unsupported', problem, { subject: image, hint });
  }
  const source = await readDicomSource(image);
  checkScale(source, plan, image);
  return { source, classes: resultClasses(plan.classes), algorithm: algorithmOf(modelsOf(plan)) };
}

/** @throws {FtuError} `bad-input` */
function checkScale({ place }: DicomSource, { slide, scale }: SlidePlan, image: string): void {
  const fail = (problem: string, hint: string): FtuError =>
    new FtuError('bad-input', problem, { subject: image, hint });
  if (place.width !== slide.width || place.height !== slide.height) {
    const sizes = `${slide.width} x ${slide.height} pixels, its largest level has ${place.width} x ${place.height}`;
    throw fail(`what was read of the slide is ${sizes}`, 'give the folder of the whole series');
  }
  const stated = { x: 1000 * place.spacing.x, y: 1000 * place.spacing.y };
  const used = scale === undefined ? stated : pixelSize(scale);
  const drift = Math.max(Math.abs(used.x / stated.x - 1), Math.abs(used.y / stated.y - 1));
  if (drift <= MAX_DRIFT) return;
  const [asked, said] = [used, stated].map(({ x, y }) => `${Number(x.toPrecision(6))} x ${Number(y.toPrecision(6))}`);
  throw fail(
    `the prediction takes its pixels for ${asked} micrometres, its PixelSpacing says ${said}`,
    'mend the slide (`ftu convert --format dicom --microns-per-pixel`), or leave the scale to it',
  );
}

export interface UsedModel {
  /** Of its card. */
  readonly title: string;
  /** Of its file. */
  readonly name: string;
  readonly sha256?: string | undefined;
  /** Of the prediction: all shares add up to 1. */
  readonly share: number;
}

/** Names and digests of the models, each once. */
function modelsOf({ members }: SlidePlan): UsedModel[] {
  return [...new Set(members.map(({ model }) => model))].map((one) => {
    const { name, sha256 } = one.source;
    const share = members.filter(({ model }) => model === one).reduce((sum, member) => sum + member.share, 0);
    return { title: one.card.name, name, sha256, share };
  });
}

export const algorithmOf = (models: readonly UsedModel[]): ResultAlgorithm => ({
  name: models.map(({ title }) => title).join(' + '),
  version: manifest.version,
  parameters: models
    .map(({ title, name, sha256, share }) => {
      const weight = models.length === 1 ? '' : ` weight ${Number(share.toPrecision(4))}`;
      return `${title} (${sha256 === undefined ? name : `SHA-256 ${sha256}`})${weight}`;
    })
    .join('; '),
});
