/** How much of a scoring of combinations is done: networks are asked first, then everything is computed from what they said. */
import type { SlideProgress } from '@ftuseg/infer';

/** Share of the time in which networks are asked: the rest costs about three tenths of that. */
const ASKING = 1 / 1.3;

export interface ScoringShare {
  /** Networks are asked. */
  asked(progress: Pick<SlideProgress, 'slide' | 'slides' | 'done' | 'total'>): void;
  /** Masks are scored. */
  scored(done: number, total: number): void;
}

/** @param share told how much is done, 0..1 */
export const scoringShare = (share: (done: number) => void): ScoringShare => ({
  asked: ({ slide, slides, done, total }) => share((ASKING * (slide - 1 + done / Math.max(1, total))) / slides),
  scored: (done, total) => share(ASKING + ((1 - ASKING) * done) / Math.max(1, total)),
});
