/** Addresses of a series on a DICOMweb server, as servers give them (RetrieveURL) and viewers take them. Source: PS3.18, 8.2 and 10.4.1. */

export interface DicomWebSeries {
  readonly study: string;
  readonly series: string;
}

/** Such as `/dicom-web/studies/1.2.3/series/1.2.4`: identifiers are numbers with dots; some writers exceed their 64 letters. */
const PLACE = /\/studies\/([\d.]{1,128})\/series\/([\d.]{1,128})\/?$/;

/**
 * @returns undefined for a path, and for an address of anything else
 * @example
 * dicomWebSeries('https://pacs.example.org/dicom-web/studies/1.2.3/series/1.2.4'); // { study: '1.2.3', series: '1.2.4' }
 */
export function dicomWebSeries(address: string): DicomWebSeries | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const [, study, series] = PLACE.exec(new URL(address).pathname) ?? [];
  return study === undefined || series === undefined ? undefined : { study, series };
}

/**
 * What lies below a series; a query of its address stays.
 * @param place such as `metadata`, `instances/1.2.5/frames/1,2`
 */
export function belowSeries(address: string, place: string): string {
  const below = new URL(address);
  below.pathname = `${below.pathname.replace(/\/$/, '')}/${place}`;
  return below.href;
}
