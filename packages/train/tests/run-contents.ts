/** What a run left, without the times in it: two runs that should be one are compared by this. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors } from '@ftuseg/nn';

/** A digest of the tensors of a file; its metadata hold times. */
export async function tensorsOf(path: string): Promise<string> {
  const { state } = readSafetensors(await readFile(path), path);
  const hash = createHash('sha256');
  for (const [name, { data }] of state) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** The numbers of every epoch. */
export const lossesOf = async (run: string): Promise<unknown[]> =>
  (await readFile(join(run, 'history.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => {
      const { epoch, loss, dice, learningRate, validationDice, best } = JSON.parse(line);
      return { epoch, loss, dice, learningRate, validationDice, best };
    });
