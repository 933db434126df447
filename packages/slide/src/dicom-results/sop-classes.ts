/** Kinds of DICOM that hold results of slides. Source: PS3.4, B.5. */
export const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
/** With bits for each segment or fractions, and label maps. */
export const SEGMENTATIONS: readonly string[] = [SEGMENTATION, '1.2.840.10008.5.1.4.1.1.66.7'];
/** Microscopy Bulk Simple Annotations. */
export const ANNOTATIONS = '1.2.840.10008.5.1.4.1.1.91.1';
/** Structured reports with outlines: Enhanced, Comprehensive, Comprehensive 3D. */
export const REPORTS: readonly string[] = [22, 33, 34].map((end) => `1.2.840.10008.5.1.4.1.1.88.${end}`);
