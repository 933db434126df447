/** Which steps of a network compute several images at once, and which maps every image needs for itself then. */
import { type CompiledNetwork, type Computed, inputsOf } from './steps.js';

/**
 * On maps of so much of the image's side, or less, the weights are more numbers than the map: several images at once fetch them once. Larger maps would
 * leave the caches before the next step reads them, so that those are computed for one image after the other.
 */
const DEEP = 1 / 8;

/** Steps one after the other. */
export interface Stretch {
  readonly steps: readonly Computed[];
  /** All images step by step, else all steps image by image. */
  readonly isTogether: boolean;
}

/** A step whose map is a pixel belongs to those before it. */
export function stretchesOf({ steps }: CompiledNetwork, images: number): Stretch[] {
  const all: { steps: Computed[]; isTogether: boolean }[] = [];
  for (const step of steps) {
    const last = all.at(-1);
    const isTogether = step.share === 0 ? last?.isTogether === true : images > 1 && step.share <= DEEP;
    if (last?.isTogether === isTogether) last.steps.push(step);
    else all.push({ steps: [step], isTogether });
  }
  return all;
}

/** Maps that are needed by another stretch than they come from, or that are made of all images at once. */
export function keptMaps({ input }: CompiledNetwork, stretches: readonly Stretch[]): ReadonlySet<string> {
  const [first] = stretches;
  const from = new Map(stretches.flatMap((stretch) => stretch.steps.map((step) => [step.output, stretch] as const)));
  if (first !== undefined) from.set(input, first);
  const kept = new Set([...from].flatMap(([name, { isTogether }]) => (isTogether ? [name] : [])));
  for (const stretch of stretches) {
    for (const name of stretch.steps.flatMap(inputsOf)) if (from.get(name) !== stretch) kept.add(name);
  }
  return kept;
}
