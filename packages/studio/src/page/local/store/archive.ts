/** The work on slides as one ZIP that this page, in another browser too, opens again. */
import { FtuError } from '@ftuseg/core';
import { readZip } from '../zip/read-zip.js';
import { writeZip, type ZipEntry } from '../zip/write-zip.js';
import { childrenOf, folderAt, madeFolder } from './folders.js';
import { slideRecordSchema } from './records.js';
import { namesIn, writeWhole } from './whole-files.js';

/** Such as `slides/0123456789abcdef0123/predictions/89ab.json`: names that this page gives, nothing else. */
const NAME = /^slides\/([0-9a-f]{20})((?:\/[\w-][\w.-]*)+)$/;

async function entriesOf(path: readonly string[]): Promise<ZipEntry[]> {
  const folder = await folderAt(path, { create: false });
  if (folder === undefined) return [];
  const entries: ZipEntry[] = [];
  for (const name of await namesIn(folder)) {
    const handle = await folder.getFileHandle(name);
    entries.push({ name: [...path, name].join('/'), data: await handle.getFile() });
  }
  for (const { kind, name } of await childrenOf(folder)) {
    if (kind === 'directory') entries.push(...(await entriesOf([...path, name])));
  }
  return entries;
}

/** @param slides ids @throws FtuError `unsupported` for more than a ZIP holds */
export async function packWorks(slides: readonly string[]): Promise<Blob> {
  const entries = await Promise.all(slides.map((slide) => entriesOf(['slides', slide])));
  return writeZip(entries.flat());
}

/**
 * Takes work out of a ZIP; what is here already stays as it is.
 * @throws FtuError `bad-input` for another ZIP or a damaged one
 */
export async function unpackWorks(
  zip: Blob,
): Promise<{ readonly taken: readonly string[]; readonly known: readonly string[] }> {
  const files = (await readZip(zip)).filter(({ name }) => NAME.test(name));
  const names = new Map<string, string>();
  const known = new Set<string>();
  for (const file of files) {
    const [, slide = '', rest] = NAME.exec(file.name) ?? [];
    if (rest !== '/slide.json') continue;
    const record = slideRecordSchema.safeParse(JSON.parse(new TextDecoder().decode(await file.read()))).data;
    if (record === undefined) continue;
    names.set(slide, record.name);
    if ((await folderAt(['slides', slide], { create: false })) !== undefined) known.add(slide);
  }
  if (names.size === 0) {
    throw new FtuError('bad-input', 'there is no work of this page in the ZIP', {
      hint: 'choose a file that "Everything as one ZIP" wrote',
    });
  }
  // The record last: work that was not taken whole is none.
  const ordered = [...files].sort(
    (a, b) => Number(a.name.endsWith('/slide.json')) - Number(b.name.endsWith('/slide.json')),
  );
  for (const file of ordered) {
    const [, slide = '', rest = ''] = NAME.exec(file.name) ?? [];
    if (!names.has(slide) || known.has(slide)) continue;
    const path = rest.slice(1).split('/');
    const folder = await madeFolder(['slides', slide, ...path.slice(0, -1)]);
    await writeWhole(folder, path.at(-1) ?? '', await file.read());
  }
  const named = (slides: Iterable<string>): string[] => Array.from(slides, (slide) => names.get(slide) ?? slide);
  return { taken: named([...names.keys()].filter((slide) => !known.has(slide))), known: named(known) };
}
