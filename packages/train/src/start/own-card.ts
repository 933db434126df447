/** What weights of our own say of the network that they are of. */
import { FtuError } from '@ftuseg/core';
import { isPlainObject } from '@ftuseg/folders';
import { type ModelCard, parseModelCard } from '@ftuseg/nn';

/**
 * What the card of a run of our own says of its input and its classes.
 *
 * @returns undefined where the weights have no card of ours
 * @throws {FtuError} `bad-input` for a card of ours that is invalid, `unsupported` for one of a newer version: without it colours would be guessed
 */
export function ownCard(
  metadata: Readonly<Record<string, string>>,
  path: string,
): Pick<ModelCard, 'mean' | 'std' | 'classes'> | undefined {
  const card = parsed(metadata.card);
  return isPlainObject(card) && typeof card.format === 'number' ? parseModelCard(card, path) : undefined;
}

/** @returns undefined for what is no JSON */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
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
