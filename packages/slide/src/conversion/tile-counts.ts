/** What became of the tiles of a slide that was written. */
export interface TileCounts {
  /** Taken over as they lie in the slide's file. */
  copied: number;
  /** Compressed here: those that the slide has in another form, not at all, or damaged. */
  encoded: number;
}
