/** How many images of a batch each process has. */
import { FtuError } from '@ftuseg/core';

/**
 * @throws FtuError 'bad-input' where a batch cannot be divided equally
 * @example
 * sliceSize({ batchSize: 8 }, { size: 2 }); // 4
 */
export function sliceSize({ batchSize }: { readonly batchSize: number }, { size }: { readonly size: number }): number {
  if (batchSize % size === 0) return batchSize / size;
  const below = Math.floor(batchSize / size) * size;
  throw new FtuError('bad-input', `a batch of ${batchSize} cannot be divided between ${size} processes equally`, {
    subject: 'batchSize',
    hint: `use \`--batch-size ${below === 0 ? size : below}\`${below === 0 ? '' : ` or ${below + size}`}: it counts the images of all processes`,
  });
}
