export { applyClasses, type ClassMap, parseClasses } from './classes.js';
export { type CsvRow, type CsvTable, readCsv, writeCsv } from './csv.js';
export { ioError, SlideError } from './errors.js';
export { readLabelImage } from './label-image.js';
export { openSlide, type Slide, type SlideLevel, type SlideRegion } from './open-slide.js';
export { filterRows, readSlideTable, type SlideRow } from './slide-table.js';
export { readTruth } from './truth.js';
export { writeAtomically, writeFileAtomic } from './write-file.js';
export { encodeJpeg, encodePng, writeJpeg, writePng } from './write-image.js';
