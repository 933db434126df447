/** The slides, predictions and corrections of a session, as every group of routes is given them. */
import { FtuError } from '@ftuseg/core';
import { truthSource } from '@ftuseg/slide';
import type { StudioContext, StudioSlide } from './context.js';
import { openDocuments } from './edits/open-document.js';
import type { StudioInput } from './input/studio-input.js';
import { openPrediction, type ReadPrediction } from './predictions/open-prediction.js';
import { studioSession } from './session/session.js';
import { studioSlides } from './slides/studio-slides.js';

export interface ContextOptions {
  readonly input: StudioInput;
  readonly version: string;
  readonly workFolder: string;
  readonly ftu: readonly string[];
  readonly models: readonly string[];
  readonly signal: AbortSignal;
  readonly onNote: (sentence: string) => void;
  /** Told when corrections begin from another prediction than before, or from the same one made anew; undefined: from none. */
  readonly onCorrected: (prediction: ReadPrediction | undefined) => void;
}

export interface OpenedContext {
  readonly context: StudioContext;
  /** The prediction that corrections begin from. */
  readonly corrected: () => ReadPrediction | undefined;
  readonly close: () => Promise<void>;
}

/** @throws FtuError for a prediction that cannot be read, or that is of none of the slides */
export async function openContext(options: ContextOptions): Promise<OpenedContext> {
  const { input, version, workFolder, ftu, models, signal, onNote, onCorrected } = options;
  const { slides, close } = studioSlides(input.rows);
  const byId = new Map(slides.map((slide) => [slide.id, slide]));
  const predictions: ReadPrediction[] = [];
  for (const { folder, name } of input.predictions) predictions.push(await prediction(folder, slides, name));
  const truth = input.rows.some((row) => truthSource(row) !== undefined);
  const facts = { title: input.title, version, truth };
  const session = () => studioSession(facts, predictions);
  const documents = openDocuments({ session, predictions: () => predictions, workFolder }, onNote);
  const context: StudioContext = {
    session,
    slides,
    slide: (id) => byId.get(id),
    predictions: () => predictions,
    addPrediction: async (folder, name) => {
      const found = await prediction(folder, slides);
      const added = name === undefined ? found : { ...found, name };
      const at = predictions.findIndex(({ id }) => id === added.id);
      if (at < 0) predictions.push(added);
      else predictions[at] = added;
      if (predictions[0] === added) onCorrected(added);
      return added;
    },
    removePrediction: (id) => {
      const at = predictions.findIndex((one) => one.id === id);
      if (at >= 0) predictions.splice(at, 1);
      if (at === 0) onCorrected(predictions[0]);
    },
    document: (slide) => documents(slide),
    workFolder,
    ftu,
    models,
    signal,
  };
  return { context, corrected: () => predictions[0], close };
}

async function prediction(folder: string, slides: readonly StudioSlide[], name?: string): Promise<ReadPrediction> {
  const found = await openPrediction(folder, name);
  if (slides.some(({ row }) => found.reported.has(row.id))) return found;
  throw new FtuError('bad-input', 'it has none of the slides', {
    subject: folder,
    hint: 'give the slide table that it was made from',
  });
}
