// The programs in a model card: complete, for the folder of the bundle as it lies there, with a picture named photo.jpg.

/** With reinception itself, which resizes as in training and reads every kind of picture. */
const withReinception = unindented(`
  import { predict } from "reinception";

  for await (const answer of predict({ model: ".", images: "photo.jpg" })) {
    if ("problem" in answer) console.error(answer.problem.message);
    else console.log(answer.path, answer.classes.slice(0, 3));
  }
`);

/** With onnxruntime-node and sharp alone. */
const withNode = unindented(`
  import { readFile } from "node:fs/promises";
  import { InferenceSession, Tensor } from "onnxruntime-node";
  import sharp from "sharp";

  const classes = JSON.parse(await readFile("labels.json", "utf8"));
  const session = await InferenceSession.create("model.onnx");
  const { data, info } = await sharp("photo.jpg")
    .autoOrient()
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const image = new Tensor("uint8", data, [1, info.height, info.width, 3]);
  const { probabilities } = await session.run({ image });
  const ranked = classes.map((name, i) => ({ name, probability: probabilities.data[i] }));
  console.log(ranked.sort((a, b) => b.probability - a.probability).slice(0, 3));
`);

/** With onnxruntime, numpy and Pillow. */
const withPython = unindented(`
  import json

  import numpy
  import onnxruntime
  from PIL import Image, ImageOps

  with open("labels.json", encoding="utf-8") as file:
      classes = json.load(file)
  session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
  photo = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")
  [probabilities] = session.run(["probabilities"], {"image": numpy.asarray(photo)[numpy.newaxis]})
  for i in numpy.argsort(-probabilities[0])[:3]:
      print(f"{probabilities[0][i]:.3f}  {classes[i]}")
`);

/** All of them. Named after what the program needs. */
export const cardPrograms = { withReinception, withNode, withPython };

/** The text without the two blanks that every line has here, so that none of them is taken for a line of this file. */
function unindented(text: string): string {
  return text.trimStart().replaceAll(/^ {2}/gm, "");
}
