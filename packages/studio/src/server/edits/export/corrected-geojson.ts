/** A slide's corrected objects as QuPath reads them: classes in their colours, ids kept, what was decided as metadata. Rejected objects are left out. */
import { dirname, join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { makeFolder } from '@ftuseg/files';
import { createGeoJsonWriter } from '@ftuseg/slide';
import type { StudioClass } from '../../../protocol/slides.js';
import type { SlideDocument, StudioContext, StudioSlide } from '../../context.js';
import { featureOf } from '../base/slide-base.js';
import { EXPORT_FOLDER, streamOfFile } from './file-stream.js';

/** Of classes that the session does not know. */
const OTHER_COLOUR = [255, 255, 0] as const;

/** @throws FtuError `io` */
export async function writeCorrected(
  path: string,
  document: SlideDocument,
  classes: readonly StudioClass[],
): Promise<void> {
  const colours = new Map(classes.map(({ name, colour }) => [name, colour]));
  await makeFolder(dirname(path));
  const writer = await createGeoJsonWriter(path);
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

/** Writes the file, then gives its bytes. @throws FtuError `io` */
export async function correctedGeoJson(
  context: StudioContext,
  slide: StudioSlide,
  document: SlideDocument,
): Promise<ReadableStream<Uint8Array>> {
  const path = join(context.workFolder, EXPORT_FOLDER, 'geojson', `${slide.row.id}.geojson`);
  await writeCorrected(path, document, context.session().classes);
  return streamOfFile(path);
}
