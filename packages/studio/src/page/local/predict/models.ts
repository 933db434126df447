/** The models that the page has: those of its folder, those kept from earlier, and files that the person chooses. */
import { FtuError } from '@ftuseg/core';
import { type ModelCard, readModelCard } from '@ftuseg/nn';
import { type ReadonlySignal, signal } from '@preact/signals';
import { cardLicence, cardSummary, type OfferedModel } from '../../../models/models-file.js';
import { sha256 } from '../slides/identity.js';
import type { ModelRecord } from '../store/records.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';

export interface Models {
  readonly list: ReadonlySignal<readonly ModelRecord[]>;
  /** Reads what is kept. */
  readonly refresh: () => Promise<void>;
  /** Keeps a model file. @throws FtuError for what is none, or for an operator that no model of ftuseg has */
  readonly add: (file: string, bytes: Uint8Array<ArrayBuffer>, offered?: OfferedModel) => Promise<ModelRecord>;
  readonly remove: (sha256: string) => Promise<void>;
}

const recordOf = (file: string, bytes: Uint8Array, digest: string, card: ModelCard): ModelRecord => ({
  sha256: digest,
  name: card.name,
  file,
  bytes: bytes.length,
  summary: cardSummary(card),
  licence: cardLicence(card),
  classes: card.classes,
  threshold: card.threshold,
  needsScale: card.micronsPerPixel !== null,
});

export function createModels(store: Caller<StoreMethods>): Models {
  const list = signal<readonly ModelRecord[]>([]);
  const refresh = async (): Promise<void> => {
    list.value = await store.call('models', null);
  };
  return {
    list,
    refresh,
    add: async (file, bytes, offered) => {
      const card = readModelCard(bytes, file);
      const digest = await sha256(bytes);
      if (offered !== undefined && offered.sha256 !== digest) {
        throw new FtuError('bad-input', 'the file is not the one that models.json names', {
          subject: file,
          hint: 'write the folder anew with `ftu studio --static`',
        });
      }
      const found = recordOf(file, bytes, digest, card);
      const record = offered === undefined ? found : { ...found, licence: offered.licence };
      await store.call('keepModel', { record, bytes });
      await refresh();
      return record;
    },
    remove: async (digest) => {
      await store.call('removeModel', digest);
      await refresh();
    },
  };
}
