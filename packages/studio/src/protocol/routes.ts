import type { TileColours } from './slides.js';

/**
 * Every address that the server answers, in one place. Ids are opaque: letters, digits, `-` and `_`.
 *
 * | address | answer |
 * | --- | --- |
 * | `GET /api/session` | `StudioSession` |
 * | `GET /api/slides`, `/api/slides/ID` | `SlideSummary[]`, `SlideDetail` |
 * | `GET /slides/ID.dzi`, `/slides/ID_files/LEVEL/X_Y.jpg` | Deep Zoom, in sRGB; tiles with `?colours=stored` as the file has them |
 * | `GET /iiif/ID/info.json`, `/iiif/ID/REGION/SIZE/0/default.jpg` | IIIF Image API 3, level 0 |
 * | `GET /api/slides/ID/thumbnail.jpg` | at most 320 px |
 * | `GET /api/slides/ID/overlay.jpg` | the picture of `ftu predict` with its outlines, if a prediction has one |
 * | `GET /api/slides/ID/outlines/LAYER/index`, `/chunks/N`, `/coverage/LEVEL/X_Y` | packed outlines, see `outlines/` |
 * | `GET /api/slides/ID/maps/MAP/LEVEL/X_Y` | 256 x 256 octets, row by row; beyond the map 0 |
 * | `GET /api/slides/ID/objects/OBJECT` | `ObjectMeasures` of one object, prediction or corrected |
 * | `GET /api/slides/ID/measures` | counts, density and areas of all objects, see `measures/` |
 * | `GET /api/slides/ID/edits?after=REVISION` | `{ revision, edits: LoggedEdit[], notes: string[] }` |
 * | `POST /api/slides/ID/edits`, `If-Match: "REVISION"`, an `Edit` | 201 `{ revision }`, 412 `EditConflict`, 428 without `If-Match`, 507 with the reason |
 * | `GET /api/slides/ID/disagreements` | `Disagreement[]`: corrections and a prediction that was run anew |
 * | `GET /api/slides/ID/corrected.geojson` | for QuPath |
 * | `GET /api/slides/ID/corrected.csv` | objects in numbers |
 * | `POST /api/export` | slide table, GeoJSON and masks in the work folder |
 * | `GET /api/review`, `POST /api/review/decisions` | the queue and what it says, see `review/` |
 * | `GET /api/jobs`, `POST /api/jobs`, `POST /api/jobs/plan`, `GET /api/jobs/ID`, `GET /api/jobs/ID/events`, `POST /api/jobs/ID/stop`, `POST /api/jobs/ID/continue`, `DELETE /api/jobs/ID` | trainings and predictions, see `jobs/` |
 */
const at = (slide: string): string => `/api/slides/${slide}`;

export const routes = {
  session: '/api/session',
  slides: '/api/slides',
  slide: at,
  thumbnail: (slide: string) => `${at(slide)}/thumbnail.jpg`,
  overlayPicture: (slide: string) => `${at(slide)}/overlay.jpg`,
  deepZoom: (slide: string) => `/slides/${slide}.dzi`,
  deepZoomTile: (slide: string, level: number, x: number, y: number, colours: TileColours) =>
    `/slides/${slide}_files/${level}/${x}_${y}.jpg${colours === 'stored' ? '?colours=stored' : ''}`,
  outlineIndex: (slide: string, layer: string) => `${at(slide)}/outlines/${layer}/index`,
  outlineChunk: (slide: string, layer: string, chunk: number) => `${at(slide)}/outlines/${layer}/chunks/${chunk}`,
  coverage: (slide: string, layer: string, level: number, x: number, y: number) =>
    `${at(slide)}/outlines/${layer}/coverage/${level}/${x}_${y}`,
  mapTile: (slide: string, map: string, level: number, x: number, y: number) =>
    `${at(slide)}/maps/${map}/${level}/${x}_${y}`,
  slideMeasures: (slide: string) => `${at(slide)}/measures`,
  measures: (slide: string, object: string) => `${at(slide)}/objects/${encodeURIComponent(object)}`,
  edits: (slide: string) => `${at(slide)}/edits`,
  disagreements: (slide: string) => `${at(slide)}/disagreements`,
  correctedGeoJson: (slide: string) => `${at(slide)}/corrected.geojson`,
  correctedTable: (slide: string) => `${at(slide)}/corrected.csv`,
  export: '/api/export',
  review: '/api/review',
  reviewDecisions: '/api/review/decisions',
  jobs: '/api/jobs',
  jobPlan: '/api/jobs/plan',
  jobStop: (job: string) => `/api/jobs/${job}/stop`,
  jobContinue: (job: string) => `/api/jobs/${job}/continue`,
  job: (job: string) => `/api/jobs/${job}`,
  jobEvents: (job: string) => `/api/jobs/${job}/events`,
} as const;

/** What an error looks like: one sentence, and what to do. */
export interface ApiProblem {
  readonly problem: string;
  readonly hint?: string | undefined;
}
