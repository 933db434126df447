/** What a prediction says about a slide in numbers: counts, areas, density, sclerosis. */
import { pixelArea, type RunObject, type Scale } from '@ftuseg/core';

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
  /** Objects of sclerotic classes over all; null where no class is sclerotic or there is no object. */
  readonly scleroticFraction: number | null;
  readonly classes: readonly ClassFacts[];
}

const isSclerotic = (name: string): boolean => /sclero/i.test(name) && !/non.?sclero/i.test(name);

/**
 * @param pixelScale micrometres per pixel of level 0; undefined: unknown
 * @param tissueShare of the slide's pixels that are stained, 0..1; undefined: nothing tells, as on a slide without colour
 */
export function slideFacts(
  objects: readonly RunObject[],
  classes: readonly string[],
  slide: { readonly width: number; readonly height: number },
  pixelScale: Scale | undefined,
  tissueShare: number | undefined,
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
  const sclerotic = perClass.filter(({ name }) => isSclerotic(name));
  return {
    count: objects.length,
    pixels,
    areaMicrons2: micrometres(pixels),
    tissueMillimetres2: tissue,
    densityPerMillimetre2: tissue === null || tissue === 0 ? null : objects.length / tissue,
    scleroticFraction:
      sclerotic.length === 0 || objects.length === 0
        ? null
        : sclerotic.reduce((sum, { count }) => sum + count, 0) / objects.length,
    classes: perClass,
  };
}
