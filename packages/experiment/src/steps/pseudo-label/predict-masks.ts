/**
 * Slides with the masks that `ftu predict` writes in the place of drawn ones. Each slide is predicted by the models that never saw it; slides with the same
 * models share a folder, in which an interrupted step goes on where it stood.
 */
import { join } from 'node:path';
import { readCsv } from '@ftuseg/files';
import { closeModels, predictionNotes, predictTable } from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import type { StepContext } from '../../step-kind/step-kind.js';
import { withModels } from '../shared/load-models.js';
import { type ChosenModel, modelsDigest } from '../shared/models.js';
import { noteUntuned, settingsOf } from '../shared/tuned-settings.js';
import type { PseudoLabelStep } from './schema.js';

interface Group {
  readonly chosen: readonly ChosenModel[];
  readonly rows: SlideRow[];
}

function groupsOf(rows: readonly SlideRow[], members: ReadonlyMap<string, readonly ChosenModel[]>): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const chosen = members.get(row.id) ?? [];
    const key = JSON.stringify(modelsDigest(chosen));
    const group = groups.get(key) ?? { chosen, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  return [...groups.values()];
}

/** Slides to label. */
export interface Unlabelled {
  readonly rows: readonly SlideRow[];
  /** Models of each slide, by its id. */
  readonly members: ReadonlyMap<string, readonly ChosenModel[]>;
  /** Of the models. */
  readonly classes: readonly string[];
}

/**
 * @param warned takes what a person must read of single slides
 * @returns the rows with their masks: a run-length code for one class, label images for several; what drew them before is gone
 */
export async function predictMasks(
  context: StepContext<PseudoLabelStep>,
  { rows, members, classes }: Unlabelled,
  warned: string[],
): Promise<SlideRow[]> {
  const { step, folder, signal, note, progress, share } = context;
  const settings = settingsOf(context, step);
  noteUntuned(context, step, settings);
  const groups = groupsOf(rows, members);
  const masks = new Map<string, Pick<SlideRow, 'rle' | 'mask'>>();
  let predicted = 0;
  for (const [n, group] of groups.entries()) {
    const out = join(folder, groups.length === 1 ? 'predictions' : `predictions-${n + 1}`);
    const { slides } = await withModels(context, group.chosen, settings, (models) => {
      for (const text of predictionNotes(models, settings)) note(`  ${text}`);
      return predictTable(group.rows, models, {
        ...settings,
        out,
        outputs: classes.length === 1 ? [] : ['mask'],
        signal,
        strangers: 'remove',
        releaseModels: () => closeModels(models),
        onProgress: ({ slide, done: tiles, total, text }) => {
          share((predicted + slide - 1 + tiles / total) / rows.length);
          progress(`pseudo-labelling: ${text}`);
        },
      });
    });
    predicted += group.rows.length;
    const codes = classes.length === 1 ? await readCodes(join(out, 'submission.csv')) : undefined;
    for (const { id, files, unreadable, warnings = [], notes = [] } of slides) {
      for (const text of notes) note(`  ${id}: ${text}`);
      warned.push(...warnings.map((text) => `${id}: ${text}`));
      if (unreadable.length > 0)
        note(`  parts of ${id} could not be read and count as empty: see ${out}/predictions.json`);
      const [mask] = files;
      masks.set(
        id,
        codes === undefined && mask !== undefined ? { mask: join(out, mask) } : { rle: codes?.get(id) ?? '' },
      );
    }
  }
  return rows.map(({ mask: _mask, rle: _rle, annotations: _drawn, ...row }) => ({ ...row, ...masks.get(row.id) }));
}

/** The codes of a submission, by slide. */
async function readCodes(path: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await readCsv(path);
  return new Map(rows.map(({ cells: { id = '', predicted = '' } }) => [id, predicted]));
}
