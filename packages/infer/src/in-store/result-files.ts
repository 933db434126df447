/** Names and small files of a prediction in a store, besides its bands. */
import { z } from 'zod';
import { type FileStore, readText, writeText } from '../file-store/file-store.js';

/** All that a prediction writes into a store besides bands; other names there are never touched. */
export const resultFiles = {
  outlines: 'objects.geojson',
  table: 'objects.csv',
  report: 'report.json',
  map: 'map.json',
} as const;

const mapFactsSchema = z.object({
  /** Of the working grid. */
  width: z.number(),
  height: z.number(),
  /** See `temperatureOf`. */
  temperature: z.number(),
});

/** What a map needs to know besides the bands. */
export type MapFacts = z.output<typeof mapFactsSchema>;

export const writeMapFacts = (store: FileStore, facts: MapFacts): Promise<void> =>
  writeText(store, resultFiles.map, [JSON.stringify(facts)]);

/** @returns undefined where nothing was ever predicted */
export async function readMapFacts(store: FileStore): Promise<MapFacts | undefined> {
  const text = await readText(store, resultFiles.map);
  return text === undefined ? undefined : mapFactsSchema.parse(JSON.parse(text));
}
