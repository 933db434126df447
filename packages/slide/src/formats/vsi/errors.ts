/** What a person is told of a VSI slide that is damaged, and of one that is sound and not read. */
import { SlideError } from '../../slide-error.js';

const KEEP =
  'a VSI slide is a .vsi file and a folder beside it, _NAME_ for NAME.vsi, with stackN folders and .ets files: keep them together';

export const damagedVsi = (subject: string, problem: string): SlideError =>
  new SlideError('bad-input', problem, {
    subject,
    hint: 'the slide is damaged or copied in part: copy the .vsi file and its folder again',
  });

/** @param name of a file or folder beside the slide */
export const missingVsi = (subject: string, name: string): SlideError =>
  new SlideError('bad-input', `${name} is missing`, { subject, hint: KEEP });

export const unsupportedVsi = (
  subject: string,
  problem: string,
  hint = 'export it from cellSens or QuPath as OME-TIFF',
): SlideError => new SlideError('unsupported', problem, { subject, hint });

/** The sentence about an `.ets` file that was given instead of the slide. */
export function partOfVsi(subject: string): SlideError {
  const stem = /(?:^|[/\\])_([^/\\]+)_[/\\][^/\\]+[/\\][^/\\]+$/.exec(subject)?.[1];
  return new SlideError('bad-input', 'this is a part of an Olympus VSI slide', {
    subject,
    hint: `open ${stem === undefined ? 'the .vsi file beside its folder' : `${stem}.vsi`}, which says what the part is`,
  });
}
