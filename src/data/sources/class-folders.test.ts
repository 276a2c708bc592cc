import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { headBytes, pictureKind } from "../picture-kind.ts";
import { fileAt } from "../locator.ts";
import { readLocated } from "../read-located.ts";
import { readDataset } from "../sources.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await fs.rm(folder, { recursive: true, force: true });
});

const jpegHead = Buffer.from("ffd8ffe000104a46494600010101004800480000", "hex");

/** A folder with these files. A content of undefined makes an empty folder, one that begins with "-> " a link. */
async function photos(files: Record<string, string | Buffer | undefined>): Promise<string> {
  const root = await fs.mkdtemp(join(tmpdir(), "reinception-sources-"));
  folders.push(root);
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await fs.mkdir(content === undefined ? path : dirname(path), { recursive: true });
    if (typeof content === "string" && content.startsWith("-> ")) await fs.symlink(content.slice(3), path);
    else if (content !== undefined) await fs.writeFile(path, content);
  }
  return root;
}

const twoCats = { "cat/1.jpg": "a", "cat/2.jpg": "b" };
const twoClasses = { ...twoCats, "dog/1.png": "c", "dog/2.png": "d" };

describe("class folders", () => {
  test("are the classes, in byte order, and files their pictures", async () => {
    const root = await photos({ ...twoClasses, "Zebra/1.webp": "ee", "Zebra/2.GIF": "f" });
    const { classes, images, skipped } = await readDataset(root);
    expect(classes).toEqual(["Zebra", "cat", "dog"]);
    expect(images.map(({ name, label }) => [name, label])).toEqual([
      ["Zebra/1.webp", 0],
      ["Zebra/2.GIF", 0],
      ["cat/1.jpg", 1],
      ["cat/2.jpg", 1],
      ["dog/1.png", 2],
      ["dog/2.png", 2],
    ]);
    expect(images[0]).toEqual({ locator: fileAt(join(root, "Zebra/1.webp")), name: "Zebra/1.webp", label: 0 });
    expect(skipped).toEqual([]);
  });

  test("folders inside a class belong to it", async () => {
    const { classes, images } = await readDataset(await photos({ ...twoClasses, "cat/2024/may/3.jpg": "e" }));
    expect(classes).toEqual(["cat", "dog"]);
    expect(images.find(({ name }) => name === "cat/2024/may/3.jpg")?.label).toBe(0);
  });

  test("names are NFC, paths as they are on the disk", async () => {
    const decomposed = "a\u0308pfel";
    const { classes, images } = await readDataset(
      await photos({ ...twoCats, [`${decomposed}/1.jpg`]: "c", [`${decomposed}/2.jpg`]: "d" }),
    );
    expect(classes).toEqual(["cat", "\u00e4pfel"]);
    await Promise.all(images.map(({ locator }) => readLocated(locator)));
  });

  test("what operating systems leave behind is passed over in silence", async () => {
    const litter = {
      ".DS_Store": "x",
      "cat/.hidden.jpg": "x",
      "cat/Thumbs.db": "x",
      "__MACOSX/cat/._1.jpg": "x",
      "dog/desktop.ini": "x",
    };
    const { images, skipped } = await readDataset(await photos({ ...twoClasses, ...litter }));
    expect([images.length, skipped]).toEqual([4, []]);
  });

  test("what is no picture is skipped with a reason, and a picture is known without its ending", async () => {
    const files = {
      "cat/notes.txt": "text",
      "cat/photo": jpegHead,
      "cat/phone.heic": Buffer.from("00000018667479706865696300000000", "hex"),
      "cat/empty.jpg": "",
      "cat/broken.jpg": "not a JPEG, but called one: decoding will tell",
      "flat.jpg": "x",
    };
    const { images, skipped } = await readDataset(await photos({ ...twoClasses, ...files }));
    expect(images.map(({ name }) => basename(name))).toEqual([
      "1.jpg",
      "2.jpg",
      "broken.jpg",
      "photo",
      "1.png",
      "2.png",
    ]);
    expect(skipped).toEqual([
      { path: "cat/empty.jpg", reason: "empty" },
      { path: "cat/notes.txt", reason: "no picture" },
      { path: "cat/phone.heic", reason: "HEIC is not among the formats that can be read" },
      { path: "flat.jpg", reason: "lies in no class folder" },
    ]);
  });
});

