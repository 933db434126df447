/** A file of the person's disk as a slide, and one sentence where a browser cannot open it. */
import { FtuError } from '@ftuseg/core';
import { blobSource, browserRuntime, openSource, type Slide } from '@ftuseg/slide/browser';

/** What a server can do with files that a page cannot open. */
const USE_INSTEAD = 'convert it with `ftu convert`, or open it with `ftu studio` on a computer that has ftuseg';

/** @throws FtuError with what to use instead */
export async function openFile(file: Blob, name: string): Promise<Slide> {
  try {
    return await openSource(blobSource(file, name), browserRuntime);
  } catch (error) {
    if (error instanceof FtuError) {
      throw new FtuError(error.code, error.problem, { subject: name, hint: error.hint ?? USE_INSTEAD, cause: error });
    }
    throw new FtuError('unsupported', `a browser cannot open this file (${String(error)})`, {
      subject: name,
      hint: USE_INSTEAD,
      cause: error,
    });
  }
}
