// The mission's third program: first the head alone, then the end of the base with it, compiled again in between.
//
//   base.trainable = False
//   model.compile(optimizer="adam", ...); model.fit(train, epochs=5, ...)
//   for layer in base.layers[-50:]: layer.trainable = True
//   model.compile(optimizer="adam", ...); model.fit(train, epochs=5, ...)

import { hybrid, type Report, retrain } from "reinception";

export async function retrainHybrid(
  data: string,
  out: string,
  epochs: readonly [head: number, all: number] = [5, 5],
  unfreeze = "50 layers",
): Promise<Report> {
  const training = retrain({ data, out, weights: "small", strategy: hybrid({ unfreeze, epochs }), batchSize: 32 });
  for await (const event of training)
    if (event.type === "epoch")
      console.log(`stage ${event.stage + 1}, epoch ${event.epoch}: ${event.validationAccuracy}`);
  return training.result;
}
