// The mission's second program: the base frozen, pooling, softmax; only the head learns.
//
//   base = InceptionV4(include_top=False, weights=...)
//   base.trainable = False
//   model = Sequential([base, GlobalAveragePooling2D(), Dense(classes, activation="softmax")])
//   model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
//   model.fit(train, epochs=10, validation_data=validation)

import { featureExtraction, type Report, retrain } from "reinception";

export async function extractFeatures(data: string, out: string, epochs = 10): Promise<Report> {
  const training = retrain({ data, out, weights: "small", strategy: featureExtraction({ epochs }), batchSize: 32 });
  for await (const event of training)
    if (event.type === "epoch") console.log(`epoch ${event.epoch}: ${event.validationAccuracy}`);
  return training.result;
}
