/** What units of a step have published, for whoever brings it together: a gathering unit, or `ftu run`. */
import { exists } from '@ftuseg/files';
import type { RunContext } from '../step-kind/step-kind.js';
import { readPublished } from './published.js';
import { type KnownStep, unitFingerprint } from './step-states.js';
import { publishedIn, unitId, unitPlace, unitsFolder } from './unit.js';

export interface PublishedParts {
  /** Folders by part. */
  readonly folders: ReadonlyMap<string, string>;
  /** Of work, all together. */
  readonly seconds: number;
}

export async function publishedParts(
  known: Pick<KnownStep, 'name' | 'step' | 'kind' | 'fingerprint'>,
  context: RunContext,
  trustCode: boolean,
): Promise<PublishedParts> {
  const { name, step, kind } = known;
  const folders = new Map<string, string>();
  let seconds = 0;
  if (!(await exists(unitsFolder(context.out)))) return { folders, seconds };
  for (const part of kind.units?.list(step, context, name) ?? []) {
    const fingerprint = await unitFingerprint(known, context, part, trustCode);
    if (fingerprint === undefined) continue;
    const place = unitPlace(context.out, unitId(name, part), fingerprint);
    const found = await readPublished(place, fingerprint);
    if (found === undefined) continue;
    folders.set(part, publishedIn(place));
    seconds += found.seconds;
  }
  return { folders, seconds };
}
