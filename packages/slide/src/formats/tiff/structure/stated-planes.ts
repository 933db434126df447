/**
 * What the description of a page says of the planes behind it: ImageJ and tifffile state there what the axes of a stack are. Nothing in the tags tells
 * three focal planes from red, green and blue.
 */

import type { TiffPage } from '../page.js';

export interface StatedPlanes {
  /** All planes of the stack; 1 where nothing is said. */
  readonly count: number;
  /** What they are where they are no channels, in words: `3 focal planes`. */
  readonly stack: string | undefined;
}

/** Axes that tifffile names, and what one of another name is. Those of colours, of channels and of anything are none of a stack. */
const STACKS: Readonly<Record<string, string>> = { Z: 'focal planes', T: 'time points' };
const NO_STACKS = 'YXSCQ';

type Plane = Pick<TiffPage, 'width' | 'height' | 'samples'>;

/** @param plane one of them */
export function statedPlanes(description: string, plane: Plane): StatedPlanes {
  return (description.startsWith('ImageJ=') ? byImageJ(description) : byTifffile(description, plane)) ?? NOTHING;
}

const NOTHING: StatedPlanes = { count: 1, stack: undefined };

function byImageJ(description: string): StatedPlanes {
  const number = (key: string): number => Number(imageJValue(description, key) ?? 1) || 1;
  const [slices, frames] = [number('slices'), number('frames')];
  const stack = slices > 1 ? `${slices} focal planes` : frames > 1 ? `${frames} time points` : undefined;
  return { count: Math.max(number('images'), slices * frames * number('channels')), stack };
}

/** A value of ImageJ's lines `key=value`, such as `unit`. */
export const imageJValue = (description: string, key: string): string | undefined =>
  new RegExp(`^${key}=(.*)$`, 'm').exec(description)?.[1]?.trim();

/** Such as `{"shape": [3, 512, 640], "axes": "ZYX"}`; without axes nothing is said of them. */
function byTifffile(description: string, { width, height, samples }: Plane): StatedPlanes | undefined {
  const { shape, axes } = parsed(description);
  if (!Array.isArray(shape) || !shape.every((length): length is number => Number.isInteger(length))) return undefined;
  const named = typeof axes === 'string' && axes.length === shape.length ? axes : '';
  const others = [...named].map((axis, i) => ({ axis, length: shape[i] ?? 1 }));
  const stacked = others.find(({ axis, length }) => length > 1 && !NO_STACKS.includes(axis));
  const count = shape.reduce((product, length) => product * length, 1) / (width * height * samples);
  return {
    count: Number.isInteger(count) ? count : 1,
    stack: stacked && `${stacked.length} ${STACKS[stacked.axis] ?? `planes (axis ${stacked.axis})`}`,
  };
}

function parsed(description: string): { readonly shape?: unknown; readonly axes?: unknown } {
  if (!description.startsWith('{')) return {};
  try {
    return JSON.parse(description) as { shape?: unknown; axes?: unknown };
  } catch {
    return {};
  }
}
