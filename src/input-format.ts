// What pixels a network expects. Goes wherever weights go: into the run, the exported model, the prediction.

export interface InputFormat {
  /** Height and width of the square picture that enters the network, in pixels, at least 75. */
  readonly size: number;
  /** The short side is resized to floor(size / crop), then a square of `size` is cut from the centre. 0.875 for timm's network. */
  readonly crop: number;
  readonly interpolation: "bicubic";
  /** Per channel (red, green, blue), of pixels scaled to [0, 1]: (pixel / 255 - mean) / std. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** timm's evaluation transform for `inception_v4`: pixels end in [-1, 1]. */
export const inceptionInput: InputFormat = {
  size: 299,
  crop: 0.875,
  interpolation: "bicubic",
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/** Length to which the short side is resized before the crop. 341 for 299 at 0.875. */
export function resizedShortSide({ size, crop }: InputFormat): number {
  return Math.floor(size / crop);
}
