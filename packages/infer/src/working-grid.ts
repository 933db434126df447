/**
 * The pixel grid that a network sees. A network learns glomeruli of a certain size in pixels, so a slide is brought to
 * the resolution of the model card first; guessing a resolution would give wrong masks without any sign of it.
 */
import { FtuError } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import type { Slide } from '@ftuseg/slide';

export interface WorkingGrid {
  /** Working pixels; the slide's extent divided by `downsample`, rounded. */
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per working pixel; below 1 when the slide is coarser than the model. */
  readonly downsample: number;
  /** Of the working grid; undefined where neither model nor slide says. */
  readonly micronsPerPixel: number | undefined;
}

export interface GridOptions {
  /** Micrometres per level-0 pixel; overrides what the slide says. */
  readonly micronsPerPixel?: number | undefined;
  /** Overrides the resolutions. */
  readonly downsample?: number | undefined;
}

/** What a model card says of scale. */
export type ModelScale = Pick<ModelCard, 'micronsPerPixel' | 'downsample' | 'slideMicronsPerPixel'>;

type SlideSize = Pick<Slide, 'width' | 'height' | 'micronsPerPixel'> & Partial<Pick<Slide, 'levels'>>;

/** A level as close to the resolution wanted as this is taken as it is: its own pixels are sharper and quicker than resampled ones. */
const SAME_SCALE = 2e-3;

/**
 * @param scale magnification: at 2 the network sees the slide twice as large
 * @throws {FtuError} `bad-input` when the model does not say its scale; when it has a resolution and the slide has none; when it was trained
 * by a factor on slides of another scale than this one; or when nothing of the slide would be left
 * @example
 * workingGrid({ width: 1000, height: 800, micronsPerPixel: 0.5 }, card).downsample; // 4 for a model at 2 µm per pixel
 */
export function workingGrid(slide: SlideSize, card: ModelScale, options: GridOptions = {}, scale = 1): WorkingGrid {
  const slideResolution = options.micronsPerPixel ?? slide.micronsPerPixel;
  const downsample = (options.downsample ?? downsampleFor(card, slideResolution)) / scale;
  const level = slide.levels?.find((one) => Math.abs(one.downsample / downsample - 1) < SAME_SCALE);
  const { width, height } = level ?? {
    width: Math.round(slide.width / downsample),
    height: Math.round(slide.height / downsample),
  };
  if (width < 1 || height < 1) {
    throw new FtuError(
      'bad-input',
      `${slide.width} x ${slide.height} pixels shrunk ${downsample.toPrecision(3)} times leave nothing to segment`,
      { hint: "check the slide's micrometres per pixel" },
    );
  }
  const micronsPerPixel = slideResolution === undefined ? undefined : slideResolution * downsample;
  return { width, height, downsample, micronsPerPixel };
}

/** Slides whose scale differs by more than this factor from all that a model was trained on are not shrunk by its factor unasked. */
const SCALE_TOLERANCE = 1.25;

function downsampleFor(card: ModelScale, slideResolution: number | undefined): number {
  const fail = (problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { hint });
  };
  const { micronsPerPixel, downsample, slideMicronsPerPixel } = card;
  if (micronsPerPixel !== null) {
    if (slideResolution !== undefined) return micronsPerPixel / slideResolution;
    return fail(
      `the model works at ${micronsPerPixel} µm per pixel, but the slide does not say its resolution`,
      'give it in column "mpp" of the slide table or with --microns-per-pixel',
    );
  }
  if (downsample === undefined || downsample === null) {
    return fail(
      'the model does not say at what scale it was trained',
      'say it with --downsample: level-0 pixels per pixel that the network sees, 1 for the slide as it is',
    );
  }
  const [lowest, highest] = slideMicronsPerPixel ?? [];
  if (lowest === undefined || highest === undefined || slideResolution === undefined) return downsample;
  const nearest = Math.min(Math.max(slideResolution, lowest), highest);
  const apart = Math.max(slideResolution / nearest, nearest / slideResolution);
  if (apart <= SCALE_TOLERANCE) return downsample;
  const trained = lowest === highest ? `${lowest}` : `${lowest} to ${highest}`;
  const same = Number(((downsample * nearest) / slideResolution).toPrecision(3));
  return fail(
    `the model was trained by a factor of ${downsample} on slides of ${trained} µm per pixel, and this slide has ${slideResolution}`,
    `say which factor: --downsample ${same} shows the network the size of pixel that it knows, --downsample ${downsample} keeps its factor`,
  );
}
