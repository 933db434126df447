/** `ftu dicom`: the results of a finished prediction for archives and workstations of hospitals, without predicting again. */
import { counted, FtuError } from '@ftuseg/core';
import { type DicomOutput, dicomOutputs, outlineChoices, writeDicomResults } from '@ftuseg/infer';
import { readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder, path } from '../../parser/fields.js';

function outputsOf(text: string): DicomOutput[] {
  if (text.trim() === 'all') return [...dicomOutputs];
  const words = new Set(text.split(',').map((word) => word.trim()));
  words.delete('');
  const found = [...words].map((word) => {
    const name = dicomOutputs.find((one) => one === word);
    if (name !== undefined) return name;
    const hint = `there are ${dicomOutputs.join(', ')} and all`;
    throw new FtuError('bad-input', `there is no DICOM output "${word}"`, { subject: '--outputs', hint });
  });
  if (found.length > 0) return found;
  throw new FtuError('bad-input', 'no output is named', { subject: '--outputs', hint: dicomOutputs.join(', ') });
}

export const dicom = defineCommand({
  name: 'dicom',
  schema: z.object({
    predictions: folder('folder of a finished prediction'),
    out: folder('folder to write; its dicom/ gets a file for each slide and output'),
    slides: path('slide table (CSV) or folder, for slides that have been moved since they were predicted').optional(),
    outputs: z
      .string()
      .default('all')
      .meta({
        placeholder: 'NAMES',
        description: `what to write: ${dicomOutputs.join(', ')} or all`,
      }),
    outlines: z
      .enum(outlineChoices)
      .default('simplified')
      .describe('of reports and annotations: simplified (few corners, within a distance) or exact (the mask again)'),
    overwrite: z.boolean().default(false).describe('replace files that are there'),
  }),
  positionals: ['predictions', 'out'],
  groups: { Inputs: ['predictions', 'slides'], Outputs: ['out', 'outputs', 'outlines', 'overwrite'] },
  result: {
    out: 'the folder',
    slides: 'each slide: id, files, notes, warnings',
  },
  examples: [
    'ftu dicom predictions archive',
    'ftu dicom predictions archive --outputs dicom-seg,dicom-sr',
    'ftu dicom predictions archive --slides moved.csv',
  ],
  async run({ slides: table, outputs, ...options }, context) {
    const rows = table === undefined ? [] : await readSlideTable(table, { onNote: context.note });
    const slides = await writeDicomResults({
      ...options,
      outputs: outputsOf(outputs),
      images: new Map(rows.map(({ id, image }) => [id, image])),
      signal: context.signal,
      onProgress: context.progress,
    });
    for (const { id, notes, warnings } of slides) {
      for (const note of notes) context.note(`${id}: ${note}`);
      for (const warning of warnings) context.warn(`${id}: ${warning}`);
    }
    const files = slides.reduce((sum, { files: written }) => sum + written.length, 0);
    context.print(`${counted(slides.length, 'slide')}, ${counted(files, 'file')} in ${options.out}/dicom`);
    return { out: options.out, slides };
  },
});
