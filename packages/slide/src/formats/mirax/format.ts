/** 3DHISTECH's MIRAX: `scan.mrxs` with the folder `scan/` beside it, or that folder. */
import { SlideError } from '../../slide-error.js';
import type { SlideFormat } from '../format.js';
import { openMirax } from './open-mirax.js';

const NAME = /([^/\\]+)\.mrxs$/i;
const SLIDEDAT = 'Slidedat.ini';

export const mirax: SlideFormat = {
  name: 'MIRAX',
  endings: ['mrxs'],
  reads: 'ranges',
  probe: ({ name }) => NAME.test(name),
  open: async (source, runtime, beside) => {
    const { name: subject } = source;
    const stem = NAME.exec(/^https?:/i.test(subject) ? decodeURIComponent(new URL(subject).pathname) : subject)?.[1];
    if (beside === undefined || stem === undefined) {
      throw new SlideError('bad-input', 'the slide lies in the folder beside this file, which was not given', {
        subject,
        hint: 'choose the folder with Slidedat.ini, Index.dat and the Data files',
      });
    }
    return openMirax(beside, `${stem}/`, { ...runtime, subject, close: () => source.close() });
  },
  folder: {
    probe: ({ names }) => names?.includes(SLIDEDAT) === true,
    open: (folder, runtime) =>
      openMirax(folder, '', { ...runtime, subject: folder.name, close: async () => undefined }),
  },
};
