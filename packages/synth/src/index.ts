export { type HubmapFiles, type WriteHubmapOptions, writeHubmapFolder } from './hubmap/write-hubmap.js';
export {
  createRegionRenderer,
  listGlomeruli,
  type SyntheticRegion,
  type SyntheticSlide,
  synthesiseRegion,
  synthesiseSlide,
  type Window,
} from './render/region.js';
export {
  type Features,
  HARD_FEATURES,
  type RegionSpec,
  type SlideSpec,
  type StainChoice,
  type StainName,
  stainChoices,
} from './spec.js';
export { type StarterSlides, type WriteStarterSlidesOptions, writeStarterSlides } from './starter-slides.js';
export type { Glomerulus } from './structures/glomeruli.js';
export {
  type SyntheticProgress,
  type WriteSyntheticSlidesOptions,
  type WrittenSlide,
  writeSyntheticSlides,
} from './write.js';
export { type SyntheticSlideFiles, type WriteSyntheticSlideOptions, writeSyntheticSlide } from './write-slide.js';
