/** `Index.dat`: in which data file, and where in it, each image of each level lies; pages of records that name the next page. */
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';

/** A piece of a data file. */
export interface DataPlace {
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Images of one level, four numbers each: place among the finest images, offset, bytes, data file. */
export type ImageRecords = Int32Array;

const VERSION = '01.02';
const WORD = 4;
const RECORD_WORDS = 4;
/** What stands before the records of a page. */
const PAGE_WORDS = 2;

export interface IndexFile {
  /** @throws {SlideError} `bad-input` for a damaged index */
  level(number: number): Promise<ImageRecords>;
  /** @throws {SlideError} `bad-input` for a damaged index */
  record(number: number): Promise<DataPlace>;
}

export const damagedMirax = (subject: string, problem: string): SlideError =>
  new SlideError('bad-input', problem, {
    subject,
    hint: 'the slide is damaged or copied in part: copy the .mrxs file and its folder again',
  });

/**
 * @param id of the slide, which the index repeats
 * @param files how many data files there are
 * @param images how many images a level can have
 * @param subject for messages
 */
export async function openIndex(
  source: ByteSource,
  {
    id,
    files,
    images,
    subject,
  }: { readonly id: string; readonly files: number; readonly images: number; readonly subject: string },
): Promise<IndexFile> {
  const fail = (problem: string) => damagedMirax(subject, `Index.dat: ${problem}`);
  const words = async (offset: number, count: number): Promise<Int32Array> => {
    if (offset < 0 || offset + count * WORD > source.size)
      throw fail(`bytes ${offset} to ${offset + count * WORD} lie outside the file`);
    const bytes = await source.read(offset, count * WORD);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Int32Array.from({ length: count }, (_, i) => view.getInt32(i * WORD, true));
  };
  const word = async (offset: number): Promise<number> => (await words(offset, 1))[0] ?? 0;
  const begin = new TextEncoder().encode(VERSION + id);
  const found = await source.read(0, Math.min(begin.length, source.size));
  if (found.length < begin.length || begin.some((byte, i) => byte !== found[i])) {
    throw fail('it is of another version, or of another slide than Slidedat.ini');
  }
  /** The first page behind a pointer in a list. */
  const firstPage = async (root: number, number: number): Promise<number> => {
    const [zero, page = 0] = await words(await word((await word(root)) + number * WORD), 2);
    if (zero !== 0) throw fail(`the entry ${number} of a list does not begin with 0`);
    return page;
  };
  const check = (place: DataPlace): DataPlace => {
    if (place.file >= 0 && place.file < files && place.offset >= 0 && place.bytes >= 0) return place;
    throw fail(`it names ${place.bytes} bytes at ${place.offset} of data file ${place.file} of ${files}`);
  };

  return {
    level: async (number) => {
      const pages: Int32Array[] = [];
      const seen = new Set<number>();
      let total = 0;
      for (let page = await firstPage(begin.length, number); page !== 0; ) {
        const [count = 0, next = 0] = await words(page, PAGE_WORDS);
        total += count;
        if (seen.has(page) || count < 0 || total > images) throw fail(`the pages of level ${number} do not end`);
        seen.add(page);
        const records = await words(page + PAGE_WORDS * WORD, count * RECORD_WORDS);
        for (let i = 0; i < records.length; i += RECORD_WORDS) {
          check({ offset: records[i + 1] ?? -1, bytes: records[i + 2] ?? -1, file: records[i + 3] ?? -1 });
        }
        pages.push(records);
        page = next;
      }
      const all = new Int32Array(total * RECORD_WORDS);
      let at = 0;
      for (const records of pages) {
        all.set(records, at);
        at += records.length;
      }
      return all;
    },
    record: async (number) => {
      const page = await firstPage(begin.length + WORD, number);
      const [count = 0, , second, third, offset = -1, bytes = -1, file = -1] = await words(page, 7);
      if (count < 1 || second !== 0 || third !== 0) throw fail(`the record ${number} is damaged`);
      return check({ offset, bytes, file });
    },
  };
}
