export type * from './report/report-data.js';
