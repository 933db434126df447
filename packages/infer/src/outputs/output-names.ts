/** Where a prediction's files lie in its folder; names are relative to it, with `/` on every system. */

/** What is written unless something else is asked for. */
export const usualOutputs = ['mask', 'probability', 'geojson', 'objects', 'overlay'] as const;

/** For archives and workstations of hospitals, of DICOM slides alone: a segmentation, a report of measurements, annotations in bulk. */
export const dicomOutputs = ['dicom-seg', 'dicom-sr', 'dicom-ann'] as const;
export type DicomOutput = (typeof dicomOutputs)[number];

export const outputNames = [...usualOutputs, 'disagreement', ...dicomOutputs] as const;

/** What is written for every slide besides its line of the submission and its summary. */
export type OutputName = (typeof outputNames)[number];

/** Outputs that draw outlines. */
export const drawnOutputs: readonly OutputName[] = ['geojson', 'dicom-sr', 'dicom-ann'];

/** Outlines in GeoJSON: few corners within a stated distance of the mask's, or every corner of the mask. */
export const outlineChoices = ['simplified', 'exact'] as const;
export type OutlineChoice = (typeof outlineChoices)[number];

/** Letters of a class's name in a file's, which file systems limit; the number before it tells classes apart. */
const MAX_LETTERS = 32;

/** A class's name as part of a file name. */
const fileWord = (name: string): string => name.replace(/[^\w.-]+/g, '_').slice(0, MAX_LETTERS);

export const maskName = (id: string): string => `masks/${id}.tif`;
export const overlayName = (id: string): string => `overlays/${id}.jpg`;
export const geoJsonName = (id: string): string => `geojson/${id}.geojson`;
export const objectsName = (id: string): string => `objects/${id}.csv`;
export const dicomName = (output: DicomOutput, id: string): string =>
  `dicom/${id}.${output.slice('dicom-'.length)}.dcm`;
/** The objects of all slides. */
export const objectTableFile = 'objects.csv';
/** What was predicted, and how; written last. */
export const reportFile = 'predictions.json';
/** What is known of a finished slide. */
export const factsName = (id: string): string => `slides/${id}.json`;
/** Bands of a slide that is not finished. */
export const unfinishedName = (id: string): string => `unfinished/${id}`;
/** Among them those of a cascade's first pass, which are the same for all ways of predicting, and go when the slide is finished. */
export const COARSE = 'coarse';
export const coarseName = (id: string): string => `${unfinishedName(id)}/${COARSE}`;

/** One file for one class, one for each of several. */
const classFiles = (folder: string, id: string, classes: readonly string[]): string[] =>
  classes.length === 1
    ? [`${folder}/${id}.tif`]
    : classes.map((name, c) => `${folder}/${id}-${c + 1}-${fileWord(name)}.tif`);

export const probabilityNames = (id: string, classes: readonly string[]): string[] =>
  classFiles('probability', id, classes);
/** How far the models of an ensemble are apart. */
export const disagreementNames = (id: string, classes: readonly string[]): string[] =>
  classFiles('disagreement', id, classes);

/** `submission.csv` for one class; `submission-<label>-<class>.csv` for each of several, as one row holds one mask. */
export const submissionNames = (classes: readonly string[]): string[] =>
  classes.length === 1 ? ['submission.csv'] : classes.map((name, c) => `submission-${c + 1}-${fileWord(name)}.csv`);

/** Folders that each output needs. */
export const outputFolders: Readonly<Record<OutputName, string>> = {
  mask: 'masks',
  probability: 'probability',
  geojson: 'geojson',
  objects: 'objects',
  overlay: 'overlays',
  disagreement: 'disagreement',
  'dicom-seg': 'dicom',
  'dicom-sr': 'dicom',
  'dicom-ann': 'dicom',
};
