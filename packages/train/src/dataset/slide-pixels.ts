/** The pixels and labels of a prepared slide, as training and validation take them. */

/** A prepared slide in memory; worker threads share the arrays. */
export interface SlidePixels {
  readonly width: number;
  readonly height: number;
  /** RGB, H x W x 3, 0..255. */
  readonly image: Uint8Array;
  /** H x W; bit c is set where class c is. */
  readonly mask: Uint8Array;
  /** H x W x classes: 0..254 is the probability v / 254, 255 uncertain. Undefined: the mask says all. */
  readonly soft?: Uint8Array | undefined;
}
