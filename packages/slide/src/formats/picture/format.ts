/** Plain pictures: PNG, JPEG and WebP, decoded as a whole by the library that the runtime brings. */
import { SlideError } from '../../slide-error.js';
import type { SlideFormat } from '../format.js';
import { isDisguised } from '../known/known-formats.js';

/** Also a TIFF that ends within its header, of which the library says what is wrong. */
const BEGIN = /^(\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP|(II[*+]\0|MM\0[*+]).{0,3}$)/s;
const BEGIN_BYTES = 12;

export const picture: SlideFormat = {
  name: 'picture',
  endings: ['png', 'jpg', 'jpeg', 'webp'],
  reads: 'whole',
  isBase: true,
  probe: ({ name, head }) => BEGIN.test(String.fromCharCode(...head.subarray(0, BEGIN_BYTES))) && !isDisguised(name),
  open: async (source, { openPicture }) => {
    if (openPicture !== undefined) return openPicture(source);
    throw new SlideError('unsupported', 'pictures are not decoded here', {
      subject: source.name,
      hint: 'give a TIFF, or a runtime with `openPicture`',
    });
  },
};
