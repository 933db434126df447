export { renderReport } from './report/render-report.js';
export type * from './report/report-data.js';
