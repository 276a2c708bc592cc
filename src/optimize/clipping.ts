// Keeps one bad batch from throwing the parameters away: gradients which are too long are made shorter.

import { fail } from "../errors.ts";
import type { FloatArray } from "./rule.ts";

export type Clipping =
  /** All gradients together keep their direction; their common L2 norm is brought to `limit` where it is larger. */
  | { readonly name: "global-norm"; readonly definition: "pytorch" | "keras"; readonly limit: number }
  /** Each tensor by its own L2 norm: Keras's `clipnorm`. */
  | { readonly name: "norm"; readonly limit: number }
  /** Each element to [-limit, limit]: Keras's `clipvalue`. */
  | { readonly name: "value"; readonly limit: number };

/**
 * Clips gradients in place.
 *
 * @param gradients - those of all parameters that learn
 * @throws optimize/clipping-limit
 */
export function clip(clipping: Clipping, gradients: readonly FloatArray[]): void {
  const { limit } = clipping;
  switch (clipping.name) {
    case "global-norm": {
      const { factor } = globalNormFactor(gradients, limit, clipping.definition);
      for (const gradient of gradients) scale(gradient, factor);
      return;
    }
    case "norm":
      for (const gradient of gradients) scale(gradient, globalNormFactor([gradient], limit, "keras").factor);
      return;
    case "value":
      requireLimit(limit);
      for (const gradient of gradients)
        for (let i = 0; i < gradient.length; i++) gradient[i] = Math.min(Math.max(gradient[i]!, -limit), limit);
  }
}

/**
 * The L2 norm of all gradients together and the factor that clips them; an update takes the factor without a pass of its
 * own over the gradients.
 *
 *     PyTorch   min(1, limit / (norm + 1e-6))
 *     Keras     limit / max(norm, limit)
 *
 * @param limit - null for none: the factor is 1
 * @throws optimize/clipping-limit
 */
export function globalNormFactor(
  gradients: readonly FloatArray[],
  limit: number | null,
  definition: "pytorch" | "keras" = "pytorch",
): { readonly norm: number; readonly factor: number } {
  const norm = globalNorm(gradients);
  if (limit === null) return { norm, factor: 1 };
  requireLimit(limit);
  return {
    norm,
    factor: definition === "pytorch" ? Math.min(1, limit / (norm + 1e-6)) : limit / Math.max(norm, limit),
  };
}

/** The L2 norm of all tensors together, summed in float64. */
export function globalNorm(tensors: readonly FloatArray[]): number {
  let total = 0;
  for (const tensor of tensors) total += sumOfSquares(tensor);
  return Math.sqrt(total);
}

function requireLimit(limit: number): void {
  if (!(limit > 0)) fail("optimize/clipping-limit", { limit });
}

function sumOfSquares(tensor: FloatArray): number {
  let total = 0;
  for (let i = 0; i < tensor.length; i++) total += tensor[i]! * tensor[i]!;
  return total;
}

function scale(tensor: FloatArray, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < tensor.length; i++) tensor[i] = tensor[i]! * factor;
}
