/** `ftu encoders`: the encoders that a network can be made of, and the ImageNet weights there are for each. */
import { encoderNames, layouts, publishedWeights } from '@ftuseg/nn';
import { startFile } from '@ftuseg/train';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { billions, costOf, formatTable, millions, USUAL } from './architecture-list.js';

/** As the cards of the repositories say (read 2026-11-27): those of timm do, those of smp-hub name none. */
const licenceOf = (id: string | undefined): string | null => (id?.startsWith('timm/') === true ? 'Apache-2.0' : null);

export const encoders = defineCommand({
  name: 'encoders',
  schema: z.object({
    decoder: z.string().default(USUAL.decoder).meta({ placeholder: 'DECODER', description: 'decoder of the networks' }),
  }),
  groups: { Inputs: ['decoder'] },
  result: {
    name: 'as in --encoder (one object of a list for each)',
    layouts: 'values of --layout that have it',
    decoder: 'decoder of the network that is counted',
    parameters: 'trainable numbers of that network, null where there is no such network',
    multiplyAdds: 'of a tile of 256 x 256 pixels, null where there is no such network',
    weights: 'repository of the ImageNet weights on the Hugging Face hub, null where none are published',
    licence: 'of these weights, null where it is not known: look at the repository',
    local: 'whether these weights are on this machine',
  },
  examples: ['ftu encoders', 'ftu encoders --json'],
  async run({ decoder }, context) {
    const list = await Promise.all(
      encoderNames().map(async (name) => {
        const weights = publishedWeights(name);
        const start = weights === undefined ? undefined : await startFile('imagenet', name);
        return {
          name,
          layouts: layouts.filter((layout) => encoderNames(layout).includes(name)),
          decoder,
          ...costOf(decoder, name),
          weights: weights?.id ?? null,
          licence: licenceOf(weights?.id),
          local: start?.there === true,
        };
      }),
    );
    const head = [
      'encoder',
      `parameters with ${decoder}`,
      'multiply-adds at 256 px',
      'ImageNet weights',
      'licence',
      '',
    ];
    const rows = list.map((one) => [
      one.name,
      millions(one.parameters),
      billions(one.multiplyAdds),
      one.weights ?? 'none',
      one.licence ?? 'not known',
      one.local ? 'here' : '',
    ]);
    context.print(formatTable([head, ...rows]));
    return list;
  },
});
