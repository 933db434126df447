/** @ftuseg/studio: the server of the studio. */
export type { Edit, EditConflict, LoggedEdit } from './protocol/edits.js';
export type { ObjectMeasures, SlideObject } from './protocol/objects.js';
export type { SlideDetail, SlideSummary, StudioSession } from './protocol/slides.js';
export { type ChanceModels, chanceOf, type Judged, learned, refitted } from './review/chance.js';
export { estimatesOf } from './review/estimates.js';
export { type FeatureName, type Features, featureNames, featuresOf } from './review/features.js';
export { GHOST_SHARE, type MeasuredItem, type MeasuredSlide } from './review/item.js';
export { queueOrder } from './review/order.js';
export { priorModels } from './review/prior.js';
export { drawTenth } from './review/tenth.js';
export { typicalOf, worthReviewing } from './review/typical.js';
export { measureSlide, type SlideFiles } from './server/review/measure-slide.js';
export { reviewRoutes } from './server/review/routes.js';
