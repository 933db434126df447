/** What the formats get in a page or in a web worker. */
import * as codecs from './codecs/registry.browser.js';
import type { SlideRuntime } from './formats/format.js';
import { openPicture } from './formats/picture/open-picture.js';
import { areaShrinker } from './shrink/shrinker.js';

/** Without JPEG 2000, which a page adds by `jpeg2000Codec` where it serves the library. */
export const browserRuntime: SlideRuntime = {
  codecs: Object.values(codecs),
  makeShrinker: areaShrinker,
  openPicture,
};
