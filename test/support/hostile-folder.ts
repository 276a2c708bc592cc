// A folder of pictures as nobody wants it: hundreds of files with every fault there is, among good ones with names that no
// program expects. Says of each bad file why it has to be left out. What chance does is the same for the same seed.

import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { type Stream, stream } from "../../src/random.ts";
import { drawPhotos } from "./drawn-photos.ts";

export interface HostileFolder {
  readonly folder: string;
  /** Files which take part. */
  readonly good: readonly string[];
  /** Every file or folder that does not, by its name, with what the reason has to say. */
  readonly bad: ReadonlyMap<string, RegExp>;
}

/** How often each fault occurs. */
const times = 10;
const size = 80;

export async function makeHostileFolder(folder: string): Promise<HostileFolder> {
  const classes = ["discs", "stripes"] as const;
  await drawPhotos({ folder, classes, each: 40, size, seed: 11 });
  const good = classes.flatMap((name) => Array.from({ length: 40 }, (_, i) => `${name}/${i}.png`));
  const bad = new Map<string, RegExp>();
  for (const name of classes) {
    const place = { folder: join(folder, name), random: stream(11, `hostile:${name}`) };
    for (const file of await oddButGood(place)) good.push(`${name}/${file}`);
    for (const [file, reason] of await broken(place)) bad.set(`${name}/${file}`, reason);
    for (const [file, reason] of await unfollowable(place.folder)) bad.set(`${name}/${file}`, reason);
  }
  return { folder, good, bad };
}

interface Place {
  readonly folder: string;
  readonly random: Stream;
}

/** Pictures which are strange, but pictures. */
async function oddButGood({ folder, random }: Place): Promise<readonly string[]> {
  const plain = sharp(join(folder, "0.png"));
  const noise = Uint8Array.from({ length: size * size * 3 }, () => random() * 256);
  const raw = (pixels: Uint8Array | Uint16Array, channels: 1 | 3 | 4) =>
    sharp(pixels, { raw: { width: size, height: pixels.length / channels / size, channels } });
  const twelveBits = Uint16Array.from({ length: size * size }, () => random() * 4096);
  const frames = [noise, noise.map((value) => 255 - value)].map((pixels) => raw(pixels, 3).png().toBuffer());
  const made: Record<string, Promise<Uint8Array>> = {
    "inks.jpg": plain.clone().toColourspace("cmyk").jpeg().toBuffer(),
    "sixteen-bits.png": raw(noise, 3).toColourspace("rgb16").png().toBuffer(),
    "twelve-in-sixteen.png": raw(twelveBits, 1).toColourspace("grey16").png().toBuffer(),
    "grey.png": plain.clone().greyscale().png().toBuffer(),
    "clear.png": plain.clone().ensureAlpha(0.3).png().toBuffer(),
    "clear.webp": plain.clone().ensureAlpha(0).webp().toBuffer(),
    "palette.png": plain.clone().png({ palette: true }).toBuffer(),
    "animated.gif": Promise.all(frames).then((each) =>
      sharp(each, { join: { animated: true } })
        .gif()
        .toBuffer(),
    ),
    "animated.webp": Promise.all(frames).then((each) =>
      sharp(each, { join: { animated: true } })
        .webp()
        .toBuffer(),
    ),
    "photo.avif": plain.clone().avif({ effort: 0 }).toBuffer(),
    "scan.tiff": plain.clone().tiff().toBuffer(),
    "lies.png": plain.clone().jpeg().toBuffer(), // another format than the name says
    "no-ending": plain.clone().jpeg({ quality: 70 }).toBuffer(),
    "wide.png": raw(noise, 3).resize(4000, 2, { fit: "fill" }).png().toBuffer(),
    "high.png": raw(noise, 3).resize(1, 3000, { fit: "fill" }).png().toBuffer(),
    "dot.png": raw(noise.subarray(0, size * 3), 3)
      .resize(1, 1, { fit: "fill" })
      .png()
      .toBuffer(),
    "night.png": raw(
      noise.map((value) => value >> 7),
      3,
    )
      .png()
      .toBuffer(),
    "fog.png": raw(
      noise.map((value) => 255 - (value >> 7)),
      3,
    )
      .png()
      .toBuffer(),
    "turned.jpg": plain.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  };
  const names = ["a\nb.png", "\"quoted\" 'twice'.png", "🦉🎉.png", "\u202eשלום مرحبا.png", "$(rm -rf ~);`x`.png"];
  for (const name of [...names, `${"n".repeat(251)}.png`, "-rf.png", " .png", "\u001b[31mred.png", "%s%n.png"])
    made[process.platform === "win32" ? `name-${Object.keys(made).length}.png` : name] = readFile(
      join(folder, "1.png"),
    );
  for (const [name, bytes] of Object.entries(made)) await writeFile(join(folder, name), await bytes);
  const copies = Array.from({ length: times }, (_, i) => `copy ${i} of the same.png`);
  for (const name of copies) await copyFile(join(folder, "2.png"), join(folder, name));
  return [...Object.keys(made), ...copies];
}

