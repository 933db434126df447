/** What the formats get in Node. */
import * as codecs from './codecs/registry.node.js';
import type { SlideRuntime } from './formats/format.js';
import { openWithOpenSlide } from './formats/openslide/open-openslide.node.js';
import { openPicture } from './formats/picture/picture-slide.node.js';
import { nodeShrinker } from './shrink/native-shrinker.node.js';

export const nodeRuntime: SlideRuntime = {
  codecs: Object.values(codecs),
  makeShrinker: nodeShrinker,
  openPicture,
  openWithOpenSlide,
};
