/** `ftu demo`: see it work before reading about it. */
import { z } from 'zod';
import { defineCommand } from '../command.js';
import { runDemo } from '../demo/demo.js';

export const demo = defineCommand({
  name: 'demo',
  summary: 'Make or take slides, run an experiment on them, and write a report to look at.',
  schema: z.object({
    out: z.string().default('demo').describe('folder to write'),
    data: z.string().optional().describe('folder with a slides.csv of real slides (default: make synthetic ones)'),
    train: z.string().default('centre!=centre-2').describe('with --data: the rows to train on'),
    test: z.string().default('centre=centre-2').describe('with --data: the rows held out and scored'),
    group: z.string().default('slide').describe('with --data: column whose values must not be on both sides'),
    encoderWeights: z
      .string()
      .default('none')
      .describe(
        "with --data: start of the encoder: a file (.npz, .safetensors), 'imagenet' (downloaded), or 'none' (random)",
      ),
  }),
  examples: ['ftu demo', 'ftu demo --data kidney-roi --encoder-weights lite0.npz'],
  async run(options, context) {
    context.print(`look at ${await runDemo(options, context)}`);
  },
});
