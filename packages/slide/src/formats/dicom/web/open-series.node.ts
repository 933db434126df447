/** A series on a DICOMweb server as a `Slide`: what the reader of files does with files, over what the server says. Source: PS3.18, 10.4. */
import { type DicomWebOptions, seriesMetadata } from '@ftuseg/files';
import type { Slide } from '../../../slide.js';
import type { SlideRuntime } from '../../format.js';
import { slideOfFiles } from '../open-dicom.js';
import { noSlide, WHOLE_SLIDE } from '../series.js';
import { textOf } from '../structure/data-set.js';
import { Tag } from '../structure/tags.js';
import { FrameRequests } from './frame-requests.node.js';
import { servedFile, servedInstance } from './served-file.node.js';

/**
 * @param address of a series, see `dicomWebSeries` of `@ftuseg/files`
 * @throws {FtuError} `not-found`, `io` where the server refuses or fails; `cancelled`; SlideError as for files
 * @example
 * const slide = await openDicomWeb('https://pacs.example.org/dicom-web/studies/1.2.3/series/1.2.4', nodeRuntime);
 */
export async function openDicomWeb(
  address: string,
  runtime: Pick<SlideRuntime, 'codecs' | 'makeShrinker'>,
  options: DicomWebOptions = {},
): Promise<Slide> {
  const instances = (await seriesMetadata(address, options)).map((item) => servedInstance(item, address));
  const pictures = instances.filter(({ set }) => textOf(set, Tag.SopClassUid) === WHOLE_SLIDE);
  if (pictures.length === 0) {
    const set = instances[0]?.set;
    const [sopClass, modality] = [textOf(set, Tag.SopClassUid), textOf(set, Tag.Modality)];
    throw noSlide({ sopClass, modality, series: undefined }, address);
  }
  const requests = new FrameRequests(address, options);
  const close = async (): Promise<void> => requests.close();
  try {
    const files = await Promise.all(pictures.map((picture) => servedFile(picture, requests, options.signal)));
    return await slideOfFiles(files, { subject: address, size: 0, close }, runtime);
  } catch (error) {
    requests.close();
    throw error;
  }
}
