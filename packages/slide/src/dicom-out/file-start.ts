/** What every DICOM file begins with: room for others, `DICM`, and the file meta information. Source: PS3.10, chapter 7. */
import { concatBytes } from '@ftuseg/core';
import { encodeElements } from './elements.js';

const IMPLEMENTATION = '2.25.305828488182831875890203105390285383139';

/** @param sopClass @param uid of the instance @param syntax the transfer syntax of what follows */
export function fileStart(sopClass: string, uid: string, syntax: string): Uint8Array {
  const meta = encodeElements([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', sopClass],
    [0x00020003, 'UI', uid],
    [0x00020010, 'UI', syntax],
    [0x00020012, 'UI', IMPLEMENTATION],
    [0x00020013, 'SH', 'ftuseg'],
  ]);
  return concatBytes([
    new Uint8Array(128),
    [0x44, 0x49, 0x43, 0x4d],
    encodeElements([[0x00020000, 'UL', [meta.length]]]),
    meta,
  ]);
}
