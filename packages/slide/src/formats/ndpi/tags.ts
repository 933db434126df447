/** Hamamatsu's own tags, as other readers name them; the maker has published no description. */
export const NdpiTag = {
  /** Only in NDPI files. */
  FormatFlag: 65420,
  /** Magnification of a level; `MACRO` and `MAP` are pictures beside the slide. */
  SourceLens: 65421,
  /** Of the scan's centre from the slide's, nanometres. */
  XOffset: 65422,
  YOffset: 65423,
  /** Nanometres above the plane that the scanner took for the best; 0 is the slide. */
  FocalPlane: 65424,
  /** Where the restart intervals of a level's JPEG begin, from the start of the JPEG: the low 32 bits. */
  RestartStarts: 65426,
  /** A text of the scanner, often the name of the slide. */
  Reference: 65427,
  /** Their high 32 bits, in files of more than 4 GB. */
  RestartStartsHigh: 65432,
  /** Lines of names and values. */
  PropertyMap: 65449,
} as const;

export const MACRO = -1;
export const MAP = -2;
