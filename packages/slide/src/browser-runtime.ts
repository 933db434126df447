/** What the formats get in a page or in a web worker. */
import * as codecs from './codecs/registry.browser.js';
import type { SlideRuntime } from './formats/format.js';
import { openPicture } from './formats/picture/open-picture.js';
import { areaShrinker } from './shrink/shrinker.js';

/** Reads every compression that Node reads. Libraries in WebAssembly travel inside the scripts and start when a slide needs them. */
export const browserRuntime: SlideRuntime = {
  codecs: Object.values(codecs),
  makeShrinker: areaShrinker,
  openPicture,
};
