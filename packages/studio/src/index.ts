/** @ftuseg/studio: the server of the studio. */
export type { Edit, EditConflict, LoggedEdit } from './protocol/edits.js';
export type { ObjectMeasures, SlideObject } from './protocol/objects.js';
export type { SlideDetail, SlideSummary, StudioSession } from './protocol/slides.js';
export { type Studio, type StudioOptions, startStudio } from './server/start.js';
export { type StaticFolder, type StaticOptions, writeStaticStudio } from './server/static/write-static.js';