describe("folders of splits", () => {
  const train = { "train/cat/1.jpg": "a", "train/cat/2.jpg": "b", "train/dog/1.jpg": "c", "train/dog/2.jpg": "d" };

  test.each(["validation", "val", "valid", "Valid"])("%s is validation", async (name) => {
    const root = await photos({ ...train, [`${name}/cat/1.jpg`]: "e", "test/dog/9.jpg": "f" });
    const { classes, images } = await readDataset(root);
    expect(classes).toEqual(["cat", "dog"]);
    expect(images.map(({ split }) => split).sort()).toEqual(["test", "train", "train", "train", "train", "validation"]);
    expect(images.find(({ name: path }) => path === "test/dog/9.jpg")).toMatchObject({ label: 1, split: "test" });
  });

  test("what lies beside or flat in them is skipped", async () => {
    const root = await photos({ ...train, "test/unlabelled.jpg": "x", "labels/readme.txt": "x", "cover.jpg": "x" });
    expect((await readDataset(root)).skipped).toEqual([
      { path: "cover.jpg", reason: "lies beside train" },
      { path: "labels/readme.txt", reason: "no picture" },
      { path: "test/unlabelled.jpg", reason: "lies in no class folder" },
    ]);
  });

  test("two classes which are called train and test are classes", async () => {
    const { classes } = await readDataset(
      await photos({ "train/1.jpg": "a", "train/2.jpg": "b", "test/1.jpg": "c", "test/2.jpg": "d" }),
    );
    expect(classes).toEqual(["test", "train"]);
  });

  test("a class train beside other classes is a class, even with folders in it", async () => {
    const { classes } = await readDataset(
      await photos({ ...twoClasses, "train/steam/1.jpg": "e", "train/steam/2.jpg": "f" }),
    );
    expect(classes).toEqual(["cat", "dog", "train"]);
  });
});

describe("links", () => {
  test("are followed inside the folder, to files and to folders", async () => {
    const root = await photos({
      ...twoClasses,
      ".pool/9.jpg": "e",
      "cat/9.jpg": "-> ../.pool/9.jpg",
      "dog/pool": "-> ../.pool",
    });
    const { images } = await readDataset(root);
    expect(images.map(({ name }) => name)).toContain("cat/9.jpg");
    expect(images.map(({ name }) => name)).toContain("dog/pool/9.jpg");
  });

  test("that lead outside, nowhere or in a circle are skipped", async () => {
    const outside = await photos({ "secret.jpg": "x" });
    const root = await photos({
      ...twoClasses,
      "cat/gone.jpg": "-> nothing.jpg",
      "cat/out.jpg": `-> ${join(outside, "secret.jpg")}`,
      "cat/self.jpg": "-> self.jpg",
      "cat/up": "-> ..",
      "dog/kin": "-> ../cat",
    });
    const { images, skipped } = await readDataset(root);
    expect(images.map(({ name }) => name).filter((name) => !name.startsWith("dog/kin"))).toEqual(
      Object.keys(twoClasses),
    );
    expect(Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))).toEqual({
      "cat/gone.jpg": "a link to nothing",
      "cat/out.jpg": "a link to outside the folder",
      "cat/self.jpg": "a link to nothing",
      "cat/up": "a link to a folder that it lies in",
      "dog/kin/gone.jpg": "a link to nothing",
      "dog/kin/out.jpg": "a link to outside the folder",
      "dog/kin/self.jpg": "a link to nothing",
      "dog/kin/up": "a link to a folder that it lies in",
    });
  });

  test("that multiply are followed one deep, so that the walk ends soon", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
    const links = names.flatMap((from) => names.map((to) => [`${from}/to-${to}`, `-> ../${to}`]));
    const pictures = names.flatMap((name) => [1, 2].map((i) => [`${name}/${i}.jpg`, "x"]));
    const { images } = await readDataset(await photos(Object.fromEntries([...pictures, ...links])));
    expect(images.length).toBe(12 * 2 + 12 * 11 * 2);
  });

  test("the folder itself may be one", async () => {
    const root = await photos(twoClasses);
    await fs.symlink(root, `${root}-link`);
    folders.push(`${root}-link`);
    expect((await readDataset(`${root}-link`)).images[0]?.locator).toEqual(fileAt(join(`${root}-link`, "cat/1.jpg")));
  });
});

