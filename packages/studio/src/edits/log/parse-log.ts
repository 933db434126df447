/** A log of edits as its bytes: its whole lines, and where they end. A line that was torn when the machine stopped was never acknowledged. */
import { FtuError } from '@ftuseg/core';
import { decodeLine, type LogEntry, type LogHeader, type LogLine } from './log-line.js';

export interface ReadLog {
  readonly header: LogHeader | undefined;
  readonly entries: readonly LogEntry[];
  /** Bytes of whole lines. */
  readonly size: number;
  /** Bytes after them, of a line that was not finished. */
  readonly torn: number;
}

const END = 0x0a;

const isHeader = (line: LogLine): line is LogHeader => 'format' in line;

/**
 * @param path for messages
 * @throws FtuError `bad-input` for a damaged line that is not the last, or a log of another slide
 */
export function parseLog(bytes: Uint8Array, path: string, slide: string): ReadLog {
  let header: LogHeader | undefined;
  const entries: LogEntry[] = [];
  let [number, revision, at] = [0, 0, 0];
  while (at < bytes.length) {
    number++;
    const found = bytes.indexOf(END, at);
    const end = found < 0 ? bytes.length : found;
    const line = found < 0 ? undefined : decodeLine(bytes.subarray(at, end));
    if (line === undefined) {
      if (end + 1 >= bytes.length) break;
      throw damaged(path, number, 'its checksum is wrong');
    }
    if (isHeader(line) !== (number === 1)) throw damaged(path, number, 'it is out of place');
    if (isHeader(line)) header = line;
    else {
      if (line.edit !== undefined && line.revision !== ++revision)
        throw damaged(path, number, 'a line before it is missing');
      entries.push(line);
    }
    at = end + 1;
  }
  if (header !== undefined && header.slide !== slide) {
    throw new FtuError('bad-input', `these are the corrections of slide "${header.slide}"`, {
      subject: path,
      hint: 'move the file to the folder of its slide',
    });
  }
  return { header, entries, size: at, torn: bytes.length - at };
}

function damaged(path: string, line: number, why: string): FtuError {
  const good = line - 1;
  return new FtuError('bad-input', `line ${line} of the log of corrections is damaged: ${why}`, {
    subject: path,
    hint:
      good === 0
        ? 'rename the file; corrections then begin anew'
        : `keep a copy; to go on with what was done before, keep its first ${good} ${good === 1 ? 'line' : 'lines'}: head -n ${good} edits.jsonl`,
  });
}
