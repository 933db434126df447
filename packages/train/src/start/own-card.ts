/** What weights of our own say of the network that they are of. */
import { FtuError } from '@ftuseg/core';
import { type ModelCard, modelCardSchema } from '@ftuseg/nn';

/** What the card of a run of our own says of its input and its classes. */
export function ownCard(
  metadata: Readonly<Record<string, string>>,
): Pick<ModelCard, 'mean' | 'std' | 'classes'> | undefined {
  if (metadata.card === undefined) return undefined;
  try {
    return modelCardSchema.parse(JSON.parse(metadata.card));
  } catch {
    return undefined;
  }
}

/**
 * The class at a place of the head stays that class: another one there would begin with answers for the first.
 * @throws {FtuError} `bad-input` for a class that both sides know at different places
 */
export function requireSamePlaces(
  known: readonly string[] | undefined,
  wanted: readonly string[] | undefined,
  path: string,
): void {
  const moved = wanted?.some((name, c) => known?.includes(name) === true && known[c] !== name) ?? false;
  if (!moved) return;
  throw new FtuError(
    'bad-input',
    `these weights know the classes ${known?.join(', ')}, and the data have ${wanted?.join(', ')}`,
    {
      subject: path,
      hint: 'prepare the data with the classes in that order, or take the encoder alone with `start: encoder`',
    },
  );
}
