import { expect, it } from 'vitest';
import type { TrainedFold } from '../train/output.js';
import { seenBefore } from './validated-rows.js';

it('says which validation slides the start of a fold was trained on, with labels', () => {
  const slide = (id: string, role: TrainedFold['trainedOn'][number]['role'] = 'official') => ({ id, image: id, role });
  const fold = (trainedOn: TrainedFold['trainedOn']) =>
    ({ trainedOn, validatedOn: [slide('a'), slide('b')] }) as unknown as TrainedFold;
  expect(seenBefore([fold([slide('c'), slide('a', 'unlabelled')])])).toBeUndefined();
  expect(seenBefore([fold([slide('c')]), fold([slide('b'), slide('c')])])).toMatch(/trained on b, by which/);
});
