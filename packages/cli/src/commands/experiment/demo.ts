/** `ftu demo`: see it work before reading about it. */
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { folder } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';
import { runDemo } from './run-demo.js';

const usual = { train: 'centre!=centre-2', test: 'centre=centre-2', group: 'slide' };

export const demo = defineCommand({
  name: 'demo',
  schema: z.object({
    out: folder('folder to write').default('demo'),
    data: folder('folder with a slides.csv of real slides (default: make synthetic ones)').optional(),
    train: z
      .string()
      .optional()
      .meta({ placeholder: 'FILTER', description: `with --data: the rows to train on (default: ${usual.train})` }),
    test: z
      .string()
      .optional()
      .meta({
        placeholder: 'FILTER',
        description: `with --data: the rows held out and scored (default: ${usual.test})`,
      }),
    group: z
      .string()
      .optional()
      .meta({
        placeholder: 'COLUMN',
        description: `with --data: column whose rows belong together: none of its values may be on both sides (default: ${usual.group})`,
      }),
    encoderWeights: z.string().optional().meta({
      placeholder: 'FILE|imagenet|none',
      description:
        "with --data: start of the encoder: a file (.npz, .safetensors), 'imagenet' (downloaded), or 'none' (random, the default)",
    }),
  }),
  groups: {
    Inputs: ['data', 'train', 'test', 'group', 'encoderWeights'],
    Outputs: ['out'],
  },
  result: { report: 'the report, HTML', scores: 'the scores in one sentence, null where there are none' },
  examples: ['ftu demo', 'ftu demo --data kidney-roi --encoder-weights lite0.npz'],
  async run({ out, data, ...given }, context) {
    const idle = Object.entries(given).find(([, value]) => value !== undefined);
    if (data === undefined && idle !== undefined) {
      throw new UsageError(`--${kebab(idle[0])} is for --data; the demo's own slides need none`);
    }
    const { train = usual.train, test = usual.test, group: column = usual.group, encoderWeights = 'none' } = given;
    const result = await runDemo({ out, data, train, test, group: column, encoderWeights }, context);
    context.print(`look at ${result.report}`);
    context.print(`look at the slides, correct and review what was found, train again: ftu studio ${out}`);
    return result;
  },
});
