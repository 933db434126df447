/**
 * The pixel grid that a network sees. A network learns glomeruli of a certain size in pixels, so a slide is brought to
 * the resolution of the model card first, each axis by itself; guessing a resolution would give wrong masks without any sign of it.
 */
import {
  describeScale,
  FtuError,
  isSquare,
  leavesNothing,
  MAX_ENLARGED,
  meanMicrons,
  pixelSize,
  requirePlausible,
  type Scale,
  scaleOfSides,
} from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import type { Slide } from '@ftuseg/slide';

export interface WorkingGrid {
  /** Working pixels; the slide's extent divided by `downsample`, rounded. */
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per working pixel; below 1 when the slide is coarser than the model. The geometric mean of both axes where they differ. */
  readonly downsample: number;
  /** Of the working grid; undefined where neither model nor slide says. */
  readonly micronsPerPixel: number | undefined;
  /** As `micronsPerPixel`, with both sides where the working pixels are not square. */
  readonly scale: Scale | undefined;
}

export interface GridOptions {
  /** Micrometres per level-0 pixel; overrides what the slide says. */
  readonly micronsPerPixel?: Scale | undefined;
  /** Overrides the resolutions. */
  readonly downsample?: number | undefined;
}

/** What a model card says of scale. */
export type ModelScale = Pick<ModelCard, 'micronsPerPixel' | 'downsample' | 'slideMicronsPerPixel'>;

export type SlideSize = Pick<Slide, 'width' | 'height' | 'micronsPerPixel'> &
  Partial<Pick<Slide, 'levels' | 'pixelSize' | 'bounds'>>;

/** A level as close to the resolution wanted as this is taken as it is: its own pixels are sharper and quicker than resampled ones. */
const SAME_SCALE = 2e-3;

const SCALE_HINT = 'give the right one in column "mpp" of the slide table or with --microns-per-pixel';

/** What the slide or, before it, somebody else says of its scale. */
export const knownScale = (slide: SlideSize, given: Scale | undefined): Scale | undefined =>
  given ?? slide.pixelSize ?? slide.micronsPerPixel;

/**
 * @param scale magnification: at 2 the network sees the slide twice as large
 * @throws {FtuError} `bad-input` when the model does not say its scale; when it has a resolution and the slide has none, or one that no slide
 * has; when it was trained by a factor on slides of another scale than this one; or when nothing of the slide would be left
 * @example
 * workingGrid({ width: 1000, height: 800, micronsPerPixel: 0.5 }, card).downsample; // 4 for a model at 2 µm per pixel
 */
export function workingGrid(slide: SlideSize, card: ModelScale, options: GridOptions = {}, scale = 1): WorkingGrid {
  const native = knownScale(slide, options.micronsPerPixel);
  requirePlausible(native, undefined, SCALE_HINT);
  const wanted = options.downsample ?? downsampleFor(card, native === undefined ? undefined : meanMicrons(native));
  const downsample = wanted / scale;
  const [across, down] = axisFactors(
    downsample,
    native,
    options.downsample === undefined && card.micronsPerPixel !== null,
  );
  const level =
    across === down ? slide.levels?.find((one) => Math.abs(one.downsample / downsample - 1) < SAME_SCALE) : undefined;
  const { width, height } = level ?? {
    width: Math.round(slide.width / across),
    height: Math.round(slide.height / down),
  };
  refuseNonsense(slide, { width, height }, downsample, options.downsample !== undefined);
  const side = native === undefined ? undefined : pixelSize(native);
  return {
    width,
    height,
    downsample,
    micronsPerPixel: native === undefined ? undefined : meanMicrons(native) * downsample,
    scale:
      side === undefined || native === undefined
        ? undefined
        : across === down && isSquare(native)
          ? meanMicrons(native) * downsample
          : scaleOfSides(side.x * across, side.y * down),
  };
}

/** Level-0 pixels per working pixel, across and down: where a resolution is wanted, pixels that are not square become square. */
function axisFactors(downsample: number, native: Scale | undefined, byResolution: boolean): readonly [number, number] {
  if (!byResolution || native === undefined || isSquare(native)) return [downsample, downsample];
  const [{ x, y }, mean] = [pixelSize(native), meanMicrons(native)];
  return [(downsample * mean) / x, (downsample * mean) / y];
}

/** Plans of millions of tiles, or of none, come from a scale that is wrong. */
function refuseNonsense(
  slide: SlideSize,
  { width, height }: { readonly width: number; readonly height: number },
  downsample: number,
  asked: boolean,
): void {
  const hint = asked ? 'check --downsample' : `check the slide's micrometres per pixel: ${SCALE_HINT}`;
  const size = `${slide.width} x ${slide.height} pixels`;
  const least = Math.min(width, height);
  if (least < 1 || leavesNothing(slide, { width, height })) {
    const left = least < 1 ? 'nothing' : `${width} x ${height} pixels, which is nothing`;
    throw new FtuError('bad-input', `${size} shrunk ${downsample.toPrecision(3)} times leave ${left} to segment`, {
      hint,
    });
  }
  if (downsample < 1 / MAX_ENLARGED) {
    const times = Number((1 / downsample).toPrecision(3));
    throw new FtuError('bad-input', `${size} would be enlarged ${times} times, to ${width} x ${height}`, { hint });
  }
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
      'give it in column "mpp" of the slide table or with --microns-per-pixel, or see --estimate-scale',
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

/**
 * What a person should know of the shape of the pixels that a network is shown.
 * @returns undefined where they are square
 */
export function shapeNote(slide: SlideSize, grid: WorkingGrid, given: Scale | undefined): string | undefined {
  const native = knownScale(slide, given);
  if (native === undefined || isSquare(native)) return undefined;
  const pixels = `pixels are not square: ${describeScale(native)} µm across and down`;
  return grid.scale !== undefined && isSquare(grid.scale)
    ? `${pixels}; each axis is resampled to ${describeScale(grid.scale)} µm`
    : `${pixels}; a factor keeps their shape, so that the network sees objects of another shape than it knows`;
}
