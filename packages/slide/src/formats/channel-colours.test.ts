/** Which channels are the colours of a picture: by names, by colours, and by neither. */
import { describe, expect, it } from 'vitest';
import { findChannels, type StatedChannel } from './channel-colours.js';

const channels = (names: readonly string[], colours: readonly (string | undefined)[] = []): StatedChannel[] =>
  names.map((name, i) => ({ name, colour: colours[i], isFluorescence: false }));
const unnamed = ['', '', ''];
const [red, green, blue] = ['FF0000', '00FF00', '0000FF'];

describe('three channels', () => {
  it.each<[string, StatedChannel[], number[]]>([
    ['names', channels(['Red', 'Green', 'Blue']), [0, 1, 2]],
    ['letters, in another order', channels(['b', 'g', 'r']), [2, 1, 0]],
    ['words in names', channels(['brightfield (R)', 'brightfield (G)', 'brightfield (B)']), [0, 1, 2]],
    ['colours', channels(unnamed, [green, blue, red]), [2, 0, 1]],
    ['colours of numbered names', channels(['Channel 0', 'Channel 1', 'Channel 2'], [red, green, blue]), [0, 1, 2]],
    ['colours of equal names', channels(['PAS', 'PAS', 'PAS'], [red, green, blue]), [0, 1, 2]],
    ['both', channels(['R', 'G', 'B'], [red, green, blue]), [0, 1, 2]],
  ])('are red, green and blue by %s', (_, stated, order) => {
    expect(findChannels(stated, 16)).toEqual({ channels: order, note: undefined });
  });

  it.each<[string, StatedChannel[]]>([
    ['nothing', channels([])],
    ['numbers alone', channels(['Channel:0:0', 'Channel:0:1', 'Channel:0:2'])],
  ])('are taken for them by %s, which is noted, in 8 bits alone', (_, stated) => {
    expect(findChannels(stated, 8)).toMatchObject({ channels: [0, 1, 2], note: expect.stringContaining('are taken') });
    expect(findChannels(stated, 16)).toEqual({ refusal: expect.stringContaining('unless the file says') });
  });

  it.each<[string, StatedChannel[], string]>([
    ['are called dyes', channels(['DAPI', 'FITC', 'TRITC']), 'called DAPI, FITC, TRITC'],
    ['are dyes in the colours of a picture', channels(['DAPI', 'FITC', 'TRITC'], [blue, green, red]), 'called DAPI'],
    ['have numbers that count nothing', channels(['Cy3', 'Cy5', 'Cy7'], [red, green, blue]), 'called Cy3'],
    ['have colours beside dyes', channels(['DAPI blue', 'FITC green', 'TRITC red']), 'called DAPI blue'],
    ['have one name', channels(['DAPI', '', '']), 'called DAPI, nothing, nothing'],
    ['have other colours', channels(unnamed, ['FF00FF', green, undefined]), 'coloured FF00FF, 00FF00, not at all'],
    ['contradict their names', channels(['R', 'G', 'B'], [blue, green, red]), 'called R, G, B and coloured 0000FF'],
    [
      'have a wavelength',
      channels(unnamed, [red, green, blue]).map((one) => ({ ...one, isFluorescence: true })),
      'fluorescence',
    ],
  ])('are refused where they %s', (_, stated, why) => {
    expect(findChannels(stated, 8)).toEqual({ refusal: expect.stringContaining(why) });
  });
});
