/**
 * The folder that `ftu predict` writes, beyond the files of single slides. Every file is written beside and renamed, so a name that
 * exists is a file that is complete.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { csvLines, ioError, makeFolder, writeAtomically, writeCsv, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { factsName, type OutputName, outputFolders, reportFile, submissionNames } from './output-names.js';
import type { PredictedSlide } from './slide-outcome.js';

/** A finished slide as it is kept: what is known of it, and what that depends on. */
export interface KeptSlide {
  readonly fingerprint: string;
  readonly outcome: PredictedSlide;
  /** Kaggle's run-length code for each class. */
  readonly codes: readonly string[];
  /** Bytes of each of the outcome's files; unset in records of earlier versions. */
  readonly sizes?: readonly number[] | undefined;
}

/**
 * Makes what is in the folder, and removes submission and report of an earlier run: they would pass for this one's. Without the report, and
 * with `unfinished` there, nobody takes the folder for a finished prediction.
 * @throws {FtuError} `io` when the folder cannot be made, as when its name is a file's
 */
export async function prepareOutputFolder(out: string, outputs: readonly OutputName[]): Promise<void> {
  const folders = ['unfinished', 'slides', ...outputs.map((name) => outputFolders[name])];
  try {
    for (const folder of [out, ...folders.map((name) => join(out, name))]) await makeFolder(folder);
    await rm(join(out, reportFile), { force: true });
    for (const name of await readdir(out)) {
      if (/^submission(-.+)?\.csv$|^summary\.csv$|^objects\.csv$/.test(name)) await rm(join(out, name));
    }
  } catch (cause) {
    throw ioError(cause, out, 'be used as the output folder');
  }
}

const keptSchema = z.object({
  fingerprint: z.string(),
  outcome: z.custom<PredictedSlide>((value) => typeof value === 'object' && value !== null),
  codes: z.array(z.string()),
  sizes: z.array(z.number()).optional(),
});

/** What an earlier run has kept of a slide, in whatever way it was predicted; undefined for nothing, and for what is no such record. */
export async function readRecord(out: string, id: string): Promise<KeptSlide | undefined> {
  const text = await readFile(join(out, factsName(id)), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return keptSchema.safeParse(json).data;
}

/** Files that nobody edits: one that is smaller than it was is cut off. */
const IMAGE = /\.(?:tif|dcm)$/;

/** The slide as an earlier run left it, if it was predicted in the same way, all its files are still there, and none of its images is cut off. */
export async function readKept(out: string, id: string, fingerprint: string): Promise<KeptSlide | undefined> {
  const kept = await readRecord(out, id);
  if (kept === undefined || kept.fingerprint !== fingerprint) return undefined;
  const sizes = await sizesOf(out, kept.outcome.files);
  const isWhole = (size: number | undefined, i: number): boolean =>
    size !== undefined && (!IMAGE.test(kept.outcome.files[i] ?? '') || size >= (kept.sizes?.[i] ?? 0));
  if (!sizes.every(isWhole)) return undefined;
  // Records of earlier versions name it once.
  return { ...kept, outcome: { ...kept.outcome, fingerprint } };
}

/** @returns bytes of each file, undefined for one that is not there */
const sizesOf = (out: string, names: readonly string[]): Promise<(number | undefined)[]> =>
  Promise.all(
    names.map((name) =>
      stat(join(out, name)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  );

/** @param kept without the sizes of its files, which are written by now */
export async function writeKept(out: string, kept: Omit<KeptSlide, 'sizes'>): Promise<void> {
  const sizes = (await sizesOf(out, kept.outcome.files)).map((size) => size ?? 0);
  await writeFileAtomic(join(out, factsName(kept.outcome.id)), `${JSON.stringify({ ...kept, sizes })}\n`);
}

/** A line of each submission: the codes of a slide's classes, none for one that could not be predicted. */
export interface SubmissionLine {
  readonly id: string;
  readonly codes: readonly string[];
}

/** Writes `id,predicted` once per class, line by line. An empty mask is an empty cell. */
export async function writeSubmissions(
  out: string,
  classes: readonly string[],
  slides: readonly SubmissionLine[],
): Promise<string[]> {
  const names = submissionNames(classes);
  for (const [c, name] of names.entries()) {
    await writeAtomically(join(out, name), async (file) => {
      await file.writeFile('id,predicted\n');
      // Codes are long: a line that held one would be a copy of it.
      for (const { id, codes } of slides) {
        for (const part of [`${idCell(id)},`, codes[c] ?? '', '\n']) await file.writeFile(part);
      }
    });
  }
  return names;
}

/** Kaggle compares ids letter by letter. */
const idCell = (id: string): string => csvLines([[id]], { formulas: 'kept' }).trimEnd();

/** One line per slide: counts, areas, density, and for several classes the counts of each. */
export async function writeSummary(out: string, slides: readonly PredictedSlide[]): Promise<void> {
  const number = (value: number | null): string => (value === null ? '' : String(Number(value.toPrecision(6))));
  const rows = slides.map(({ id, facts, unreadable, warnings = [], cascade }) => ({
    id,
    count: facts.count,
    area_um2: number(facts.areaMicrons2),
    tissue_mm2: number(facts.tissueMillimetres2),
    count_per_mm2: number(facts.densityPerMillimetre2),
    ...(facts.glomeruli ? { glomeruli: facts.glomeruli.all, sclerotic_glomeruli: facts.glomeruli.sclerotic } : {}),
    sclerotic_fraction: number(facts.scleroticFraction),
    sclerotic_fraction_low: number(facts.scleroticInterval?.low ?? null),
    sclerotic_fraction_high: number(facts.scleroticInterval?.high ?? null),
    ...(cascade === undefined ? {} : { tissue_looked_at_twice: number(cascade.tissueShare) }),
    unreadable_regions: unreadable.length,
    warning: warnings.join('; '),
    ...Object.fromEntries(facts.classes.map(({ name, count }) => [`count_${name}`, count])),
    ...Object.fromEntries(facts.classes.map(({ name, areaMicrons2 }) => [`area_um2_${name}`, number(areaMicrons2)])),
  }));
  await writeCsv(join(out, 'summary.csv'), rows);
}
