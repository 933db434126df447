/** What files hold, as an experiment knows it: in a file of its folder, so that it moves with it and every host that works there has it. */
import { join } from 'node:path';
import { type ContentDigests, type DigestOptions, openContentDigests } from '@ftuseg/files';
import type { RunContext } from '../step-kind/step-kind.js';

const cacheFile = 'digests.txt';

export const digestsOf = ({ out }: Pick<RunContext, 'out'>, options: DigestOptions): ContentDigests =>
  openContentDigests(join(out, cacheFile), options);
