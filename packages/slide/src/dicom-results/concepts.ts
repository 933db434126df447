/** Coded concepts, and what they are in data elements. Source: PS3.16 (DCM and units); SNOMED CT and Uberon by the designators of PS3.16, table 8-1. */
import type { Element } from '../dicom-out/elements.js';

export interface Concept {
  readonly value: string;
  /** Of the coding scheme. */
  readonly scheme: string;
  readonly meaning: string;
}

/** The coding scheme of what no public one has a code for. */
export const OWN_SCHEME = '99FTUSEG';

export const concept = (value: string, scheme: string, meaning: string): Concept => ({ value, scheme, meaning });

/** Letters of a code value before it is a long one. */
const SHORT = 16;
const MAX_MEANING = 64;

/** @param text encodes what a person has written */
export const conceptElements = (
  { value, scheme, meaning }: Concept,
  text: (text: string, letters: number) => Uint8Array,
): readonly Element[] => {
  const code = text(value, 1024);
  return [
    [...value].length > SHORT ? [0x00080119, 'UC', code] : [0x00080100, 'SH', code],
    [0x00080102, 'SH', scheme],
    [0x00080104, 'LO', text(meaning, MAX_MEANING)],
  ];
};

export const SQUARE_MICROMETRES = concept('um2', 'UCUM', 'um2');
export const MICROMETRES = concept('um', 'UCUM', 'um');
export const NO_UNITS = concept('1', 'UCUM', 'no units');

export const AREA = concept('42798000', 'SCT', 'Area');
export const DIAMETER = concept('81827009', 'SCT', 'Diameter');
export const PROBABILITY = concept('122157', 'DCM', 'Probability');
export const ARTIFICIAL_INTELLIGENCE = concept('123110', 'DCM', 'Artificial Intelligence');

export const SLIDE_MICROSCOPY = concept('112702', 'DCM', 'Slide Microscopy');
