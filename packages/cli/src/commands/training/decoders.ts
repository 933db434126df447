/** `ftu decoders`: the decoders that a network can be made of. */
import { decoderNames, layouts } from '@ftuseg/nn';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { billions, costOf, formatTable, millions, USUAL } from './architecture-list.js';

export const decoders = defineCommand({
  name: 'decoders',
  schema: z.object({
    encoder: z.string().default(USUAL.encoder).meta({ placeholder: 'ENCODER', description: 'encoder of the networks' }),
  }),
  groups: { Inputs: ['encoder'] },
  result: {
    name: 'as in --decoder (one object of a list for each)',
    layouts: 'values of --layout that have it',
    encoder: 'encoder of the network that is counted',
    parameters: 'trainable numbers of that network, null where there is no such network',
    multiplyAdds: 'of a tile of 256 x 256 pixels, null where there is no such network',
  },
  examples: ['ftu decoders', 'ftu decoders --encoder resnet18'],
  async run({ encoder }, context) {
    const list = decoderNames().map((name) => ({
      name,
      layouts: layouts.filter((layout) => decoderNames(layout).includes(name)),
      encoder,
      ...costOf(name, encoder),
    }));
    const head = ['decoder', `parameters with ${encoder}`, 'multiply-adds at 256 px', 'layouts'];
    const rows = list.map((one) => [
      one.name,
      millions(one.parameters),
      billions(one.multiplyAdds),
      one.layouts.join(', '),
    ]);
    context.print(formatTable([head, ...rows]));
    return list;
  },
});
