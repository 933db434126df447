/** Which sub-blocks make the picture: one focal plane and one time of one brightfield channel, in all scenes. */
import type { SubBlock } from './directory.js';
import type { CziMetadata } from './metadata.js';
import { unsupportedCzi } from './segments.js';

export interface Plane {
  readonly blocks: readonly SubBlock[];
  readonly scenes: number;
  /** What is left out, in clauses. */
  readonly notes: readonly string[];
}

/** Dimensions that no brightfield slide has: rotations, illuminations, phases, views, blocks of acquisition. */
const OTHERS = { R: 'rotations', I: 'illuminations', H: 'phases', V: 'views', B: 'blocks of acquisition' } as const;

const coordinate = ({ at }: SubBlock, dimension: string): number => at[dimension] ?? 0;

const coordinates = (blocks: readonly SubBlock[], dimension: string): readonly number[] =>
  [...new Set(blocks.map((block) => coordinate(block, dimension)))].sort((a, b) => a - b);

/** @throws {SlideError} `unsupported` for fluorescence and for what is no picture of a slide */
export function pickPlane(blocks: readonly SubBlock[], metadata: CziMetadata, subject: string): Plane {
  const channels = coordinates(blocks, 'C');
  if (channels.length > 1) {
    throw unsupportedCzi(
      subject,
      `${channels.length} channels (CZI), such as of fluorescence, are not supported`,
      'export the brightfield channel from ZEN as a CZI of its own',
    );
  }
  for (const [dimension, name] of Object.entries(OTHERS)) {
    const count = coordinates(blocks, dimension).length;
    if (count > 1) throw unsupportedCzi(subject, `${count} ${name} (CZI) are not supported`);
  }
  refuseFluorescence(blocks, metadata, subject);
  const times = coordinates(blocks, 'T');
  const planes = coordinates(blocks, 'Z');
  const [time, plane] = [times[0] ?? 0, planes[planes.length >> 1] ?? 0];
  return {
    blocks: blocks.filter((block) => coordinate(block, 'T') === time && coordinate(block, 'Z') === plane),
    scenes: coordinates(blocks, 'S').length,
    notes: [
      ...(planes.length > 1 ? [`${planes.length} focal planes, of which the middle one is read`] : []),
      ...(times.length > 1 ? [`${times.length} time points, of which the first is read`] : []),
    ],
  };
}

/** Grey is a picture of a stained section only where the file says how it was lit. */
function refuseFluorescence(blocks: readonly SubBlock[], { channels }: CziMetadata, subject: string): void {
  if (!blocks.some(({ pixelType }) => pixelType === 0 || pixelType === 1)) return;
  const [channel] = channels;
  const isBright =
    /^brightfield$/i.test(channel?.contrast ?? '') ||
    (channel?.contrast === undefined && channel?.illumination === 'Transmitted');
  if (channels.length <= 1 && isBright) return;
  const said = channel?.contrast ?? channel?.illumination;
  throw unsupportedCzi(
    subject,
    `a grey CZI that does not say that it is brightfield${said === undefined ? '' : ` (it says ${said.slice(0, 40)})`} is not supported`,
    'export it as brightfield RGB',
  );
}
