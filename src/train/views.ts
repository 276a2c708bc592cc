// Which pixels of an image a program sees: its plain view, or one of its augmented ones.

import { type Tier, tiers } from "../data/augment.ts";
import { decoderVersion } from "../data/decode.ts";
import type { Locator } from "../data/locator.ts";
import type { PictureFacts } from "../data/picture-facts.ts";
import { openPixels } from "../data/pixels.ts";
import type { Side } from "../data/sources.ts";
import type { InputFormat } from "../input-format.ts";

/** What a run knows of an image that takes part, wherever its bytes lie. */
export interface KnownImage {
  /** Its own in the run: the path in its source, with "/"; behind the name of the source where there are several. */
  readonly name: string;
  readonly label: number;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  /** Factor of its loss while it is learnt from; 1 where nothing is said. */
  readonly weight?: number;
  /** The class that it had before a correction gave it another. */
  readonly was?: string;
  /** The side that it was on before a correction put it on another. */
  readonly cameFrom?: Side;
}

/** An image that takes part in a run. */
export interface RunImage extends KnownImage {
  readonly locator: Locator;
}

/** How augmented views are drawn. */
export interface Drawing {
  readonly seed: number;
  readonly augment: "none" | Tier;
}

export interface View {
  readonly image: RunImage;
  /** "plain", or tier, seed and draw of an augmented view. */
  readonly kind: string;
  /** Of the image's content and the kind: names the view wherever the picture lies. */
  readonly key: string;
}

export interface Views {
  /** What of the way from file to pixels a kept result depends on. */
  readonly description: string;
  /** Pixels of these views, [views, size, size, 3], RGB from 0 to 255. */
  pixels(views: readonly View[]): Promise<Uint8Array>;
  /**
   * Makes the plain view of an image and says what is known of the picture.
   *
   * @throws data/... when it cannot be read
   */
  examine(image: RunImage): Promise<PictureFacts>;
  close(): Promise<void>;
}

export function plainView(image: RunImage): View {
  return { image, kind: "plain", key: `${image.hash}:plain` };
}

/** An augmented view; the same `draw` of the same image gives the same pixels under one tier and seed. */
export function augmentedView(image: RunImage, { augment, seed }: Drawing, draw: string): View {
  const kind = `${augment}:${seed}:${draw}`;
  return { image, kind, key: `${image.hash}:${kind}` };
}

/** Rises whenever the same file and format give other pixels than before, so that nothing old is taken for them. */
const viewsVersion = 3;

/** Largest memory that plain views may take which are kept decoded, since every epoch asks for them again. */
const rememberedBytes = 256 * 2 ** 20;

/**
 * Opens the way from files to pixels.
 *
 * @param workers - threads which decode while the engine computes
 */
export function openViews(options: Drawing & { readonly format: InputFormat; readonly workers: number }): Views {
  const { format, seed, augment, workers } = options;
  const pool = openPixels({ workers, format, ...(augment !== "none" && { augmentation: tiers[augment] }) });
  const bytes = format.size * format.size * 3;
  const remembered = new Map<string, Uint8Array>();

  async function pixelsOf({ image, kind, key }: View): Promise<Uint8Array> {
    if (kind !== "plain") return pool.view({ locator: image.locator, kind: "training", seed, stream: key });
    const known = remembered.get(key) ?? (await pool.view({ locator: image.locator, kind: "evaluation" }));
    remember(key, known);
    return known;
  }

  function remember(key: string, view: Uint8Array): void {
    if ((remembered.size + 1) * bytes <= rememberedBytes) remembered.set(key, view);
  }

  return {
    description: JSON.stringify({ format, decoder: decoderVersion, views: viewsVersion }),
    async pixels(views) {
      const parts = await Promise.all(views.map(pixelsOf));
      const whole = new Uint8Array(views.length * bytes);
      for (const [i, part] of parts.entries()) whole.set(part, i * bytes);
      return whole;
    },
    async examine(image) {
      const { view, facts } = await pool.examine(image.locator);
      remember(plainView(image).key, view);
      return facts;
    },
    close: () => pool.close(),
  };
}