describe("a folder that cannot be learned from is refused", () => {
  const claims: Record<string, [Parameters<typeof photos>[0], string, string]> = {
    "nothing in it": [{}, "data/no-class-folders", "holds no pictures"],
    "no picture in it": [{ "cat/readme.txt": "x" }, "data/no-class-folders", "holds no pictures"],
    "pictures flat in it": [{ "1.jpg": "a", "2.jpg": "b" }, "data/no-class-folders", "2 pictures lie"],
    "one class": [twoCats, "data/one-class", 'only one class, "cat"'],
    "classes one level down": [
      { "photos/cat/1.jpg": "a", "photos/cat/2.jpg": "b", "photos/dog/1.jpg": "c", "photos/dog/2.jpg": "d" },
      "data/one-class",
      '/photos"',
    ],
    "a class with one picture": [
      { ...twoClasses, "owl/1.jpg": "e" },
      "data/class-too-small",
      'class "owl" has 1 picture,',
    ],
    "an empty class": [{ ...twoClasses, owl: undefined }, "data/class-too-small", 'class "owl" has 0 pictures'],
    "a class with pictures for test only": [
      {
        "train/cat/1.jpg": "a",
        "train/cat/2.jpg": "b",
        "train/dog/1.jpg": "c",
        "train/dog/2.jpg": "d",
        "test/owl/1.jpg": "e",
      },
      "data/class-not-in-train",
      'class "owl" has pictures in test',
    ],
    "one picture to learn from and one for test": [
      { "train/cat/1.jpg": "a", "train/cat/2.jpg": "b", "train/dog/1.jpg": "c", "test/dog/2.jpg": "d" },
      "data/class-too-small",
      'class "dog" has 1 picture,',
    ],
    "two spellings of one name": [
      { ...twoCats, "\u00e4/1.jpg": "a", "a\u0308/1.jpg": "b" },
      "data/class-names-collide",
      "look the same",
    ],
  };
  for (const [claim, [files, code, text]] of Object.entries(claims)) {
    test(claim, async () => {
      const answer = readDataset(await photos(files));
      await expect(answer).rejects.toMatchObject({ code });
      await expect(answer).rejects.toThrow(text);
    });
  }

  test("nothing at the path, or a file", async () => {
    const root = await photos(twoClasses);
    await expect(readDataset(join(root, "no/such"))).rejects.toMatchObject({ code: "data/not-found" });
    await expect(readDataset(join(root, "cat/1.jpg"))).rejects.toMatchObject({ code: "data/unknown-source" });
    await expect(readDataset(join(root, "cat/1.jpg/deeper"))).rejects.toMatchObject({ code: "data/not-found" });
  });
});

test("any first bytes are some kind of file or none", () => {
  const heads = ["", "RIFF", "II*\0", "\0\0\0\x18ftyp", "BM", "\xff\xd8"].map((text) => Buffer.from(text, "latin1"));
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: headBytes }), (head, tail) => {
      const kind = pictureKind(Buffer.concat([head, tail]));
      expect(kind === undefined || kind.length > 0).toBe(true);
    }),
  );
});
