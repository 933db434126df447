/**
 * Slides that OpenSlide reads and nothing here does, where the machine has that library. Only formats that are known by name and have no reader of
 * their own come here. A file that a reader of ours refused never does: it had a reason, and another reader would show something all the same.
 */
import { SlideError } from '../../slide-error.js';
import type { SlideFormat } from '../format.js';
import { openSlideFormat } from '../known/known-formats.js';

export const openslide: SlideFormat = {
  name: 'OpenSlide',
  endings: ['vms', 'vmu', 'svslide'],
  reads: 'ranges',
  probe: ({ name, head }) => head.length > 0 && openSlideFormat(name, head) !== undefined,
  open: async (source, { openWithOpenSlide }) => {
    const { path, name: subject } = source;
    if (path === undefined) return undefined;
    const known = openSlideFormat(path, await source.read(0, Math.min(source.size, 16)));
    if (known === undefined) throw new SlideError('bad-input', 'the file changed while it was opened', { subject });
    const slide = await openWithOpenSlide?.(path, known);
    // The library has the file open itself.
    if (slide !== undefined) await source.close();
    return slide;
  },
};
