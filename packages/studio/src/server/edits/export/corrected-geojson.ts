/** A slide's corrected objects as QuPath reads them: classes in their colours, ids kept, what was decided as metadata. Rejected objects are left out. */
import { dirname, join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { makeFolder } from '@ftuseg/files';
import { type CoordinateOrigin, createGeoJsonWriter, qupathOrigin } from '@ftuseg/slide';
import type { StudioClass } from '../../../protocol/slides.js';
import type { SlideDocument, StudioContext, StudioSlide } from '../../context.js';
import { featureOf } from '../base/slide-base.js';
import { EXPORT_FOLDER, streamOfFile } from './file-stream.js';

/** Of classes that the session does not know. */
const OTHER_COLOUR = [255, 255, 0] as const;

/** @param origin of `originFor`. @throws FtuError `io` */
export async function writeCorrected(
  path: string,
  document: SlideDocument,
  classes: readonly StudioClass[],
  origin: CoordinateOrigin | undefined,
): Promise<void> {
  const colours = new Map(classes.map(({ name, colour }) => [name, colour]));
  await makeFolder(dirname(path));
  const writer = await createGeoJsonWriter(path, origin);
  try {
    for await (const object of document.objects()) {
      const decision = document.decisions.get(object.id);
      await writer.write({
        ...featureOf(object),
        colour: colours.get(object.class) ?? OTHER_COLOUR,
        metadata: decision === undefined ? undefined : { Review: decision },
      });
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The corner that QuPath counts from. A slide that cannot be opened does not say it, and no more can QuPath. */
export const originFor = (slide: StudioSlide): Promise<CoordinateOrigin | undefined> =>
  slide.use(async (opened) => qupathOrigin(opened)).catch(() => undefined);

/** Writes the file, then gives its bytes. @throws FtuError `io` */
export async function correctedGeoJson(
  context: StudioContext,
  slide: StudioSlide,
  document: SlideDocument,
): Promise<ReadableStream<Uint8Array>> {
  const path = join(context.workFolder, EXPORT_FOLDER, 'geojson', `${slide.row.id}.geojson`);
  await writeCorrected(path, document, context.session().classes, await originFor(slide));
  return streamOfFile(path);
}
