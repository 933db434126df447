/**
 * `dataset-metadata.json` as Kaggle's command-line tool documents it (github.com/Kaggle/kaggle-cli, docs/datasets_metadata.md), checked before
 * hours of upload depend on it: the service complains only at the end.
 */
import { FtuError } from '@ftuseg/core';
import { z } from 'zod';

export const metadataFile = 'dataset-metadata.json';

/** The names that the documentation lists, and `MIT`, which it does not but data sets have. */
export const kaggleLicences = [
  'MIT',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-3.0-IGO',
  'CC-BY-4.0',
  'CC-BY-SA-3.0',
  'CC-BY-SA-4.0',
  'CC-BY-ND-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-ND-4.0',
  'CC-BY-NC-SA-3.0-IGO',
  'CC-BY-NC-SA-4.0',
  'PDDL',
  'ODC-BY-1.0',
  'ODbL-1.0',
  ...[
    'DbCL-1.0',
    'CDLA-Permissive-1.0',
    'CDLA-Sharing-1.0',
    'apache-2.0',
    'GPL-2.0',
    'GPL-3.0',
    'LGPL-3.0',
    'AGPL-3.0',
  ],
  'FDL-1.3',
  'EU-ODP-Legal-Notice',
  'US-Government-Works',
  'copyright-authors',
  'other',
  'unknown',
];

export interface KaggleMetadata {
  /** 6 to 50 characters. */
  readonly title: string;
  /** `user/slug`; the slug has 3 to 50 letters, digits and hyphens. */
  readonly id: string;
  /** One of `kaggleLicences`; capitals do not matter. */
  readonly licence: string;
}

/**
 * The file's text.
 *
 * @throws FtuError `bad-input` for a title, an id or a licence that Kaggle would refuse
 * @example
 * kaggleMetadata({ title: 'Glomeruli models', id: 'ada/glomeruli-models', licence: 'MIT' });
 */
export function kaggleMetadata({ title, id, licence }: KaggleMetadata): string {
  const fail = (subject: string, problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject, hint });
  };
  const { length } = [...title.trim()];
  if (length < 6 || length > 50) {
    fail(`title "${title}"`, `${length} characters are not 6 to 50`, 'Kaggle takes no other title');
  }
  if (!/^[a-z\d-]+\/[a-z\d](?:[a-z\d-]{1,48})[a-z\d]$/i.test(id)) {
    fail(
      `id "${id}"`,
      'is not of the form user/slug',
      'the slug has 3 to 50 letters, digits and hyphens, such as ada/glomeruli-models',
    );
  }
  const name = kaggleLicences.find((known) => known.toLowerCase() === licence.toLowerCase());
  if (name === undefined) {
    return fail(`licence "${licence}"`, 'Kaggle does not know it', `known are ${kaggleLicences.join(', ')}`);
  }
  return `${JSON.stringify({ title: title.trim(), id, licenses: [{ name }] }, null, 2)}\n`;
}

/** The id in a metadata file's text. @throws FtuError `bad-input` if there is none */
export function idInMetadata(text: string, subject: string): string {
  try {
    return z.object({ id: z.string().min(1) }).parse(JSON.parse(text)).id;
  } catch (cause) {
    throw new FtuError('bad-input', 'this names no data set', {
      subject,
      hint: 'it holds at least "id": "user/slug"',
      cause,
    });
  }
}
