// The mission's first program: all but the last 50 layers frozen, Dense(1024, relu), softmax; Adam, 10 epochs, batch 32.
//
//   base = InceptionV4(include_top=False, weights=...)
//   for layer in base.layers[:-50]: layer.trainable = False
//   x = Dense(1024, activation="relu")(GlobalAveragePooling2D()(base.output))
//   model = Model(base.input, Dense(classes, activation="softmax")(x))
//   model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
//   model.fit(train, epochs=10, validation_data=validation)

import { fineTuning, type Report, retrain } from "reinception";

export async function fineTune(data: string, out: string, epochs = 10): Promise<Report> {
  const training = retrain({
    data,
    out,
    weights: "small",
    strategy: fineTuning({ unfreeze: "50 layers", hidden: [1024], epochs }),
    batchSize: 32,
  });
  for await (const event of training)
    if (event.type === "epoch") console.log(`epoch ${event.epoch}: ${event.validationAccuracy}`);
  return training.result;
}
