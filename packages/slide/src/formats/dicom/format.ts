/** DICOM whole slides (VL Whole Slide Microscopy): one file, or the files of a series. */
import type { SlideFormat } from '../format.js';
import { isDicom } from '../known/known-formats.js';
import { openDicomFile, openDicomFolder } from './open-dicom.js';
import { isDicomName } from './series.js';

/** The table of contents that archives put beside files. */
const isContents = (name: string): boolean => name.toUpperCase() === 'DICOMDIR';

export const dicom: SlideFormat = {
  name: 'DICOM',
  endings: ['dcm', 'dicom'],
  reads: 'ranges',
  probe: ({ name, head }) => isDicom(head) || isDicomName(name),
  open: openDicomFile,
  folder: {
    probe: ({ names = [] }) => {
      const files = names.filter((name) => !name.startsWith('.') && !isContents(name));
      return files.length > 0 && files.every(isDicomName);
    },
    open: async (folder, runtime) =>
      openDicomFolder(folder, ((await folder.names()) ?? []).filter(isDicomName), runtime),
  },
};
