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

type SlideSize = Pick<Slide, 'width' | 'height' | 'micronsPerPixel'> & Partial<Pick<Slide, 'levels'>>;

/** A level as close to the resolution wanted as this is taken as it is: its own pixels are sharper and quicker than resampled ones. */
const SAME_SCALE = 2e-3;

/**
 * @param scale magnification: at 2 the network sees the slide twice as large
 * @throws {FtuError} `bad-input` when the model has a resolution and the slide has none, or the two are so far apart
 * that nothing of the slide would be left
 * @example
 * workingGrid({ width: 1000, height: 800, micronsPerPixel: 0.5 }, card).downsample; // 4 for a model at 2 µm per pixel
 */
export function workingGrid(
  slide: SlideSize,
  card: Pick<ModelCard, 'micronsPerPixel'>,
  options: GridOptions = {},
  scale = 1,
): WorkingGrid {
  const slideResolution = options.micronsPerPixel ?? slide.micronsPerPixel;
  const downsample = (options.downsample ?? downsampleFor(card.micronsPerPixel, slideResolution)) / scale;
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

function downsampleFor(modelResolution: number | null, slideResolution: number | undefined): number {
  if (modelResolution === null) return 1;
  if (slideResolution === undefined) {
    throw new FtuError(
      'bad-input',
      `the model works at ${modelResolution} µm per pixel, but the slide does not say its resolution`,
      { hint: 'give it in column "mpp" of the slide table or with --microns-per-pixel' },
    );
  }
  return modelResolution / slideResolution;
}
