/** The list of what was worked on, as it lies in the store; the same after the browser was closed. */

import { readEdits } from './edit-log.js';
import { childrenOf, folderAt, madeFolder, removeFrom } from './folders.js';
import {
  type ModelRecord,
  modelRecordSchema,
  type PredictionRecord,
  predictionRecordSchema,
  type SlideRecord,
  type SlideWork,
  slideRecordSchema,
} from './records.js';
import { namesIn, readJson, readWhole, writeJson, writeWhole } from './whole-files.js';

const SLIDE = 'slide.json';
const THUMBNAIL = 'thumbnail.bmp';

async function predictionsOf(slide: string): Promise<PredictionRecord[]> {
  const folder = await folderAt(['slides', slide, 'predictions'], { create: false });
  if (folder === undefined) return [];
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json'));
  const records = await Promise.all(names.map((name) => readJson(folder, name)));
  return records.flatMap((one) => predictionRecordSchema.safeParse(one).data ?? []).sort((a, b) => a.begun - b.begun);
}

/** @returns undefined where nothing is kept of the slide */
export async function readWork(slide: string): Promise<SlideWork | undefined> {
  const folder = await folderAt(['slides', slide], { create: false });
  const record = folder === undefined ? undefined : slideRecordSchema.safeParse(await readJson(folder, SLIDE)).data;
  if (record === undefined) return undefined;
  // A damaged log keeps nobody from looking at the slide: who opens it is told.
  const log = await readEdits(slide).catch(() => undefined);
  return {
    slide: record,
    predictions: await predictionsOf(slide),
    revision: log?.edits.length ?? 0,
    corrects: log?.base?.kind === 'prediction' ? log.base.name : undefined,
  };
}

/** The last opened first. */
export async function readWorks(): Promise<readonly SlideWork[]> {
  const folder = await folderAt(['slides'], { create: false });
  if (folder === undefined) return [];
  const works = await Promise.all((await childrenOf(folder)).map(({ name }) => readWork(name)));
  return works.filter((work) => work !== undefined).sort((a, b) => b.slide.opened - a.slide.opened);
}

export async function keepSlide(record: SlideRecord): Promise<void> {
  await writeJson(await madeFolder(['slides', record.id]), SLIDE, record);
}

export async function keepThumbnail(slide: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(await madeFolder(['slides', slide]), THUMBNAIL, bytes);
}

export async function readThumbnail(slide: string): Promise<Uint8Array | undefined> {
  const folder = await folderAt(['slides', slide], { create: false });
  return folder === undefined ? undefined : readWhole(folder, THUMBNAIL);
}

export async function keepPrediction(slide: string, record: PredictionRecord): Promise<void> {
  await writeJson(await madeFolder(['slides', slide, 'predictions']), `${record.id}.json`, record);
}

export async function removePrediction(slide: string, prediction: string): Promise<void> {
  const folder = await folderAt(['slides', slide, 'predictions'], { create: false });
  if (folder === undefined) return;
  await removeFrom(folder, `${prediction}.json`);
  await removeFrom(folder, prediction);
}

export async function removeWork(slide: string): Promise<void> {
  const folder = await folderAt(['slides'], { create: false });
  if (folder !== undefined) await removeFrom(folder, slide);
}

export async function keepModel(record: ModelRecord, bytes: Uint8Array): Promise<void> {
  const folder = await madeFolder(['models']);
  await writeWhole(folder, `${record.sha256}.onnx`, bytes);
  await writeJson(folder, `${record.sha256}.json`, record);
}

export async function readModels(): Promise<readonly ModelRecord[]> {
  const folder = await folderAt(['models'], { create: false });
  if (folder === undefined) return [];
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json'));
  const records = await Promise.all(names.map((name) => readJson(folder, name)));
  return records.flatMap((one) => modelRecordSchema.safeParse(one).data ?? []);
}

/** @returns undefined for a model that is not kept */
export async function readModel(sha256: string): Promise<Uint8Array | undefined> {
  const folder = await folderAt(['models'], { create: false });
  return folder === undefined ? undefined : readWhole(folder, `${sha256}.onnx`);
}

export async function removeModel(sha256: string): Promise<void> {
  const folder = await folderAt(['models'], { create: false });
  if (folder === undefined) return;
  await removeFrom(folder, `${sha256}.json`);
  await removeFrom(folder, `${sha256}.onnx`);
}
