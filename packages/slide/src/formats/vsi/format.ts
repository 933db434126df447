/** Olympus's and Evident's cellSens VSI: `scan.vsi` with the folder `_scan_/` beside it. */
import type { SlideFormat } from '../format.js';
import { missingVsi, partOfVsi } from './errors.js';
import { isEts } from './ets-header.js';
import { openVsi } from './open-vsi.js';
import { isVsi } from './tag-tree.js';

const NAME = /\.vsi$/i;
const PART_NAME = /\.ets$/i;
/** The name of a file without its ending. */
const STEM = /([^/\\]+?)(?:\.[^./\\]*)?$/;

export const vsi: SlideFormat = {
  name: 'Olympus VSI',
  endings: ['vsi'],
  reads: 'ranges',
  probe: ({ name, head }) => NAME.test(name) || PART_NAME.test(name) || isVsi(head) || isEts(head),
  open: async (source, runtime, beside) => {
    const { name: subject } = source;
    const path = /^https?:/i.test(subject) ? decodeURIComponent(new URL(subject).pathname) : subject;
    if (PART_NAME.test(path) || isEts(await source.read(0, Math.min(source.size, 4)))) throw partOfVsi(subject);
    const stem = STEM.exec(path)?.[1] ?? '';
    if (beside === undefined) throw missingVsi(subject, `the folder _${stem}_ beside this file`);
    return openVsi(source, beside, stem, runtime);
  },
};
