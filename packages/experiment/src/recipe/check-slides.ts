/** The slides of a recipe: whether they are there, and whether any would both teach by predictions and judge. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { counted, FtuError, isPlausible, plausibilityQuestion } from '@ftuseg/core';
import { fileIdentity, isAddress } from '@ftuseg/files';
import { checkCodes, filterRows, openSlide, pixelScaleOf, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { kindOf } from '../step-kind/kind-of.js';
import type { SlidesSource, SlideUse } from '../step-kind/recipe.js';
import type { NamedSlide, RecipeFile } from '../step-kind/step-kind.js';

type Told = (sentence: string) => void;

async function readSlides(
  file: RecipeFile,
  name: string,
  source: SlidesSource,
  onNote: Told | undefined,
): Promise<SlideRow[]> {
  try {
    const path = isAddress(source.table) ? source.table : resolve(file.folder, source.table);
    const table = await readSlideTable(path, { onNote, onDoubt: source.labels ? onNote : undefined });
    const rows = source.where === undefined ? table : filterRows(table, source.where);
    if (source.micronsPerPixel !== undefined && rows.every((row) => row.micronsPerPixel !== undefined)) {
      const problem = `slides.${name}: "micronsPerPixel" would do nothing: every row says its own in column "mpp"`;
      throw file.fail(['slides', name, 'micronsPerPixel'], problem, 'leave one of the two out');
    }
    return rows.map((row) => {
      const { mask, rle, annotations, columns, ...rest } = row;
      const microns = row.micronsPerPixel ?? source.micronsPerPixel;
      const scaled = microns === undefined ? {} : { micronsPerPixel: microns };
      if (source.labels) return { ...row, ...scaled };
      const { mask: _mask, rle: _rle, encoding: _encoding, annotations: _annotations, ...others } = columns;
      return { ...rest, ...scaled, columns: others };
    });
  } catch (error) {
    if (!(error instanceof FtuError) || error.subject === file.path) throw error;
    throw file.fail(
      ['slides', name, source.where === undefined || error.code !== 'bad-input' ? 'table' : 'where'],
      error.message,
    );
  }
}

/** The entries of `slides` that steps work on in some way, each with the step that messages name. */
function usesOf(file: RecipeFile, as: SlideUse['as']): (SlideUse & { readonly step: string })[] {
  const { recipe } = file;
  return Object.entries(recipe.steps).flatMap(([name, step]) =>
    kindOf(file, step)
      .slides(step, recipe)
      .filter((use) => use.as === as)
      .map((use) => ({ ...use, step: use.step ?? name })),
  );
}

async function checkPseudo(file: RecipeFile, slides: ReadonlyMap<string, readonly SlideRow[]>): Promise<void> {
  const validations = usesOf(file, 'validation');
  const paths = async (name: string): Promise<Set<string>> =>
    new Set(await Promise.all((slides.get(name) ?? []).map(({ image }) => realpath(image).catch(() => image))));
  for (const { slides: labelled, step } of usesOf(file, 'pseudo-labels')) {
    const ours = await paths(labelled);
    // A training that does not learn from these labels may validate on their slides.
    for (const { slides: validated, step: prepared, learnsFrom = [] } of validations) {
      if (!learnsFrom.includes(step)) continue;
      const both = validated === labelled ? undefined : [...(await paths(validated))].find((path) => ours.has(path));
      if (validated !== labelled && both === undefined) continue;
      const what = both === undefined ? `slides "${labelled}"` : `slide ${both} of "${labelled}"`;
      throw file.fail(
        ['steps', step, 'slides'],
        `${what} would teach by pseudo-labels and validate (step "${prepared}")`,
        'pseudo-label other slides, or train on them with `split: none`: no score of these could be trusted',
      );
    }
  }
}

async function checkFiles(file: RecipeFile, slides: ReadonlyMap<string, readonly SlideRow[]>): Promise<void> {
  for (const [name, rows] of slides) {
    for (const { id, image } of rows) {
      await fileIdentity(image).catch((error: unknown) => {
        const why = error instanceof FtuError && error.code !== 'not-found' ? ` (${error.problem})` : '';
        throw file.fail(['slides', name, 'table'], `the image of slide "${id}" is not there: ${image}${why}`);
      });
    }
  }
}

/** Scales that no slide has, by the slides' headers; a file that cannot be opened is for the step to report. */
async function checkScales(file: RecipeFile, slides: ReadonlyMap<string, readonly SlideRow[]>): Promise<void> {
  for (const [name, rows] of slides) {
    for (const row of rows) {
      const slide = row.micronsPerPixel === undefined ? await openSlide(row.image).catch(() => undefined) : undefined;
      if (slide === undefined) continue;
      const scale = pixelScaleOf(row, slide);
      await slide.close();
      if (scale === undefined || isPlausible(scale)) continue;
      throw file.fail(
        ['slides', name, 'table'],
        `slide "${row.id}": ${plausibilityQuestion(scale)}`,
        'give the right one in column "mpp" of the table',
      );
    }
  }
}

async function checkLabels(file: RecipeFile, slides: ReadonlyMap<string, readonly SlideRow[]>): Promise<void> {
  const checked = new Set<string>();
  for (const { slides: name, step } of usesOf(file, 'labels')) {
    if (checked.has(name)) continue;
    checked.add(name);
    const rows = slides.get(name) ?? [];
    const bare = rows.filter(({ mask, rle, annotations }) => (mask ?? rle ?? annotations) === undefined);
    const [first] = bare;
    if (first !== undefined) {
      throw file.fail(
        ['slides', name, 'table'],
        `${bare.length} of ${counted(rows.length, 'slide')} ${bare.length === 1 ? 'has' : 'have'} no labels, such as "${first.id}", and step "${step}" reads them`,
        'give a table or folder with labels, leave these slides out with `where`, or say `labels: false` where only their pictures are wanted',
      );
    }
    await checkCodes(rows).catch((error: unknown) => {
      if (!(error instanceof FtuError)) throw error;
      throw file.fail(['slides', name, 'table'], error.message);
    });
  }
}

const onlyRow = (
  slides: ReadonlyMap<string, readonly SlideRow[]>,
  only: NamedSlide,
): ReadonlyMap<string, readonly SlideRow[]> =>
  new Map([[only.slides, (slides.get(only.slides) ?? []).filter(({ id }) => id === only.id)]]);

/**
 * Rows of each entry of `slides`; without their truth where the entry says `labels: false`.
 * @param only the one slide whose file is looked at
 * @param onNote told what of folders is passed over, and what in tables with labels may be a slip
 * @throws {FtuError} `bad-input` with the line: a table, filter or image that is not there, labels that are missing or do not fit, slides that are pseudo-labelled and validate
 */
export async function checkSlides(
  file: RecipeFile,
  only?: NamedSlide,
  onNote?: Told,
): Promise<Map<string, readonly SlideRow[]>> {
  const slides = new Map<string, readonly SlideRow[]>();
  // Several entries may be rows of one table.
  const notes = new Set<string>();
  const told = onNote && ((note: string) => void notes.add(note));
  for (const [name, source] of Object.entries(file.recipe.slides))
    slides.set(name, await readSlides(file, name, source, told));
  for (const note of notes) onNote?.(note);
  const looked = only === undefined ? slides : onlyRow(slides, only);
  await checkFiles(file, looked);
  await checkScales(file, looked);
  await checkLabels(file, slides);
  await checkPseudo(file, slides);
  return slides;
}
