/**
 * What can go wrong with a file, said in one sentence: system error codes and the decoder's messages become
 * errors that name the file, the problem and the way out.
 */
import { dirname } from 'node:path';
import { FtuError } from '@ftuseg/core';

/** The system's code of a failed call ('ENOENT'), or undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * A failed file-system call as a sentence. Errors that are already `FtuError`s come back unchanged.
 *
 * @param action What was tried, as in "cannot <action>": 'be written', 'be read'.
 * @example
 * await mkdir(folder).catch((error) => { throw ioError(error, folder, 'be made'); });
 */
export function ioError(error: unknown, path: string, action: string): FtuError {
  if (error instanceof FtuError) return error;
  const details = (hint: string) => ({ subject: path, hint, cause: error });
  switch (systemCode(error)) {
    case 'ENOENT':
      return action === 'be read'
        ? new FtuError('not-found', 'there is no such file', details('check the path'))
        : new FtuError('io', `the folder ${dirname(path)} does not exist`, details('make it first'));
    case 'ENOTDIR':
      return new FtuError('io', `cannot ${action}: a part of its path is not a folder`, details('check the path'));
    case 'EISDIR':
      return new FtuError('io', `cannot ${action}: it is a folder`, details('give the path of a file'));
    case 'EACCES':
    case 'EPERM':
      return new FtuError(
        'io',
        `cannot ${action}: no permission`,
        details('check the rights of the file and its folder'),
      );
    case 'EROFS':
      return new FtuError('io', `cannot ${action}: the disk is read-only`, details('choose another folder'));
    case 'ENOSPC':
    case 'EDQUOT':
      return new FtuError(
        'io',
        `cannot ${action}: the disk is full`,
        details('free some space or choose another folder'),
      );
    case 'EMFILE':
    case 'ENFILE':
      return new FtuError('io', `cannot ${action}: too many open files`, details('raise the limit (ulimit -n)'));
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return new FtuError('io', `cannot ${action}: ${reason}`, { subject: path, cause: error });
    }
  }
}