/** Files which look like pictures and are none, or none any more. */
async function broken({ folder, random }: Place): Promise<ReadonlyMap<string, RegExp>> {
  const png = await readFile(join(folder, "3.png"));
  const jpeg = await sharp(png).jpeg().toBuffer();
  const webp = await sharp(png).webp().toBuffer();
  const cut = (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length * (0.05 + 0.9 * random())));
  const chance = (length: number) => Uint8Array.from({ length }, () => random() * 256);
  const kinds: Record<string, readonly [make: () => Uint8Array, reason: RegExp]> = {
    "empty.jpg": [() => new Uint8Array(), /^empty$/],
    "cut.jpg": [() => cut(jpeg), unreadable],
    "cut.png": [() => cut(png), unreadable],
    "cut.webp": [() => cut(webp), unreadable],
    "head.jpg": [() => jpeg.subarray(0, 20), unreadable],
    "flipped.png": [() => flipped(png, random), unreadable],
    "chance.jpg": [() => chance(3000), /it is no picture/],
    "zeros.webp": [() => new Uint8Array(2000), /it is no picture/],
    "page.png": [() => Buffer.from(`<html>${random()}</html>`), /it is no picture/],
    "notes.txt": [() => Buffer.from(`notes ${random()}`), /^no picture$/],
    "drawing.svg": [() => Buffer.from(`<svg width="${random()}"/>`), /^SVG is not among/],
    "drawing.jpg": [() => Buffer.from(`<svg width="${random()}"/>`), unreadable],
    "phone.heic": [() => Buffer.concat([Buffer.from("\0\0\0\x18ftypheic"), chance(99)]), /^HEIC is not among/],
    "paint.bmp": [() => Buffer.concat([Buffer.from("BM1234\0\0\0\0"), chance(99)]), /^BMP is not among/],
    "bomb.png": [() => solidPng(17_000, 17_000, random), /17000 x 17000 pixels, more than 100 million/],
    "long-bomb.png": [() => solidPng(2_000_000, 60, random), /2000000 x 60 pixels, more than 100 million/],
  };
  const reasons = new Map<string, RegExp>();
  for (const [name, [make, reason]] of Object.entries(kinds))
    for (let i = 0; i < times; i++) {
      reasons.set(`${i}-${name}`, reason);
      await writeFile(join(folder, `${i}-${name}`), make());
    }
  return reasons;
}

const unreadable = /cannot be read: ./;

/** Links, pipes and locks. */
async function unfollowable(folder: string): Promise<ReadonlyMap<string, RegExp>> {
  const reasons = new Map<string, RegExp>();
  if (process.platform === "win32") return reasons;
  const links: readonly (readonly [name: string, to: string, reason: RegExp])[] = [
    ["self.png", "self.png", /^a link to nothing$/],
    ["to-fro.png", "fro-to.png", /^a link to nothing$/],
    ["fro-to.png", "to-fro.png", /^a link to nothing$/],
    ["gone.png", "not-there.png", /^a link to nothing$/],
    ["up", "..", /^a link to a folder that it lies in$/],
    ["here", ".", /^a link to a folder that it lies in$/],
    ["outside.png", "/etc/hostname", /^a link to outside the folder$/],
  ];
  for (const [name, to, reason] of links) {
    await symlink(to, join(folder, name));
    reasons.set(name, reason);
  }
  execFileSync("mkfifo", [join(folder, "pipe.png")]);
  reasons.set("pipe.png", /^neither a file nor a folder$/);
  if (process.getuid?.() === 0) return reasons; // whom nothing is locked for
  await copyFile(join(folder, "4.png"), join(folder, "locked.png"));
  await chmod(join(folder, "locked.png"), 0);
  reasons.set("locked.png", /EACCES/);
  await mkdir(join(folder, "locked"), { mode: 0 });
  reasons.set("locked", /EACCES/);
  return reasons;
}

/** One bit of the pixels turned round. */
function flipped(png: Uint8Array, random: Stream): Uint8Array {
  const bytes = Uint8Array.from(png);
  bytes[Math.floor(bytes.length * (0.2 + 0.6 * random()))]! ^= 1 << Math.floor(random() * 8);
  return bytes;
}

const solidLines = new Map<string, Uint8Array>();

/** One colour, one bit a pixel: a few kilobytes, whatever its size. No two files are alike. */
export function solidPng(width: number, height: number, random: Stream): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 1);
  const name = `${width} x ${height}`;
  const lines = solidLines.get(name) ?? deflateSync(new Uint8Array(height * (1 + Math.ceil(width / 8))));
  solidLines.set(name, lines);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("tEXt", Buffer.from(`Comment\0${random()}`)),
    chunk("IDAT", lines),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
