/** Decodes one block, whichever codec it needs, and says of a failure where in the file it is. */
import { FtuError } from '@ftuseg/core';
import { SlideError } from '../slide-error.js';
import { type BlockPart, type Codec, checkSignal, type EncodedBlock } from './codec.js';

/**
 * @param file for messages
 * @throws {SlideError} `bad-input` for damaged data; FtuError `cancelled`
 */
export async function decodeBlock(codec: Codec, block: EncodedBlock, file: string): Promise<Uint8Array> {
  checkSignal(block, file);
  const samples = await placed(() => codec.decode(block), block, file);
  if (samples.length < block.bytes) {
    throw damagedBlock(block, file, `${samples.length} bytes were decoded where ${block.bytes} are needed`);
  }
  return samples;
}

/**
 * A part of a block, written where it is needed.
 * @throws as `decodeBlock`
 */
export async function decodePart(
  decode: NonNullable<Codec['decodePart']>,
  block: EncodedBlock,
  part: BlockPart,
  file: string,
): Promise<void> {
  checkSignal(block, file);
  await placed(() => decode(block, part), block, file);
}

/** What fails says where in the file. */
async function placed<Result>(
  decode: () => Result | Promise<Result>,
  block: EncodedBlock,
  file: string,
): Promise<Result> {
  try {
    return await decode();
  } catch (cause) {
    if (cause instanceof FtuError && cause.subject !== undefined) throw cause;
    if (cause instanceof FtuError) {
      throw new SlideError(cause.code, `${block.where}: ${cause.problem}`, {
        subject: file,
        hint: cause.hint ?? 'export it again',
        cause,
      });
    }
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw damagedBlock(block, file, `damaged ${block.page.compression} data (${reason})`, cause);
  }
}

function damagedBlock({ where }: EncodedBlock, file: string, problem: string, cause?: unknown): SlideError {
  const hint = 'the file is damaged or cut off: copy or export it again';
  return new SlideError('bad-input', `${where}: ${problem}`, { subject: file, hint, cause });
}
