/** `ftu demo`: see it work before reading about it. */
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { UsageError } from '../../parser/usage-error.js';
import { runDemo } from './run-demo.js';

const usual = { train: 'centre!=centre-2', test: 'centre=centre-2', group: 'slide' };

export const demo = defineCommand({
  name: 'demo',
  summary: 'Make or take slides, run an experiment on them, and write a report to look at.',
  schema: z.object({
    out: z.string().default('demo').describe('folder to write'),
    data: z.string().optional().describe('folder with a slides.csv of real slides (default: make synthetic ones)'),
    train: z.string().optional().describe(`with --data: the rows to train on (default: ${usual.train})`),
    test: z.string().optional().describe(`with --data: the rows held out and scored (default: ${usual.test})`),
    group: z
      .string()
      .optional()
      .describe(`with --data: column whose values must not be on both sides (default: ${usual.group})`),
    encoderWeights: z
      .string()
      .optional()
      .describe(
        "with --data: start of the encoder: a file (.npz, .safetensors), 'imagenet' (downloaded), or 'none' (random, the default)",
      ),
  }),
  examples: ['ftu demo', 'ftu demo --data kidney-roi --encoder-weights lite0.npz'],
  async run({ out, data, ...given }, context) {
    const [idle] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (data === undefined && idle !== undefined) {
      throw new UsageError(`--${kebab(idle)} is for --data; the demo's own slides need none`);
    }
    const { train = usual.train, test = usual.test, group = usual.group, encoderWeights = 'none' } = given;
    const options = { out, data, train, test, group, encoderWeights };
    context.print(`look at ${await runDemo(options, context)}`);
  },
});
