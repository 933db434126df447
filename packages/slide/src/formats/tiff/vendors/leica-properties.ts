/** What Leica's XML says of a scan, by the names that OpenSlide gives it. Source: OpenSlide's description of the format. */
import type { TiffFile } from '../structure/file.js';
import { visitXml } from './visit-xml.js';

const COLLECTION = 'scn/collection';
const IMAGE = `${COLLECTION}/image`;
const SETTINGS = `${IMAGE}/scanSettings`;
const TEXTS: Readonly<Record<string, string>> = {
  [`${IMAGE}/creationDate`]: 'creation-date',
  [`${SETTINGS}/illuminationSettings/numericalAperture`]: 'aperture',
  [`${SETTINGS}/illuminationSettings/illuminationSource`]: 'illumination-source',
  [`${SETTINGS}/objectiveSettings/objective`]: 'objective',
};

/** @param scan number of its image in the XML */
export function leicaProperties(file: TiffFile, xml: string, scan: number): [string, string][] {
  const found = new Map<string, string>();
  const keep = (name: string, text: string | undefined): void => {
    if (text !== undefined && text !== '' && !found.has(name)) found.set(name, text);
  };
  let image = -1;
  visitXml(file, xml, 'page 0, tag ImageDescription (270)', {
    open: (path, { barcode, model, version }) => {
      if (path === COLLECTION) keep('barcode', barcode);
      if (path === IMAGE) image++;
      if (path !== `${IMAGE}/device` || image !== scan) return;
      keep('device-model', model);
      keep('device-version', version);
    },
    close: (path, text) => {
      // The older form: as an element, in base 64.
      if (path === `${COLLECTION}/barcode`) keep('barcode', decoded(text));
      const name = Object.hasOwn(TEXTS, path) ? TEXTS[path] : undefined;
      if (name !== undefined && image === scan) keep(name, text);
    },
  });
  return [...found].map(([name, text]) => [`leica.${name}`, text]);
}

function decoded(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}
