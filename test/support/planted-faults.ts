// A folder of photos in which everything is wrong that an audit looks for, each fault in a file named after it.

import { appendFile, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { drawScene } from "./drawn-scenes.ts";

/** Draws sound scenes into class "sound", more of them into "other", and the faults into "faulty". Returns the folder. */
export async function plantFaults(folder: string): Promise<string> {
  const at = (name: string) => join(folder, name);
  for (const name of ["sound", "other", "faulty"]) await mkdir(at(name), { recursive: true });
  for (let seed = 0; seed < 12; seed++)
    await drawScene(seed)
      .png()
      .toFile(at(`sound/${seed}.png`));
  for (let seed = 20; seed < 32; seed++)
    await drawScene(seed)
      .png()
      .toFile(at(`other/${seed}.png`));

  const jpeg = await drawScene(40).jpeg().toBuffer();
  await writeFile(at("faulty/truncated.jpg"), jpeg.subarray(0, jpeg.length / 2));
  await writeFile(at("faulty/unreadable.png"), "this is a text");
  await writeFile(at("faulty/empty.jpg"), "");
  await writeFile(at("faulty/notes.txt"), "shot in May");
  await writeFile(at("faulty/drawing.xyz"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  await writeFile(at("faulty/wrong-extension.png"), await drawScene(41).jpeg().toBuffer());
  const frames = await Promise.all([42, 43].map((seed) => drawScene(seed).png().toBuffer()));
  await sharp(frames, { join: { animated: true } })
    .gif()
    .toFile(at("faulty/animated.gif"));
  await drawScene(44).toColourspace("cmyk").jpeg().toFile(at("faulty/cmyk.jpg"));
  await drawScene(45).withIccProfile("p3").png().toFile(at("faulty/colour-profile.png"));
  await wide(46, 257).toFile(at("faulty/wide-depth.png"));
  await wide(47, 16).toFile(at("faulty/narrow-depth.png"));
  await drawScene(48).ensureAlpha(0.5).png().toFile(at("faulty/transparent.png"));
  await drawScene(49).withMetadata({ orientation: 6 }).jpeg().toFile(at("faulty/turned.jpg"));
  await drawScene(50).resize(160, 40, { fit: "fill" }).png().toFile(at("faulty/extreme-aspect.png"));
  await drawScene(51).resize(40, 30).png().toFile(at("faulty/tiny.png"));
  await drawScene(52).linear(0.2, 0).png().toFile(at("faulty/dark.png"));
  await drawScene(53).linear(0.04, 244).png().toFile(at("faulty/light.png"));
  await plain("#707070").toFile(at("faulty/flat.png"));

  await copyFile(at("sound/1.png"), at("sound/exact-duplicate.png"));
  await writeFile(
    at("sound/near-duplicate.jpg"),
    await sharp(await readFile(at("sound/2.png")))
      .jpeg()
      .toBuffer(),
  );
  await copyFile(at("sound/3.png"), at("other/label-conflict.png"));
  await appendFile(at("other/label-conflict.png"), "another file, the same pixels");
  return folder;
}

/** A scene whose values of 8 bits are multiplied and stored in 16. */
function wide(seed: number, factor: number): Sharp {
  return drawScene(seed)
    .toColourspace("rgb16")
    .linear(factor / 257, 0)
    .png();
}

function plain(background: string): Sharp {
  return sharp({ create: { width: 80, height: 80, channels: 3, background } }).png();
}
