/** What a prediction says about a slide in numbers: counts, areas, density, sclerosis. */
import { type Interval, pixelArea, type RunObject } from '@ftuseg/core';
import type { SlidePlan } from '../plan/plan.js';
import { isGlomerulus, isSclerotic, sclerosisClasses } from './glomerulus-classes.js';
import { type SclerosisCount, sclerosisOf } from './sclerosis.js';

export interface ClassFacts {
  readonly name: string;
  readonly count: number;
  /** Level-0 pixels. */
  readonly pixels: number;
  /** Square micrometres; null where the slide's scale is unknown. */
  readonly areaMicrons2: number | null;
  readonly meanAreaMicrons2: number | null;
}

export interface SlideFacts {
  readonly count: number;
  readonly pixels: number;
  readonly areaMicrons2: number | null;
  /** Stained area of the slide, square millimetres; null where the scale is unknown, or the slide has no colour to tell tissue by. */
  readonly tissueMillimetres2: number | null;
  /** Objects per square millimetre of tissue; null where the scale is unknown or there is no tissue. */
  readonly densityPerMillimetre2: number | null;
  /** As `countGlomeruli` counts; null where no class of glomeruli is sclerotic, or each is. */
  readonly glomeruli: SclerosisCount | null;
  /** Sclerotic glomeruli over all; null where there are none, and where `glomeruli` is. */
  readonly scleroticFraction: number | null;
  /** Where the fraction may lie by its counts, 95 %; null as it is. */
  readonly scleroticInterval: Interval | null;
  readonly classes: readonly ClassFacts[];
}

/** What glomeruli are counted from. */
export interface CountedClasses {
  readonly classes: readonly Pick<ClassFacts, 'name' | 'count'>[];
  /** As in `SlideFacts`; unset where nobody looked which objects touch: then each object is one. */
  readonly glomeruli?: SclerosisCount | null | undefined;
}

/** Of classes that are kinds of glomeruli. @returns undefined where none of these is sclerotic, or all are: there is no share to tell */
export function sclerosisCount({ classes, glomeruli }: CountedClasses): SclerosisCount | undefined {
  if (glomeruli) return glomeruli;
  if (sclerosisClasses(classes.map(({ name }) => name)) === undefined) return undefined;
  const sum = (some: readonly Pick<ClassFacts, 'count'>[]): number =>
    some.reduce((total, { count }) => total + count, 0);
  return {
    sclerotic: sum(classes.filter(({ name }) => isSclerotic(name))),
    all: sum(classes.filter(({ name }) => isGlomerulus(name))),
  };
}

/** Beyond the objects. */
export interface FactsOptions {
  /** Of the slide's pixels that are stained, 0..1; undefined: nothing tells, as on a slide without colour. */
  readonly tissueShare: number | undefined;
  readonly glomeruli: SclerosisCount | undefined;
}

export function slideFacts(
  objects: readonly RunObject[],
  { slide, classes, scale: pixelScale }: Pick<SlidePlan, 'slide' | 'classes' | 'scale'>,
  { tissueShare, glomeruli }: FactsOptions,
): SlideFacts {
  const scale = pixelScale === undefined ? undefined : pixelArea(pixelScale);
  const micrometres = (pixels: number): number | null => (scale === undefined ? null : pixels * scale);
  const perClass = classes.map((name, c): ClassFacts => {
    const own = objects.filter(({ label }) => label === c + 1);
    const pixels = own.reduce((sum, { area }) => sum + area, 0);
    const area = micrometres(pixels);
    return {
      name,
      count: own.length,
      pixels,
      areaMicrons2: area,
      meanAreaMicrons2: area === null || own.length === 0 ? null : area / own.length,
    };
  });
  const pixels = perClass.reduce((sum, one) => sum + one.pixels, 0);
  const tissue =
    scale === undefined || tissueShare === undefined ? null : (slide.width * slide.height * tissueShare * scale) / 1e6;
  const sclerosis = glomeruli === undefined ? undefined : sclerosisOf([glomeruli]);
  return {
    count: objects.length,
    pixels,
    areaMicrons2: micrometres(pixels),
    tissueMillimetres2: tissue,
    densityPerMillimetre2: tissue === null || tissue === 0 ? null : objects.length / tissue,
    glomeruli: glomeruli ?? null,
    scleroticFraction: sclerosis?.fraction ?? null,
    scleroticInterval: sclerosis?.interval ?? null,
    classes: perClass,
  };
}
