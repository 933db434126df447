export type { Glomerulus } from './glomeruli.js';
export {
  listGlomeruli,
  type RegionSpec,
  type SlideSpec,
  type SyntheticRegion,
  type SyntheticSlide,
  synthesiseRegion,
  synthesiseSlide,
} from './region.js';
export {
  type SyntheticProgress,
  type WriteSyntheticSlidesOptions,
  type WrittenSlide,
  writeSyntheticSlides,
} from './write.js';
