/** Which channels are red, green and blue: as OME-Zarr's `omero` colours them. Fluorescence is not made into something that looks like a stain. */
import type { FileFolder } from '../../source/file-folder.js';
import { isRecord, listOf, memberOf, unsupportedZarr } from './json.js';

export interface Colours {
  /** Channels of the array: of red, green and blue, or the only one. */
  readonly channels: readonly [number] | readonly [number, number, number];
  readonly note: string | undefined;
}

/** As the values of `color`, in capitals. */
const PRIMARIES = ['FF0000', '00FF00', '0000FF'];

/** @throws {SlideError} `unsupported` for channels that are not the colours of a picture */
export function findColours(folder: FileFolder, omero: unknown, count: number, bits: number): Colours {
  if (count === 1) return { channels: [0], note: undefined };
  const refuse = (why: string) =>
    unsupportedZarr(folder, `images of ${count} channels are not supported${why}`, 'export it as brightfield RGB');
  if (count !== 3) throw refuse('');
  const stated = isRecord(omero) ? listOf(memberOf(omero, 'channels')) : [];
  const colours = stated.map((channel) => {
    const colour = isRecord(channel) ? memberOf(channel, 'color') : undefined;
    return typeof colour === 'string' ? colour.replace(/^#/, '').slice(0, 6).toUpperCase() : undefined;
  });
  if (colours.every((colour) => colour === undefined)) {
    if (bits !== 8) throw refuse(`, unless the file says (omero) that ${bits}-bit channels are red, green and blue`);
    return {
      channels: [0, 1, 2],
      note: 'nothing says what its three channels are: they are taken as red, green and blue',
    };
  }
  const [red = -1, green = -1, blue = -1] = PRIMARIES.map((primary) => colours.indexOf(primary));
  if (colours.length !== 3 || Math.min(red, green, blue) < 0) {
    throw refuse(` that are coloured ${colours.map((colour) => colour ?? 'not at all').join(', ')}`);
  }
  return { channels: [red, green, blue], note: undefined };
}
