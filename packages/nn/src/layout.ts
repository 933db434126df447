/**
 * Two packages build networks of the same names differently: segmentation_models.pytorch, and segmentation_models for Keras.
 * A registry keeps a builder for each layout that there is.
 */

/** `pytorch`: segmentation_models.pytorch; `keras`: segmentation_models 1.x for Keras with the encoders of the package efficientnet. */
export const layouts = ['pytorch', 'keras'] as const;
export type Layout = (typeof layouts)[number];

/** Builders of one name. */
export interface ByLayout<Build> {
  readonly pytorch: Build;
  /** Absent where Keras' package has nothing of this form. */
  readonly keras?: Build;
}
